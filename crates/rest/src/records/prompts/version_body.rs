//! What the bodies of a new prompt and of a new version have in common.

use plinth_application::prompts::NewPromptVersion;
use plinth_domain::{
    Invalid, Lines, MAX_PROMPT_FALLBACKS, ModelId, PromptMessage, PromptMessages, PromptRole,
    PromptText, PromptVersionDraft, codes,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    json::Faults,
    values::{identity, known, names, object},
};

names! {
    /// Who says a message.
    PromptRoleName = System, User, Assistant
}

/// The most bytes of a body with templates: JSON may write each of their 256 KiB with several.
pub(super) const BYTES: usize = 1024 * 1024;

/// A message of a prompt: its content is a template.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PromptMessage)]
pub(crate) struct PromptMessageBody {
    #[schema(value_type = PromptRoleName)]
    pub(super) role: String,
    /// A template: at most 100,000 characters, in all messages together at most 256 KiB.
    #[schema(
        min_length = 1,
        max_length = 100_000,
        pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$",
        example = "Answer {{ question }} in one sentence."
    )]
    pub(super) content: String,
}

/// The fields of a version in a body.
#[derive(Debug, Default)]
pub(super) struct VersionFields {
    pub(super) content: Option<String>,
    pub(super) messages: Option<Vec<PromptMessageBody>>,
    pub(super) model_id: String,
    pub(super) fallbacks: Option<Vec<String>>,
    pub(super) input_schema: Option<Map<String, Value>>,
    pub(super) output_schema: Option<Map<String, Value>>,
    pub(super) parameters: Option<Map<String, Value>>,
    pub(super) message: Option<String>,
}

/// Declares a body with the fields of a version after its own ones.
macro_rules! version_body {
    ($(#[$meta:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            $($own)*
            /// The template of one message of the user; `messages` instead for several.
            #[schema(min_length = 1, max_length = 100_000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Answer {{ question }} in one sentence.")]
            content: Option<String>,
            /// The templates of all messages.
            #[schema(value_type = Option<Vec<PromptMessageBody>>, min_items = 1, max_items = 50)]
            messages: Option<Vec<PromptMessageBody>>,
            /// The model that is asked.
            #[schema(format = Uuid)]
            model_id: String,
            /// The models that are asked when the first one fails, in their order.
            #[schema(value_type = Option<Vec<uuid::Uuid>>, max_items = 5)]
            fallbacks: Option<Vec<String>>,
            /// The JSON Schema (draft 2020-12) of the variables; at most 16 KiB. It refers to nothing
            /// outside, and not to itself.
            #[schema(value_type = Option<Object>)]
            input_schema: Option<serde_json::Map<String, serde_json::Value>>,
            /// The JSON Schema (draft 2020-12) of the answer; at most 16 KiB.
            #[schema(value_type = Option<Object>)]
            output_schema: Option<serde_json::Map<String, serde_json::Value>>,
            /// Parameters of each call, in the names of OpenAI's API; at most 16 KiB.
            #[schema(value_type = Option<Object>)]
            parameters: Option<serde_json::Map<String, serde_json::Value>>,
            /// What was changed and why.
            #[schema(min_length = 1, max_length = 1000, pattern = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$", example = "Ask for one sentence")]
            message: Option<String>,
        }

        impl $name {
            /// Takes the fields of the version.
            fn version(&mut self) -> $crate::records::prompts::version_body::VersionFields {
                use std::mem::take;
                $crate::records::prompts::version_body::VersionFields {
                    content: take(&mut self.content),
                    messages: take(&mut self.messages),
                    model_id: take(&mut self.model_id),
                    fallbacks: take(&mut self.fallbacks),
                    input_schema: take(&mut self.input_schema),
                    output_schema: take(&mut self.output_schema),
                    parameters: take(&mut self.parameters),
                    message: take(&mut self.message),
                }
            }
        }
    };
}
pub(super) use version_body;

impl VersionFields {
    pub(super) fn check(self, f: &mut Faults) -> Option<NewPromptVersion> {
        let is_content = self.content.is_some();
        let messages = match (self.content, self.messages) {
            (Some(content), None) => {
                let text = PromptText::parse(content);
                f.check("/content", text.and_then(PromptMessages::of_user))
            }
            (None, Some(messages)) => checked(messages, f),
            (None, None) => {
                let detail = "content or messages must be given";
                f.check("/content", Err(Invalid::new(codes::FIELD_REQUIRED, detail)))
            }
            (Some(_), Some(_)) => {
                let detail = "content and messages cannot both be given";
                f.check("/messages", Err(Invalid::new(codes::VALUE_REPEATED, detail)))
            }
        };
        let model = f.check("/model_id", identity(&self.model_id));
        let fallbacks = fallbacks(&self.fallbacks.unwrap_or_default(), model, f);
        let input = f.check_some("/input_schema", self.input_schema, |schema| object(&schema));
        let output = f.check_some("/output_schema", self.output_schema, |schema| object(&schema));
        let parameters = f.check_some("/parameters", self.parameters, |fields| object(&fields));
        let note = f.check_some("/message", self.message, |text| Lines::parse(&text));
        let draft = PromptVersionDraft {
            messages: messages?,
            input_schema: input?,
            output_schema: output?,
            parameters: parameters?.unwrap_or_default(),
            model: model?,
            fallbacks: fallbacks?,
            note: note?,
        };
        Some(NewPromptVersion { draft, is_content })
    }
}

fn checked(bodies: Vec<PromptMessageBody>, f: &mut Faults) -> Option<PromptMessages> {
    if bodies.len() > PromptMessages::MAX {
        let invalid = Invalid::new(codes::LIST_TOO_LONG, "at most 50 messages");
        return f.check("/messages", Err(invalid));
    }
    let messages = bodies.into_iter().enumerate().map(|(index, body)| {
        let at = format!("/messages/{index}");
        let role = known(&body.role, PromptRole::from_name, PromptRole::NAMES);
        let role = f.check(&format!("{at}/role"), role);
        let content = f.check(&format!("{at}/content"), PromptText::parse(body.content));
        Some(PromptMessage { role: role?, content: content? })
    });
    let messages: Vec<Option<_>> = messages.collect();
    let messages = messages.into_iter().collect::<Option<Vec<_>>>()?;
    f.check("/messages", PromptMessages::new(messages))
}

fn fallbacks(ids: &[String], model: Option<ModelId>, f: &mut Faults) -> Option<Vec<ModelId>> {
    if ids.len() > MAX_PROMPT_FALLBACKS {
        let invalid = Invalid::new(codes::LIST_TOO_LONG, "at most 5 models");
        return f.check("/fallbacks", Err(invalid));
    }
    let ids: Vec<Option<ModelId>> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| f.check(&format!("/fallbacks/{index}"), identity(id)))
        .collect();
    let ids = ids.into_iter().collect::<Option<Vec<_>>>()?;
    f.check("/fallbacks", PromptVersionDraft::check_fallbacks(model?, &ids))?;
    Some(ids)
}
