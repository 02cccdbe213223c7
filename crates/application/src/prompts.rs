//! Prompts, their versions and their labels.

mod audit;
mod draft;
mod labels;
mod reading;
mod rendering;
mod versions;

pub use draft::NewPromptVersion;
pub use labels::{MovePromptLabel, MovedLabel, RemovePromptLabel};
pub use reading::{GetPrompt, GetPromptVersion, ListPromptLabels, ListPromptVersions, ListPrompts};
pub use rendering::RenderPrompt;
pub use versions::{AddPromptVersion, AddedVersion};

use plinth_domain::{Permission, Prompt, PromptChanges, PromptDraft, PromptId};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, Recorded,
    resource::{Found, Resource},
};

pub use plinth_ports::records::prompts::PROMPT_NAME_TAKEN;

plinth_domain::codes! {
    PROMPT_MODEL_KIND = "prompt.model_kind", "The model of a prompt answers no messages.";
    PROMPT_VERSIONS_EXHAUSTED = "prompt.versions_exhausted",
        "A prompt has at most 1000 versions.";
    PROMPT_GATE_NOT_PASSED = "prompt.gate_not_passed",
        "The version lacks an evaluation with the score that the release gate of its prompt demands.";
    PROMPT_LABELS_EXHAUSTED = "prompt.labels_exhausted", "A prompt has at most 50 labels.";
}

impl Resource for Prompt {
    const KIND: &'static str = "prompt";
    const TOPIC: &'static str = "prompts";
    const READ: Permission = Permission::PromptRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        audit::prompt(self)
    }
}

/// Creates a prompt with its first version.
#[derive(Debug, Clone)]
pub struct CreatePrompt {
    /// Its values.
    pub draft: PromptDraft,
    /// Its first version.
    pub version: NewPromptVersion,
}

impl Command for CreatePrompt {
    const NAME: &'static str = "prompt.create";
    const PERMISSION: Permission = Permission::PromptCreate;
    type Output = Prompt;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Prompt>, Error> {
        if self.draft.release_gate.is_some() {
            ctx.access.require(Permission::PromptRelease)?;
        }
        let (first, origin) = self.version.checked(ctx).await?;
        ctx.make_room::<Prompt>().await?;
        let (id, organization) = (ctx.id(), ctx.organization());
        let prompt = Prompt::create(id, organization, self.draft, first, origin);
        ctx.unit.prompts().insert(&prompt).await.map_err(Error::write::<Prompt>)?;
        versions::add(ctx, &prompt.shown).await?;
        let audit = AuditRecord::created("prompt.created", &prompt)?;
        let audit = audit.beside("prompt_version", audit::version(&prompt.shown))?;
        Ok(Recorded::new(prompt, audit))
    }
}

/// Changes a prompt. Its versions never change.
#[derive(Debug, Clone)]
pub struct UpdatePrompt {
    /// The prompt.
    pub id: PromptId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: PromptChanges,
}

impl Command for UpdatePrompt {
    const NAME: &'static str = "prompt.update";
    const PERMISSION: Permission = Permission::PromptUpdate;
    type Output = Prompt;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Prompt>, Error> {
        let before = ctx.unit.prompts().expect(self.id, &self.expected).await?;
        let after = before.clone().change(self.changes, ctx.now);
        let rules = |prompt: &Prompt| (prompt.protected_labels.clone(), prompt.release_gate);
        if rules(&before) != rules(&after) {
            // Otherwise a label would be moved once it is not protected any more.
            ctx.access.require(Permission::PromptRelease)?;
        }
        ctx.unit.prompts().update(&after).await.map_err(Error::write::<Prompt>)?;
        Recorded::changed("prompt.updated", &before, after)
    }
}

/// Removes a prompt permanently, with its versions and its labels.
#[derive(Debug, Clone)]
pub struct RemovePrompt {
    /// The prompt.
    pub id: PromptId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemovePrompt {
    const NAME: &'static str = "prompt.remove";
    const PERMISSION: Permission = Permission::PromptDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let prompt = ctx.unit.prompts().expect(self.id, &self.expected).await?;
        ctx.unit.prompts().remove(&prompt).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed("prompt.removed", &prompt)?))
    }
}
