//! The body of a chat completion.

use std::{collections::HashMap, future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use plinth_domain::{Invalid, JsonObject, codes};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    fields::{self, Fields},
    target::Target,
};
use crate::problem::ApiError;

/// The most messages of one execution.
const MAX_MESSAGES: usize = 1000;

/// A request for a chat completion, in the form of OpenAI's API.
///
/// Other parameters of that API (`temperature`, `max_tokens`, `tools`, `tool_choice`,
/// `response_format`, …), and those that only some providers know, go to the provider as they are
/// written. At most 256 KiB of JSON are executed.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "it only describes the body")]
pub(super) struct ChatCompletionRequest {
    /// The name of a model, or `prompt:NAME`, `prompt:NAME@label`, `prompt:NAME@3`.
    #[schema(max_length = 200, example = "local/smollm2")]
    model: String,
    /// The messages. They follow those of a prompt, and may then be missing or empty.
    #[schema(value_type = Option<Vec<Object>>, max_items = 1000)]
    messages: Option<Vec<Map<String, Value>>>,
    /// The variables of a prompt. Where it is missing, `metadata` has them, as texts.
    #[schema(value_type = Option<Object>)]
    variables: Option<Map<String, Value>>,
    /// Whether the answer is streamed.
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    /// How many answers; only one.
    #[schema(minimum = 1, maximum = 1)]
    n: Option<u8>,
    /// Other parameters.
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// Options of a streamed answer.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ChatStreamOptions)]
pub(super) struct StreamOptions {
    /// Whether the last chunk has the tokens.
    include_usage: Option<bool>,
}

/// What is asked for.
pub(super) struct ChatBody {
    /// The parameter `model`.
    pub(super) model: String,
    pub(super) target: Target,
    /// A JSON array.
    pub(super) messages: Option<String>,
    pub(super) variables: JsonObject,
    pub(super) parameters: JsonObject,
    pub(super) stream: bool,
    pub(super) include_usage: bool,
}

impl FromRequest for ChatBody {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move { Self::parse(&fields::receive(request, payload).await?) })
    }
}

impl ChatBody {
    fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        let mut f = Fields::of(bytes)?;
        let model = f.text("model");
        let messages = f.raw("messages");
        let has_messages = messages.is_some_and(|text| messages_are_valid(&mut f, text));
        let stream = f.take("stream", "a boolean").unwrap_or(false);
        let options: Option<StreamOptions> = f.take("stream_options", "an object of booleans");
        if options.is_some() && !stream {
            let detail = "is only for streamed answers";
            let _: Option<()> = f.fault("stream_options", unsupported(detail));
        }
        let variables: Option<Map<String, Value>> = f.take("variables", "an object");
        refuse_unsupported(&mut f);
        let is_prompt = model.as_deref().is_some_and(|model| model.starts_with("prompt:"));
        let variables = match variables {
            None if is_prompt => f.take("metadata", "an object"),
            Some(_) if !is_prompt => {
                f.fault("variables", unsupported("only a prompt has variables"))
            }
            given => given,
        };
        if !has_messages && !is_prompt && messages.is_none_or(is_empty_array) {
            let missing = Invalid::new(codes::LIST_EMPTY, "at least one message");
            let _: Option<()> = f.fault("messages", missing);
        }
        let parameters = f.parameters();
        let model = f.faults.into_result(model)?;
        Ok(Self {
            target: Target::parse(&model)?,
            model,
            messages: messages.filter(|_| has_messages).map(str::to_owned),
            variables: JsonObject::from_parsed(
                Value::Object(variables.unwrap_or_default()).to_string(),
            ),
            parameters,
            stream,
            include_usage: options.is_some_and(|options| options.include_usage == Some(true)),
        })
    }
}

fn unsupported(detail: &str) -> Invalid {
    Invalid::new(super::PARAMETER_UNSUPPORTED, detail)
}

fn is_empty_array(text: &str) -> bool {
    serde_json::from_str::<[(); 0]>(text).is_ok()
}

/// What would be lost on the way to the provider or back.
fn refuse_unsupported(f: &mut Fields<'_>) {
    f.refuse("n", &["1"], "only one answer is made; send several requests");
    f.refuse("logprobs", &["false"], "log probabilities are not passed on");
    f.refuse("top_logprobs", &["0"], "log probabilities are not passed on");
    f.refuse("functions", &[], "use tools");
    f.refuse("function_call", &[], "use tool_choice");
    f.refuse("audio", &[], "only text is passed on");
    f.refuse("modalities", &[r#"["text"]"#], "only text is passed on");
}

/// A message, of which only the role is looked at: the rest is the provider's to check.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    role: Option<&'a serde_json::value::RawValue>,
}

/// Whether there are messages. Notes their faults.
fn messages_are_valid(f: &mut Fields<'_>, text: &str) -> bool {
    const ROLES: [&str; 5] = ["system", "developer", "user", "assistant", "tool"];
    let Ok(messages) = serde_json::from_str::<Vec<Message<'_>>>(text) else {
        let kind = Invalid::new(crate::json::codes::FIELD_TYPE, "must be a list of objects");
        return f.fault("messages", kind).unwrap_or(false);
    };
    if messages.len() > MAX_MESSAGES {
        let detail = format!("at most {MAX_MESSAGES} messages");
        return f.fault("messages", Invalid::new(codes::LIST_TOO_LONG, detail)).unwrap_or(false);
    }
    for (place, message) in messages.iter().enumerate() {
        let role = message.role.map(|role| role.get().trim_matches('"'));
        let invalid = match role {
            Some(role) if ROLES.contains(&role) => continue,
            Some(_) => {
                let detail = format!("must be one of {}", ROLES.join(", "));
                Invalid::new(codes::VALUE_UNKNOWN, detail)
            }
            None => Invalid::new(codes::FIELD_REQUIRED, "each message has a role"),
        };
        let _: Option<()> = f.fault(&format!("messages/{place}/role"), invalid);
    }
    !messages.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ChatBody, ApiError> {
        ChatBody::parse(text.as_bytes())
    }

    #[test]
    fn parameters_and_messages_stay_as_they_are_written() {
        let body = parse(
            r#"{"model":"fast","messages":[{"role":"user","content":"a"}],"temperature":0.10,
                "tools":[{"z":1,"a":2}],"seed":null,"n":1,"stream":false,"x\"y":[1e2]}"#,
        );
        let body = body.unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(body.messages.as_deref(), Some(r#"[{"role":"user","content":"a"}]"#));
        let parameters = r#"{"temperature":0.10,"tools":[{"z":1,"a":2}],"x\"y":[1e2]}"#;
        assert_eq!(body.parameters.as_str(), parameters);
        assert!(!body.stream && !body.include_usage);
    }

    #[test]
    fn a_prompt_needs_no_messages_and_takes_variables_or_metadata() {
        let body = parse(r#"{"model":"prompt:a","metadata":{"name":"Ada"},"messages":[]}"#);
        let body = body.unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(body.variables.as_str(), r#"{"name":"Ada"}"#);
        assert_eq!((body.messages, body.parameters.as_str()), (None, "{}"));
        let both = r#"{"model":"prompt:a","metadata":{"m":"1"},"variables":{"v":2}}"#;
        let body = parse(both).unwrap_or_else(|error| panic!("{error:?}"));
        assert_eq!(body.variables.as_str(), r#"{"v":2}"#);
        assert_eq!(body.parameters.as_str(), r#"{"metadata":{"m":"1"}}"#);
    }

    #[test]
    fn every_fault_is_named() {
        let faults = |text: &str| {
            let error = parse(text).err().map(|error| error.errors).unwrap_or_default();
            error.into_iter().filter_map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        let bad = r#"{"messages":[{"role":"robot"},{}],"stream":1,"n":2,"logprobs":true,
            "stream_options":{}}"#;
        let expected = [
            "/model",
            "/messages/0/role",
            "/messages/1/role",
            "/stream",
            "/stream_options",
            "/n",
            "/logprobs",
        ];
        assert_eq!(faults(bad), expected);
        assert_eq!(faults(r#"{"model":"m"}"#), ["/messages"]);
        assert_eq!(faults(r#"{"model":"m","messages":[]}"#), ["/messages"]);
        assert_eq!(faults(r#"{"model":"m","messages":{}}"#), ["/messages"]);
        let variables = r#"{"model":"m","variables":{},"messages":[{"role":"user"}]}"#;
        assert_eq!(faults(variables), ["/variables"]);
    }
}
