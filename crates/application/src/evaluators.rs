//! Evaluators.

use plinth_domain::{
    Code, Description, Evaluator, EvaluatorChanges, EvaluatorDefinition, EvaluatorDraft,
    EvaluatorId, Id, Invalid, JsonObject, ModelKind, Pattern, Permission, PromptChoice, Score,
    codes,
};
use plinth_ports::{
    Page, PageRequest, PromptKey, TemplateFault,
    records::evaluators::{EvaluatorFilter, EvaluatorSort},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    AuditRecord, Command, Context, Error, Expected, FieldFault, Query, Reading, Recorded, View,
    resource::{Found, Resource},
};

plinth_domain::codes! {
    EVALUATOR_PATTERN_INVALID = "evaluator.pattern_invalid",
        "The pattern is no regular expression of a regular language.";
    EVALUATOR_MODEL_KIND = "evaluator.model_kind", "The model of a similarity makes no embeddings.";
}

impl Resource for Evaluator {
    const KIND: &'static str = "evaluator";
    const TOPIC: &'static str = "evaluators";
    const READ: Permission = Permission::EvaluatorRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "name": self.name.as_str(),
            "description": self.description.as_ref().map(Description::as_str),
            "number": self.number,
            "definition": definition(&self.definition),
            "version": self.revision.version.number(),
        })
    }
}

/// Without a schema, which would not fit: the number tells which it is.
fn definition(definition: &EvaluatorDefinition) -> Value {
    let parts = definition.parts();
    json!({
        "kind": parts.kind.name(),
        "ignore_case": parts.ignore_case,
        "pattern": parts.pattern.as_ref().map(Pattern::as_str),
        "tolerance": parts.tolerance,
        "model_id": parts.model.map(Id::uuid),
        "prompt_id": parts.prompt.map(Id::uuid),
        "prompt_version": parts.prompt_version,
        "threshold": parts.threshold.map(Score::number),
    })
}

/// The JSON Schema of the texts in which a pattern is found.
pub(crate) fn pattern_schema(pattern: &Pattern) -> JsonObject {
    let schema = json!({"type": "string", "pattern": pattern.as_str()});
    JsonObject::from_parsed(schema.to_string())
}

/// Checks what the domain cannot: expressions, schemas, and what the definition refers to.
async fn check(ctx: &mut Context<'_>, definition: &EvaluatorDefinition) -> Result<(), Error> {
    let fault = |field: &str, code: Code, detail: &str| {
        Error::field(&format!("/definition/{field}"), Invalid::new(code, detail.to_owned()))
    };
    match definition {
        EvaluatorDefinition::Regex { pattern } => {
            let checked = ctx.templates.check_schema(&pattern_schema(pattern));
            let why = |faults: Vec<TemplateFault>| {
                faults.into_iter().next().map_or_else(String::new, |fault| fault.invalid.detail)
            };
            checked.map_err(|faults| fault("pattern", EVALUATOR_PATTERN_INVALID, &why(faults)))
        }
        EvaluatorDefinition::JsonSchema { schema } => {
            ctx.templates.check_schema(schema).map_err(|faults| {
                let told = |fault: TemplateFault| {
                    FieldFault::new(format!("/definition/schema{}", fault.pointer), fault.invalid)
                };
                Error::Invalid(faults.into_iter().map(told).collect())
            })
        }
        EvaluatorDefinition::Similarity { model, .. } => {
            match ctx.unit.model_catalogue().kinds(&[*model]).await?.first() {
                Some((_, ModelKind::Embedding)) => Ok(()),
                Some(_) => Err(fault(
                    "model_id",
                    EVALUATOR_MODEL_KIND,
                    "must be a model that embeds texts",
                )),
                None => Err(Error::unknown_reference("definition/model_id")),
            }
        }
        EvaluatorDefinition::Judge { prompt, version, .. } => {
            let versions = ctx.unit.prompt_versions();
            let (key, choice) = (PromptKey::Id(*prompt), PromptChoice::Number(*version));
            if versions.choose(&key, &choice).await?.is_some() {
                return Ok(());
            }
            let detail = "there is no such version of the prompt";
            Err(fault("prompt_version", codes::REFERENCE_UNKNOWN, detail))
        }
        EvaluatorDefinition::Exact { .. }
        | EvaluatorDefinition::Contains { .. }
        | EvaluatorDefinition::Numeric { .. } => Ok(()),
    }
}

/// Reads one evaluator.
#[derive(Debug, Clone, Copy)]
pub struct GetEvaluator {
    /// The evaluator.
    pub id: EvaluatorId,
}

impl Query for GetEvaluator {
    const NAME: &'static str = "evaluator.get";
    const PERMISSION: Permission = Permission::EvaluatorRead;
    type Output = Evaluator;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Evaluator, Error> {
        view.unit.evaluators().get(self.id).await
    }
}

/// Lists evaluators.
#[derive(Debug)]
pub struct ListEvaluators {
    /// Selects the evaluators.
    pub filter: EvaluatorFilter,
    /// The order and the position.
    pub page: PageRequest<EvaluatorSort>,
}

impl Query for ListEvaluators {
    const NAME: &'static str = "evaluator.list";
    const PERMISSION: Permission = Permission::EvaluatorRead;
    type Output = Page<Evaluator>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, self.filter.kind.values().is_some())
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Evaluator>, Error> {
        Ok(view.unit.evaluators().list(&self.filter, &self.page).await?)
    }
}

/// Creates an evaluator.
#[derive(Debug, Clone)]
pub struct CreateEvaluator {
    /// Its values.
    pub draft: EvaluatorDraft,
}

impl Command for CreateEvaluator {
    const NAME: &'static str = "evaluator.create";
    const PERMISSION: Permission = Permission::EvaluatorCreate;
    type Output = Evaluator;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Evaluator>, Error> {
        check(ctx, &self.draft.definition).await?;
        ctx.make_room::<Evaluator>().await?;
        let evaluator = Evaluator::create(ctx.id(), ctx.organization(), self.draft, ctx.now);
        ctx.unit.evaluators().insert(&evaluator).await.map_err(Error::write::<Evaluator>)?;
        Recorded::created(evaluator)
    }
}

/// Changes an evaluator. Evaluations keep the definition with which they were made.
#[derive(Debug, Clone)]
pub struct UpdateEvaluator {
    /// The evaluator.
    pub id: EvaluatorId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// The new values.
    pub changes: EvaluatorChanges,
}

impl Command for UpdateEvaluator {
    const NAME: &'static str = "evaluator.update";
    const PERMISSION: Permission = Permission::EvaluatorUpdate;
    type Output = Evaluator;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Evaluator>, Error> {
        let before = ctx.unit.evaluators().expect(self.id, &self.expected).await?;
        let after = before.clone().change(self.changes, ctx.now).map_err(|fault| {
            Error::field(&format!("/definition/{}", fault.field), fault.invalid)
        })?;
        if after.number != before.number {
            check(ctx, &after.definition).await?;
        }
        ctx.unit.evaluators().update(&after).await.map_err(Error::write::<Evaluator>)?;
        Recorded::changed("evaluator.updated", &before, after)
    }
}

/// Removes an evaluator that no evaluation has.
#[derive(Debug, Clone)]
pub struct RemoveEvaluator {
    /// The evaluator.
    pub id: EvaluatorId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RemoveEvaluator {
    const NAME: &'static str = "evaluator.remove";
    const PERMISSION: Permission = Permission::EvaluatorDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let evaluator = ctx.unit.evaluators().expect(self.id, &self.expected).await?;
        ctx.unit.evaluators().remove(&evaluator).await.map_err(Error::in_use)?;
        Ok(Recorded::new((), AuditRecord::removed("evaluator.removed", &evaluator)?))
    }
}
