//! The body of a request for embeddings.

use std::{collections::HashMap, future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use plinth_domain::{Invalid, JsonObject, codes};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    PARAMETER_UNSUPPORTED,
    fields::{self, Fields},
    target::{Target, unknown},
};
use crate::{json::codes::FIELD_TYPE, problem::ApiError};

/// The most texts of one request, as OpenAI's API has it.
const MAX_INPUTS: usize = 2048;

/// A request for the vectors of texts, in the form of OpenAI's API.
///
/// Other parameters (`dimensions`, …) go to the provider as they are written. At most 256 KiB of JSON
/// are executed.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it only describes the body")]
pub(super) struct EmbeddingsRequest {
    /// The name of a model that makes embeddings.
    #[schema(max_length = 100, example = "local/e5")]
    model: String,
    /// A text, or a list of at most 2,048 texts. Lists of tokens are refused.
    #[schema(value_type = EmbeddingsInput)]
    input: Value,
    /// How vectors are written: as numbers, or as base64 of 32-bit numbers, least significant byte
    /// first.
    encoding_format: Option<Encoding>,
    /// Other parameters.
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// A text, or a list of texts.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes the body")]
pub(super) enum EmbeddingsInput {
    /// A text.
    One(String),
    /// Texts.
    Several(Vec<String>),
}

/// How vectors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EmbeddingsEncoding)]
pub(super) enum Encoding {
    Float,
    Base64,
}

/// What is asked for.
pub(super) struct EmbeddingsBody {
    /// The parameter `model`.
    pub(super) model: String,
    pub(super) target: Target,
    /// A JSON array of texts.
    pub(super) inputs: String,
    pub(super) encoding: Encoding,
    pub(super) parameters: JsonObject,
}

impl FromRequest for EmbeddingsBody {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::parse(&fields::receive(request, payload).await?) })
    }
}

impl EmbeddingsBody {
    fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        let mut f = Fields::of(bytes)?;
        let model = f.text("model");
        let inputs = match f.raw("input") {
            Some(text) => inputs(text),
            None => Err(Invalid::new(codes::FIELD_REQUIRED, "must be given")),
        };
        let inputs = f.faults.check("/input", inputs);
        let encoding = f.take("encoding_format", "float or base64").unwrap_or(Encoding::Float);
        let parameters = f.parameters();
        let (model, inputs) = f.faults.into_result(model.zip(inputs))?;
        let target = Target::parse(&model)?;
        if matches!(target, Target::Prompt(..)) {
            return Err(unknown());
        }
        Ok(Self { model, target, inputs, encoding, parameters })
    }
}

/// The texts as a JSON array.
fn inputs(text: &str) -> Result<String, Invalid> {
    let empty = || Invalid::new(codes::TEXT_EMPTY, "a text must not be empty");
    if text.starts_with('"') {
        return if text == r#""""# { Err(empty()) } else { Ok(format!("[{text}]")) };
    }
    let Ok(texts) = serde_json::from_str::<Vec<String>>(text) else {
        let of_tokens = serde_json::from_str::<Vec<Value>>(text)
            .is_ok_and(|list| list.iter().any(|item| item.is_number() || item.is_array()));
        return Err(if of_tokens {
            let detail = "lists of tokens are not understood: send texts";
            Invalid::new(PARAMETER_UNSUPPORTED, detail)
        } else {
            Invalid::new(FIELD_TYPE, "must be a string or a list of strings")
        });
    };
    match texts.len() {
        0 => Err(Invalid::new(codes::LIST_EMPTY, "at least one text")),
        1..=MAX_INPUTS if texts.iter().any(String::is_empty) => Err(empty()),
        1..=MAX_INPUTS => Ok(text.to_owned()),
        _ => Err(Invalid::new(codes::LIST_TOO_LONG, format!("at most {MAX_INPUTS} texts"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_and_tokens_are_refused() {
        assert_eq!(inputs(r#""a""#), Ok(r#"["a"]"#.to_owned()));
        assert_eq!(inputs(r#"["a", "b"]"#), Ok(r#"["a", "b"]"#.to_owned()));
        let code = |text: &str| inputs(text).map_err(|invalid| invalid.code.name());
        assert_eq!(code("[1, 2]"), Err("parameter.unsupported"));
        assert_eq!(code("[[1], [2]]"), Err("parameter.unsupported"));
        assert_eq!(code("7"), Err("field.type"));
        assert_eq!(code("[]"), Err("list.empty"));
        assert_eq!(code(r#"["a", ""]"#), Err("text.empty"));
        let many = format!("[{}]", vec![r#""a""#; MAX_INPUTS + 1].join(","));
        assert_eq!(code(&many), Err("list.too_long"));
    }
}
