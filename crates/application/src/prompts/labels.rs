use plinth_domain::{
    Code, Invalid, LabelledVersion, MAX_PROMPT_LABELS, Permission, Prompt, PromptChoice, PromptId,
    PromptLabel, PromptVersion, codes,
};
use plinth_ports::{EvaluationResultReader, PromptKey};
use serde_json::json;

use super::{PROMPT_GATE_NOT_PASSED, PROMPT_LABELS_EXHAUSTED, versions::locked};
use crate::{AuditRecord, Command, Context, Error, Expected, Recorded};

/// Gives a label to a version, and takes it from the one that had it. So a version is released, and
/// rolled back.
#[derive(Debug, Clone)]
pub struct MovePromptLabel {
    /// The prompt.
    pub id: PromptId,
    /// The version of the prompt that the caller saw.
    pub expected: Expected,
    /// The label.
    pub label: PromptLabel,
    /// The number of the version.
    pub version: u16,
}

/// A label after it was moved, and its prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedLabel {
    /// The prompt.
    pub prompt: Prompt,
    /// The label.
    pub labelled: LabelledVersion,
}

impl Command for MovePromptLabel {
    const NAME: &'static str = "prompt.move_label";
    const PERMISSION: Permission = Permission::PromptUpdate;
    type Output = MovedLabel;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<MovedLabel>, Error> {
        let Self { id, expected, label, version } = self;
        let prompt = locked(ctx, id, &expected).await?;
        check_release(ctx, &prompt, &label)?;
        let labels = ctx.unit.prompt_versions().labels(id).await?;
        let before = labels.iter().find(|known| known.label == label);
        if let Some(unmoved) = before.filter(|known| known.version == version) {
            let labelled = unmoved.clone();
            return Ok(Recorded::without_audit(MovedLabel { prompt, labelled }));
        }
        if before.is_none() && labels.len() >= MAX_PROMPT_LABELS {
            return Err(Error::conflict(PROMPT_LABELS_EXHAUSTED, "a prompt has at most 50 labels"));
        }
        let from = before.map(|known| known.version);
        let to = version_of(ctx, id, PromptChoice::Number(version)).await?.ok_or_else(|| {
            let code: Code = codes::REFERENCE_UNKNOWN;
            Error::field("/version", Invalid::new(code, "there is no such version"))
        })?;
        check_gate(ctx, &prompt, &label, version).await?;
        let labelled = LabelledVersion { label, version, moved_at: ctx.now };
        let prompt = prompt.with_label(&labelled.label, to, ctx.now);
        ctx.unit.prompt_versions().label(id, &labelled).await?;
        ctx.unit.prompts().update(&prompt).await?;
        let audit = AuditRecord::about("prompt.label_moved", &prompt)
            .beside("label", labelled.label.as_str().into())?
            .beside("from", json!(from))?
            .beside("to", json!(version))?;
        Ok(Recorded::new(MovedLabel { prompt, labelled }, audit))
    }
}

/// Removes a label.
#[derive(Debug, Clone)]
pub struct RemovePromptLabel {
    /// The prompt.
    pub id: PromptId,
    /// The version of the prompt that the caller saw.
    pub expected: Expected,
    /// The label.
    pub label: PromptLabel,
}

impl Command for RemovePromptLabel {
    const NAME: &'static str = "prompt.remove_label";
    const PERMISSION: Permission = Permission::PromptUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let Self { id, expected, label } = self;
        let prompt = locked(ctx, id, &expected).await?;
        let labels = ctx.unit.prompt_versions().labels(id).await?;
        let found = labels.into_iter().find(|known| known.label == label);
        let from = found.ok_or(Error::NotFound("prompt label"))?.version;
        check_release(ctx, &prompt, &label)?;
        let newest = version_of(ctx, id, PromptChoice::Newest).await?;
        let newest = newest.ok_or_else(|| Error::internal("a prompt has a version"))?;
        let prompt = prompt.without_label(&label, newest, ctx.now);
        ctx.unit.prompt_versions().remove_label(id, &label).await?;
        ctx.unit.prompts().update(&prompt).await?;
        let audit = AuditRecord::about("prompt.label_removed", &prompt)
            .beside("label", label.as_str().into())?
            .beside("from", json!(from))?;
        Ok(Recorded::new((), audit))
    }
}

/// The rule of a release: who may move this label.
fn check_release(ctx: &Context<'_>, prompt: &Prompt, label: &PromptLabel) -> Result<(), Error> {
    if prompt.protected_labels.contain(label) {
        ctx.access.require(Permission::PromptRelease)?;
    }
    Ok(())
}

/// The gate of a release: what a version must have reached before this label names it.
async fn check_gate(
    ctx: &mut Context<'_>,
    prompt: &Prompt,
    label: &PromptLabel,
    version: u16,
) -> Result<(), Error> {
    let Some(gate) = prompt.release_gate.filter(|_| prompt.protected_labels.contain(label)) else {
        return Ok(());
    };
    let results: &mut dyn EvaluationResultReader = ctx.unit.evaluation_results();
    let best = results.best_score((prompt.id, version), gate.dataset, gate.evaluator).await?;
    gate.check(version, best).map_err(|error| Error::Conflict {
        code: PROMPT_GATE_NOT_PASSED,
        detail: error.to_string().into(),
    })
}

async fn version_of(
    ctx: &mut Context<'_>,
    id: PromptId,
    choice: PromptChoice,
) -> Result<Option<PromptVersion>, Error> {
    let chosen = ctx.unit.prompt_versions().choose(&PromptKey::Id(id), &choice).await?;
    Ok(chosen.map(|prompt| prompt.shown))
}
