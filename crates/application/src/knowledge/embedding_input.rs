//! How texts are given to an embedding model: its configuration says so.
//!
//! Many models want to know whether a text is looked for or found. E5 wants `query: ` and `passage: `
//! before the texts, other servers a parameter such as `input_type`.

use std::borrow::Cow;

use plinth_domain::{
    ApiKeyId, DocumentId, EvaluationId, Invalid, JsonObject, ModelKind, ProjectId, UserId,
};
use serde_json::{Map, Value};

use crate::Error;

plinth_domain::codes! {
    MODEL_CONFIG_INVALID = "model.config_invalid",
        "A prefix of an embedding model is no text of at most 500 characters, or its parameters for \
         queries or passages are no object.";
}

/// The most characters of a prefix.
const MAX_PREFIX: usize = 500;

/// What a text is embedded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is looked for.
    Query,
    /// It is found.
    Passage,
}

impl Purpose {
    const ALL: [Self; 2] = [Self::Query, Self::Passage];

    /// The key of what is put before each text.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Query => "query_prefix",
            Self::Passage => "passage_prefix",
        }
    }

    /// The key of parameters of its own.
    const fn parameters(self) -> &'static str {
        match self {
            Self::Query => "query_parameters",
            Self::Passage => "passage_parameters",
        }
    }
}

/// What vectors are made for: each use is counted as an execution of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EmbeddingUse {
    /// A text that the caller looks for.
    Search,
    /// Chunks of a document.
    Document {
        /// The document.
        document: DocumentId,
        /// Its project, whose budgets count it.
        project: Option<ProjectId>,
    },
    /// An answer and what was expected, in an evaluation.
    Evaluation {
        /// The evaluation.
        evaluation: EvaluationId,
        /// Who made it.
        user: UserId,
        /// The key by which it was made.
        api_key: Option<ApiKeyId>,
    },
}

impl EmbeddingUse {
    /// The name in tags.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Document { .. } => "document",
            Self::Evaluation { .. } => "evaluation",
        }
    }

    pub(crate) const fn purpose(self) -> Purpose {
        match self {
            Self::Search => Purpose::Query,
            Self::Document { .. } | Self::Evaluation { .. } => Purpose::Passage,
        }
    }
}

/// Refuses a configuration that cannot be used.
pub(crate) fn check_config(kind: ModelKind, config: &JsonObject) -> Result<(), Error> {
    if kind != ModelKind::Embedding || config.as_str() == "{}" {
        return Ok(());
    }
    let config = parsed(config)?;
    for purpose in Purpose::ALL {
        let (prefix, parameters) = (purpose.prefix(), purpose.parameters());
        let is_prefix = |value: &Value| {
            value.as_str().is_some_and(|text| text.chars().nth(MAX_PREFIX).is_none())
        };
        if config.get(prefix).is_some_and(|value| !is_prefix(value)) {
            return Err(refused(prefix, "a text of at most 500 characters"));
        }
        if config.get(parameters).is_some_and(|value| !value.is_object()) {
            return Err(refused(parameters, "an object"));
        }
    }
    Ok(())
}

fn refused(key: &str, detail: &'static str) -> Error {
    Error::field(&format!("/config/{key}"), Invalid::new(MODEL_CONFIG_INVALID, detail))
}

/// The texts as the model gets them, and the parameters of the call.
pub(super) fn prepared<'a>(
    config: &JsonObject,
    purpose: Purpose,
    texts: &'a [String],
) -> Result<(Cow<'a, [String]>, JsonObject), Error> {
    if config.as_str() == "{}" {
        return Ok((Cow::Borrowed(texts), JsonObject::default()));
    }
    let mut config = parsed(config)?;
    let own = config.remove(purpose.parameters());
    let prefix = config.remove(purpose.prefix());
    for purpose in Purpose::ALL {
        config.remove(purpose.prefix());
        config.remove(purpose.parameters());
    }
    if let Some(Value::Object(own)) = own {
        config.extend(own);
    }
    let texts = match prefix.as_ref().and_then(Value::as_str) {
        Some(prefix) if !prefix.is_empty() => {
            Cow::Owned(texts.iter().map(|text| format!("{prefix}{text}")).collect())
        }
        _ => Cow::Borrowed(texts),
    };
    Ok((texts, JsonObject::from_parsed(Value::Object(config).to_string())))
}

fn parsed(config: &JsonObject) -> Result<Map<String, Value>, Error> {
    serde_json::from_str(config.as_str()).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(value: &Value) -> JsonObject {
        JsonObject::from_parsed(value.to_string())
    }

    #[test]
    fn queries_and_passages_get_their_own_prefixes_and_parameters() {
        let config = config(&json!({
            "dimensions": 256, "query_prefix": "query: ", "passage_prefix": "",
            "query_parameters": {"input_type": "query"},
            "passage_parameters": {"input_type": "passage", "dimensions": 128},
        }));
        let texts = ["cold".to_owned()];
        let (asked, parameters) = prepared(&config, Purpose::Query, &texts).unwrap();
        assert_eq!(*asked, ["query: cold".to_owned()]);
        assert_eq!(parameters.as_str(), r#"{"dimensions":256,"input_type":"query"}"#);
        let (asked, parameters) = prepared(&config, Purpose::Passage, &texts).unwrap();
        assert_eq!(*asked, texts);
        assert_eq!(parameters.as_str(), r#"{"dimensions":128,"input_type":"passage"}"#);
        let (_, parameters) = prepared(&JsonObject::default(), Purpose::Query, &texts).unwrap();
        assert_eq!(parameters.as_str(), "{}");
    }

    #[test]
    fn a_wrong_configuration_is_refused_at_its_key() {
        for (key, value) in [
            ("query_prefix", json!(7)),
            ("passage_prefix", json!("x".repeat(501))),
            ("query_parameters", json!("query")),
            ("passage_parameters", json!([])),
        ] {
            let config = config(&json!({ key: value }));
            let refused = check_config(ModelKind::Embedding, &config).unwrap_err();
            assert!(format!("{refused:?}").contains(&format!("/config/{key}")), "{refused:?}");
            check_config(ModelKind::Chat, &config).unwrap();
        }
    }
}
