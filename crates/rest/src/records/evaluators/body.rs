use chrono::{DateTime, Utc};
use plinth_domain::{
    Description, Evaluator, EvaluatorChanges, EvaluatorDefinition, EvaluatorDraft, EvaluatorKind,
    EvaluatorParts, EvaluatorPartsPatch, Id, Invalid, JsonObject, MAX_PROMPT_VERSIONS, Name,
    Pattern, Score, codes,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form, Merge},
    values::{identity, known, names, object},
};

names! {
    /// What an evaluator compares.
    EvaluatorKindName = Exact, Contains, Regex, JsonSchema, Numeric, Similarity, Judge
}

/// How an evaluator compares. Which fields there are depends on the kind.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvaluatorDefinition, example = json!({"kind": "contains", "ignore_case": true}))]
pub(crate) struct DefinitionBody {
    #[schema(value_type = EvaluatorKindName)]
    kind: String,
    /// `exact`, `contains`: whether capital and small letters are the same; they are not unless this is
    /// `true`.
    ignore_case: Option<bool>,
    /// `regex`: a regular expression without look-around and back references.
    #[schema(min_length = 1, max_length = 1000)]
    pattern: Option<String>,
    /// `json_schema`: a JSON Schema (draft 2020-12), as prompts have them.
    #[schema(value_type = Option<Object>)]
    schema: Option<Map<String, Value>>,
    /// `numeric`: the greatest difference.
    #[schema(minimum = 0)]
    tolerance: Option<f64>,
    /// `similarity`: the embedding model.
    #[schema(format = Uuid)]
    model_id: Option<String>,
    /// `judge`: the prompt. Its variables are `input`, `expected` and `output`; it answers with JSON,
    /// `score` from 0 to 1 and `reason`.
    #[schema(format = Uuid)]
    prompt_id: Option<String>,
    /// `judge`: the number of the prompt's version.
    #[schema(minimum = 1, maximum = 1000)]
    prompt_version: Option<u16>,
    /// `similarity`, `judge`: the least score that passes.
    #[schema(minimum = 0, maximum = 1)]
    threshold: Option<f64>,
}

impl DefinitionBody {
    fn check(self, f: &mut Faults) -> Option<EvaluatorDefinition> {
        let kinds = EvaluatorKind::ALL.map(EvaluatorKind::name);
        let kind = f.check("/kind", known(&self.kind, EvaluatorKind::from_name, &kinds));
        let pattern = f.check_some("/pattern", self.pattern, Pattern::parse);
        let schema = f.check_some("/schema", self.schema, |fields| object(&fields));
        let model = f.check_some("/model_id", self.model_id, |text| identity(&text));
        let prompt = f.check_some("/prompt_id", self.prompt_id, |text| identity(&text));
        let version = f.check_some("/prompt_version", self.prompt_version, version);
        let threshold = f.check_some("/threshold", self.threshold, Score::new);
        let parts = EvaluatorParts {
            kind: kind?,
            ignore_case: self.ignore_case,
            pattern: pattern?,
            schema: schema?,
            tolerance: self.tolerance,
            model: model?,
            prompt: prompt?,
            prompt_version: version?,
            threshold: threshold?,
        };
        match parts.define() {
            Ok(definition) => Some(definition),
            Err(fault) => f.check(&format!("/{}", fault.field), Err(fault.invalid)),
        }
    }
}

fn version(number: u16) -> Result<u16, Invalid> {
    if (1..=MAX_PROMPT_VERSIONS).contains(&number) {
        return Ok(number);
    }
    let detail = format!("1 to {MAX_PROMPT_VERSIONS}");
    Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, detail))
}

/// How an evaluator compares.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EvaluatorDefinitionView)]
pub(crate) struct DefinitionView {
    #[schema(value_type = EvaluatorKindName)]
    kind: &'static str,
    ignore_case: Option<bool>,
    pattern: Option<String>,
    #[schema(value_type = Option<Object>)]
    schema: Option<Box<RawValue>>,
    tolerance: Option<f64>,
    model_id: Option<Uuid>,
    prompt_id: Option<Uuid>,
    prompt_version: Option<u16>,
    threshold: Option<f64>,
}

impl From<&EvaluatorDefinition> for DefinitionView {
    fn from(definition: &EvaluatorDefinition) -> Self {
        let parts = definition.parts();
        let schema = parts.schema.map(JsonObject::into_string);
        Self {
            kind: parts.kind.name(),
            ignore_case: parts.ignore_case,
            pattern: parts.pattern.map(|pattern| pattern.as_str().to_owned()),
            schema: schema.and_then(|text| RawValue::from_string(text).ok()),
            tolerance: parts.tolerance,
            model_id: parts.model.map(Id::uuid),
            prompt_id: parts.prompt.map(Id::uuid),
            prompt_version: parts.prompt_version,
            threshold: parts.threshold.map(Score::number),
        }
    }
}

/// An evaluator: it gives answers a score from 0 to 1.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluatorView {
    id: Uuid,
    #[schema(example = "Names the opening hours")]
    name: String,
    description: Option<String>,
    /// The number of the definition, from 1: another definition has the next one.
    #[schema(minimum = 1)]
    number: u32,
    definition: DefinitionView,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Evaluator> for EvaluatorView {
    fn from(evaluator: Evaluator) -> Self {
        Self {
            id: evaluator.id.uuid(),
            name: evaluator.name.as_str().to_owned(),
            description: evaluator.description.map(|text| text.as_str().to_owned()),
            number: evaluator.number,
            definition: DefinitionView::from(&evaluator.definition),
            version: evaluator.revision.version.number(),
            created_at: evaluator.revision.created_at,
            updated_at: evaluator.revision.updated_at,
        }
    }
}

/// A new evaluator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEvaluator {
    #[schema(min_length = 1, max_length = 200, example = "Names the opening hours")]
    name: String,
    #[schema(
        max_length = 10_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$"
    )]
    description: Option<String>,
    definition: DefinitionBody,
}

impl Form for NewEvaluator {
    type Value = EvaluatorDraft;

    fn check(self, f: &mut Faults) -> Option<EvaluatorDraft> {
        let name = f.check("/name", Name::parse(&self.name));
        let description = f.check_some("/description", self.description, Description::parse);
        let definition = f.within("/definition", |f| self.definition.check(f));
        Some(EvaluatorDraft { name: name?, description: description?, definition: definition? })
    }
}

/// A change to the definition of an evaluator. With another `kind`, nothing of it stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EvaluatorDefinitionPatch, example = json!({"ignore_case": false}))]
pub(crate) struct DefinitionPatch {
    #[serde(default)]
    #[schema(value_type = EvaluatorKindName)]
    kind: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    ignore_case: Merge<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000)]
    pattern: Merge<String>,
    /// The whole schema.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    schema: Merge<Map<String, Value>>,
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = 0)]
    tolerance: Merge<f64>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    model_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    prompt_id: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 1000)]
    prompt_version: Merge<u16>,
    #[serde(default)]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1)]
    threshold: Merge<f64>,
}

impl DefinitionPatch {
    fn check(self, f: &mut Faults) -> Option<EvaluatorPartsPatch> {
        let kinds = EvaluatorKind::ALL.map(EvaluatorKind::name);
        let kind = |text: String| known(&text, EvaluatorKind::from_name, &kinds);
        let kind = self.kind.required(f, "/kind", kind);
        let ignore_case = self.ignore_case.optional(f, "/ignore_case", Ok);
        let pattern = self.pattern.optional(f, "/pattern", Pattern::parse);
        let schema = self.schema.optional(f, "/schema", |fields| object(&fields));
        let tolerance = self.tolerance.optional(f, "/tolerance", Ok);
        let model = self.model_id.optional(f, "/model_id", |text| identity(&text));
        let prompt = self.prompt_id.optional(f, "/prompt_id", |text| identity(&text));
        let prompt_version = self.prompt_version.optional(f, "/prompt_version", version);
        let threshold = self.threshold.optional(f, "/threshold", Score::new);
        Some(EvaluatorPartsPatch {
            kind: kind?,
            ignore_case: ignore_case?,
            pattern: pattern?,
            schema: schema?,
            tolerance: tolerance?,
            model: model?,
            prompt: prompt?,
            prompt_version: prompt_version?,
            threshold: threshold?,
        })
    }
}

/// A change to an evaluator: a merge patch (RFC 7396). `null` clears the description.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvaluatorPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Names the hours")]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 10_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$")]
    description: Merge<String>,
    #[serde(default)]
    #[schema(value_type = DefinitionPatch)]
    definition: Merge<DefinitionPatch>,
}

impl Form for EvaluatorPatch {
    type Value = EvaluatorChanges;

    fn check(self, f: &mut Faults) -> Option<EvaluatorChanges> {
        let name = self.name.required(f, "/name", |text| Name::parse(&text));
        let description = self.description.optional(f, "/description", Description::parse);
        let definition = match self.definition.required(f, "/definition", Ok)? {
            Some(given) => f.within("/definition", |f| given.check(f)).map(Some),
            None => Some(None),
        };
        Some(EvaluatorChanges { name: name?, description: description?, definition: definition? })
    }
}
