//! JSON Schemas (draft 2020-12) of variables and answers, by `jsonschema`.
//!
//! A schema refers to nothing outside, and not to itself: what it costs to check a value is then at
//! most the size of the schema, with its references followed, times that of the value.

mod size;

use jsonschema::{PatternOptions, ValidationError, Validator};
use plinth_domain::{JsonObject, codes};
use plinth_ports::{
    CONTEXT_VARIABLE, PROMPT_SCHEMA_INVALID, PROMPT_TOO_MUCH_WORK, PROMPT_VARIABLE_INVALID,
    PROMPT_VARIABLES_TOO_LARGE, TemplateFault, VARIABLES_BYTES,
};
use serde_json::Value;

use crate::{MAX_FAULTS, shortened};
use size::Size;

/// The most work of checking variables: their bytes times the weight of the schema. That is about a
/// second at worst, and usually a thousandth of it.
const MAX_WORK: u64 = 1 << 28;

/// The most work at which all faults are collected. Beyond it only the first one is told, because a
/// fault takes more memory than the value that it is about.
const MAX_COLLECTED: u64 = 1 << 18;

/// What a pattern weighs, compared with any other value of a schema.
const PATTERN_WEIGHT: u64 = 256;

/// The most bytes of a compiled pattern, and of what is remembered while a text is tested.
const MAX_PATTERN_BYTES: usize = 32 * 1024;

/// The place of variables in a request.
const VARIABLES: &str = "/variables";

/// A schema that can be used.
pub(crate) struct Schema {
    validator: Validator,
    text: Value,
    size: Size,
}

/// Why a schema cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SchemaRefused {
    /// A JSON pointer into the schema.
    pointer: String,
    why: String,
}

impl SchemaRefused {
    fn new(pointer: impl Into<String>, why: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), why: why.into() }
    }

    /// The fault of a schema at this place.
    pub(crate) fn at(&self, place: &str) -> Vec<TemplateFault> {
        let pointer = format!("{place}{}", self.pointer);
        vec![TemplateFault::new(pointer, PROMPT_SCHEMA_INVALID, shortened(&self.why))]
    }

    /// The fault of a schema that was stored.
    pub(crate) fn first(&self) -> TemplateFault {
        TemplateFault::new(self.pointer.clone(), PROMPT_SCHEMA_INVALID, shortened(&self.why))
    }
}

impl Schema {
    pub(crate) fn new(text: &JsonObject) -> Result<Self, SchemaRefused> {
        if text.as_str().len() > JsonObject::MAX_BYTES {
            let why = format!("at most {} bytes", JsonObject::MAX_BYTES);
            return Err(SchemaRefused::new("", why));
        }
        let schema: Value = serde_json::from_str(text.as_str())
            .map_err(|_| SchemaRefused::new("", "must be a JSON object"))?;
        let size = size::measured(&schema)?;
        let described = jsonschema::draft202012::meta::validate(&schema);
        described.map_err(|error| {
            let pointer = error.instance_path().to_string();
            SchemaRefused::new(pointer, error.masked().to_string())
        })?;
        let patterns = PatternOptions::regex()
            .size_limit(MAX_PATTERN_BYTES)
            .dfa_size_limit(4 * MAX_PATTERN_BYTES);
        let options = jsonschema::draft202012::options()
            .offline()
            .should_validate_formats(false)
            .with_pattern_options(patterns);
        let built = options.build(&schema);
        let validator = built.map_err(|error| {
            let pointer = error.instance_path().to_string();
            SchemaRefused::new(pointer, error.masked().to_string())
        })?;
        Ok(Self { validator, text: schema, size })
    }

    /// Whether it declares a variable of this name.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.text.get("properties").is_some_and(|properties| properties.get(name).is_some())
    }

    /// Whether a text is JSON that fits it.
    pub(crate) fn is_fit(&self, json: &str) -> Result<bool, TemplateFault> {
        if self.work(json.len()) > MAX_WORK {
            let detail = "the value is too long to be checked by this schema";
            return Err(TemplateFault::new("", PROMPT_TOO_MUCH_WORK, detail));
        }
        Ok(serde_json::from_str(json).is_ok_and(|value| self.validator.is_valid(&value)))
    }

    /// What it takes to check so many bytes.
    fn work(&self, bytes: usize) -> u64 {
        let weight = self.size.values + PATTERN_WEIGHT * self.size.patterns;
        (bytes as u64).saturating_mul(weight)
    }

    /// Checks all variables of a rendering.
    pub(crate) fn check(&self, variables: &Variables) -> Result<(), Vec<TemplateFault>> {
        let work = self.work(variables.bytes);
        if work > MAX_WORK {
            let detail = "the variables are too long to be checked by this schema";
            return Err(vec![TemplateFault::new(VARIABLES, PROMPT_TOO_MUCH_WORK, detail)]);
        }
        if self.validator.is_valid(&variables.value) {
            return Ok(());
        }
        let faults: Vec<TemplateFault> = if work <= MAX_COLLECTED {
            self.validator
                .iter_errors(&variables.value)
                .take(MAX_FAULTS)
                .map(|error| fault(&error))
                .collect()
        } else if self.size.has_choices {
            // The first fault of a choice has those of all its branches.
            Vec::new()
        } else {
            self.validator
                .validate(&variables.value)
                .err()
                .map(|error| fault(&error))
                .into_iter()
                .collect()
        };
        if faults.is_empty() {
            let detail = "the variables do not fit the input schema";
            return Err(vec![TemplateFault::new(VARIABLES, PROMPT_VARIABLE_INVALID, detail)]);
        }
        Err(faults)
    }
}

fn fault(error: &ValidationError<'_>) -> TemplateFault {
    let pointer = format!("{VARIABLES}{}", error.instance_path());
    let detail = error.masked_with("the value").to_string();
    TemplateFault::new(pointer, PROMPT_VARIABLE_INVALID, shortened(&detail))
}

/// The variables of one rendering.
pub(crate) struct Variables {
    /// An object.
    pub(crate) value: Value,
    bytes: usize,
}

impl Variables {
    pub(crate) fn parse(text: &JsonObject) -> Result<Self, TemplateFault> {
        let bytes = text.as_str().len();
        if bytes > VARIABLES_BYTES {
            let detail = format!("at most {VARIABLES_BYTES} bytes");
            return Err(TemplateFault::new(VARIABLES, PROMPT_VARIABLES_TOO_LARGE, detail));
        }
        if let Ok(value @ Value::Object(_)) = serde_json::from_str(text.as_str()) {
            return Ok(Self { value, bytes });
        }
        let detail = "must be a JSON object";
        Err(TemplateFault::new(VARIABLES, codes::JSON_MALFORMED, detail))
    }

    /// The same variables with the context as one more, which the caller must not have given.
    pub(crate) fn with_context(&self, text: &str) -> Result<Self, TemplateFault> {
        let pointer = || format!("{VARIABLES}/{CONTEXT_VARIABLE}");
        let Ok(context) = serde_json::from_str(text) else {
            return Err(TemplateFault::new(pointer(), codes::JSON_MALFORMED, "must be JSON"));
        };
        let mut variables = self.value.as_object().cloned().unwrap_or_default();
        if variables.insert(CONTEXT_VARIABLE.to_owned(), context).is_some() {
            let detail = "either this variable or the context of the execution";
            return Err(TemplateFault::new(pointer(), codes::VALUE_REPEATED, detail));
        }
        Ok(Self { value: Value::Object(variables), bytes: self.bytes + text.len() })
    }

    /// Whether a variable of this name is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }
}
