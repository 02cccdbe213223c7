use super::{EvaluatorDefinition, EvaluatorKind, Pattern, Score};
use crate::{Code, Invalid, JsonObject, ModelId, Patch, PromptId, codes};

/// A definition as single values, as requests and rows have them.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluatorParts {
    /// The kind, which says what of the others is there.
    pub kind: EvaluatorKind,
    /// See [`EvaluatorDefinition`]; `false` where it is absent.
    pub ignore_case: Option<bool>,
    /// See [`EvaluatorDefinition`].
    pub pattern: Option<Pattern>,
    /// See [`EvaluatorDefinition`].
    pub schema: Option<JsonObject>,
    /// See [`EvaluatorDefinition`].
    pub tolerance: Option<f64>,
    /// See [`EvaluatorDefinition`].
    pub model: Option<ModelId>,
    /// See [`EvaluatorDefinition`].
    pub prompt: Option<PromptId>,
    /// See [`EvaluatorDefinition`].
    pub prompt_version: Option<u16>,
    /// See [`EvaluatorDefinition`].
    pub threshold: Option<Score>,
}

/// What is wrong with parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyPart {
    /// The name of the part.
    pub field: &'static str,
    /// What is wrong.
    pub invalid: Invalid,
}

impl EvaluatorParts {
    /// Nothing but the kind.
    #[must_use]
    pub const fn of(kind: EvaluatorKind) -> Self {
        Self {
            kind,
            ignore_case: None,
            pattern: None,
            schema: None,
            tolerance: None,
            model: None,
            prompt: None,
            prompt_version: None,
            threshold: None,
        }
    }

    /// The parts after a change. Another kind begins without any of them.
    #[must_use]
    pub fn change(self, patch: EvaluatorPartsPatch) -> Self {
        let kind = patch.kind.unwrap_or(self.kind);
        let mut parts = if kind == self.kind { self } else { Self::of(kind) };
        patch.ignore_case.apply(&mut parts.ignore_case);
        patch.pattern.apply(&mut parts.pattern);
        patch.schema.apply(&mut parts.schema);
        patch.tolerance.apply(&mut parts.tolerance);
        patch.model.apply(&mut parts.model);
        patch.prompt.apply(&mut parts.prompt);
        patch.prompt_version.apply(&mut parts.prompt_version);
        patch.threshold.apply(&mut parts.threshold);
        parts
    }

    /// The definition.
    ///
    /// # Errors
    /// A part is missing, or does not belong to the kind, or is out of its range.
    pub fn define(self) -> Result<EvaluatorDefinition, FaultyPart> {
        use EvaluatorKind as Kind;
        let given = [
            ("ignore_case", self.ignore_case.is_some()),
            ("pattern", self.pattern.is_some()),
            ("schema", self.schema.is_some()),
            ("tolerance", self.tolerance.is_some()),
            ("model_id", self.model.is_some()),
            ("prompt_id", self.prompt.is_some()),
            ("prompt_version", self.prompt_version.is_some()),
            ("threshold", self.threshold.is_some()),
        ];
        let own: &[&str] = match self.kind {
            Kind::Exact | Kind::Contains => &["ignore_case"],
            Kind::Regex => &["pattern"],
            Kind::JsonSchema => &["schema"],
            Kind::Numeric => &["tolerance"],
            Kind::Similarity => &["model_id", "threshold"],
            Kind::Judge => &["prompt_id", "prompt_version", "threshold"],
        };
        if let Some((field, _)) = given.iter().find(|(name, is)| *is && !own.contains(name)) {
            let detail = format!("not of an evaluator of the kind {}", self.kind.name());
            return Err(fault(field, codes::VALUE_UNKNOWN, detail));
        }
        let ignore_case = self.ignore_case.unwrap_or_default();
        Ok(match self.kind {
            Kind::Exact => EvaluatorDefinition::Exact { ignore_case },
            Kind::Contains => EvaluatorDefinition::Contains { ignore_case },
            Kind::Regex => EvaluatorDefinition::Regex { pattern: needed("pattern", self.pattern)? },
            Kind::JsonSchema => {
                EvaluatorDefinition::JsonSchema { schema: needed("schema", self.schema)? }
            }
            Kind::Numeric => {
                let tolerance = needed("tolerance", self.tolerance)?;
                if !(0.0..=1e15).contains(&tolerance) {
                    let detail = "from 0 to 10^15".to_owned();
                    return Err(fault("tolerance", codes::NUMBER_OUT_OF_RANGE, detail));
                }
                EvaluatorDefinition::Numeric { tolerance }
            }
            Kind::Similarity => EvaluatorDefinition::Similarity {
                model: needed("model_id", self.model)?,
                threshold: needed("threshold", self.threshold)?,
            },
            Kind::Judge => EvaluatorDefinition::Judge {
                prompt: needed("prompt_id", self.prompt)?,
                version: needed("prompt_version", self.prompt_version)?,
                threshold: needed("threshold", self.threshold)?,
            },
        })
    }
}

impl EvaluatorDefinition {
    /// The single values.
    #[must_use]
    pub fn parts(&self) -> EvaluatorParts {
        let parts = EvaluatorParts::of(self.kind());
        match self.clone() {
            Self::Exact { ignore_case } | Self::Contains { ignore_case } => {
                EvaluatorParts { ignore_case: Some(ignore_case), ..parts }
            }
            Self::Regex { pattern } => EvaluatorParts { pattern: Some(pattern), ..parts },
            Self::JsonSchema { schema } => EvaluatorParts { schema: Some(schema), ..parts },
            Self::Numeric { tolerance } => EvaluatorParts { tolerance: Some(tolerance), ..parts },
            Self::Similarity { model, threshold } => {
                EvaluatorParts { model: Some(model), threshold: Some(threshold), ..parts }
            }
            Self::Judge { prompt, version, threshold } => EvaluatorParts {
                prompt: Some(prompt),
                prompt_version: Some(version),
                threshold: Some(threshold),
                ..parts
            },
        }
    }
}

fn fault(field: &'static str, code: Code, detail: String) -> FaultyPart {
    FaultyPart { field, invalid: Invalid::new(code, detail) }
}

fn needed<T>(field: &'static str, part: Option<T>) -> Result<T, FaultyPart> {
    part.ok_or_else(|| fault(field, codes::FIELD_REQUIRED, "is required".to_owned()))
}

/// A change to parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EvaluatorPartsPatch {
    /// Sets the kind.
    pub kind: Option<EvaluatorKind>,
    /// Sets the part, or clears it.
    pub ignore_case: Patch<bool>,
    /// Sets the part, or clears it.
    pub pattern: Patch<Pattern>,
    /// Sets the part, or clears it.
    pub schema: Patch<JsonObject>,
    /// Sets the part, or clears it.
    pub tolerance: Patch<f64>,
    /// Sets the part, or clears it.
    pub model: Patch<ModelId>,
    /// Sets the part, or clears it.
    pub prompt: Patch<PromptId>,
    /// Sets the part, or clears it.
    pub prompt_version: Patch<u16>,
    /// Sets the part, or clears it.
    pub threshold: Patch<Score>,
}
