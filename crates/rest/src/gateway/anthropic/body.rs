//! The body of a request for a message.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use plinth_domain::{Invalid, JsonObject, codes};
use serde_json::{Map, Value};

use super::{
    content::{self, Wrong},
    tools,
};
use crate::{
    gateway::{
        PARAMETER_UNSUPPORTED,
        fields::{self, Fields},
        target::Target,
    },
    problem::ApiError,
};

/// What is asked for.
pub(super) struct MessageBody {
    /// The parameter `model`.
    pub(super) model: String,
    pub(super) target: Target,
    /// A JSON array in OpenAI's form.
    pub(super) messages: Option<String>,
    pub(super) variables: JsonObject,
    pub(super) parameters: JsonObject,
    pub(super) stream: bool,
}

impl FromRequest for MessageBody {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::parse(&fields::receive(request, payload).await?) })
    }
}

impl MessageBody {
    fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        let mut f = Fields::of(bytes)?;
        let model = f.text("model");
        let is_prompt = model.as_deref().is_some_and(|model| model.starts_with("prompt:"));
        let system = f.raw("system").and_then(|raw| noted(&mut f, "system", content::system(raw)));
        let given = f.raw("messages");
        let messages = given.and_then(|raw| noted(&mut f, "messages", content::messages(raw)));
        let is_empty = given.is_none() || messages.as_ref().is_some_and(Vec::is_empty);
        if is_empty && !is_prompt {
            let missing = Invalid::new(codes::LIST_EMPTY, "at least one message");
            let _: Option<()> = f.fault("messages", missing);
        }
        let variables: Option<Map<String, Value>> = f.take("variables", "an object");
        if variables.is_some() && !is_prompt {
            let unsupported = Invalid::new(PARAMETER_UNSUPPORTED, "only a prompt has variables");
            let _: Option<()> = f.fault("variables", unsupported);
        }
        let stream = f.take("stream", "a boolean").unwrap_or(false);
        let parameters = tools::parameters(&mut f);
        let model = f.faults.into_result(model)?;
        let messages: Vec<_> = system.into_iter().chain(messages.unwrap_or_default()).collect();
        Ok(Self {
            target: Target::parse(&model)?,
            model,
            messages: (!messages.is_empty()).then(|| Value::Array(messages).to_string()),
            variables: JsonObject::from_parsed(
                Value::Object(variables.unwrap_or_default()).to_string(),
            ),
            parameters,
            stream,
        })
    }
}

/// Notes what is wrong with a field.
fn noted<T>(f: &mut Fields<'_>, name: &str, translated: Result<T, Wrong>) -> Option<T> {
    match translated {
        Ok(value) => Some(value),
        Err((place, invalid)) => f.fault(&format!("{name}{place}"), invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<MessageBody, ApiError> {
        MessageBody::parse(text.as_bytes())
    }

    #[test]
    fn instructions_come_before_the_messages() {
        let body = parse(
            r#"{"model":"fast","max_tokens":9,"system":"Be brief.","stream":true,
                "messages":[{"role":"user","content":"a"}]}"#,
        );
        let body = body.unwrap_or_else(|error| panic!("{error:?}"));
        let expected = r#"[{"content":"Be brief.","role":"system"},{"content":"a","role":"user"}]"#;
        assert_eq!(body.messages.as_deref(), Some(expected));
        assert_eq!(body.parameters.as_str(), r#"{"max_tokens":9}"#);
        assert!(body.stream);
    }

    #[test]
    fn every_fault_is_named() {
        let faults = |text: &str| {
            let error = parse(text).err().map(|error| error.errors).unwrap_or_default();
            error.into_iter().filter_map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        let bad = r#"{"messages":[{"role":"robot"}],"system":7,"stream":1,"stop":"a",
            "mcp_servers":[],"tools":[{"type":"web_search_20250305","name":"web_search"}]}"#;
        let expected = [
            "/model",
            "/system",
            "/messages/0/role",
            "/stream",
            "/stop",
            "/mcp_servers",
            "/tools/0/type",
        ];
        assert_eq!(faults(bad), expected);
        assert_eq!(faults(r#"{"model":"m"}"#), ["/messages"]);
        assert_eq!(faults(r#"{"model":"m","messages":[]}"#), ["/messages"]);
        assert_eq!(faults(r#"{"model":"prompt:p","messages":[]}"#), Vec::<String>::new());
    }
}
