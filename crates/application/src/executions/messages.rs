//! The messages of a call.

use plinth_domain::{PromptVersion, RenderedMessage};
use serde_json::{Value, json};

use super::{context::GivenContext, input::Subject};
use crate::{Application, Caller, Error};

/// What is asked, and what is given with it.
pub(super) struct Asked {
    pub(super) subject: Subject,
    pub(super) context: Option<GivenContext>,
}

impl Application {
    /// The messages of a call, with what it is given of documents: where the templates use it, else
    /// in front of them.
    pub(super) async fn messages(
        &self,
        caller: &Caller,
        asked: Asked,
        version: Option<&PromptVersion>,
    ) -> Result<String, Error> {
        let Asked { subject, context } = asked;
        let (messages, context) = match subject {
            Subject::Messages { messages, .. } => (messages, context),
            Subject::Inputs { inputs, .. } => (inputs, None),
            Subject::Prompt { variables, messages, .. } => {
                let draft = &version.ok_or(Error::NotFound("prompt"))?.draft;
                let is_used = context.is_some() && self.ports.templates.uses_context(draft);
                let (filled_in, in_front) = if is_used { (context, None) } else { (None, context) };
                let parts = filled_in.map(|given| given.parts);
                let organization = caller.access.organization();
                let rendered = self.render_messages(organization, draft, variables, parts).await?;
                (joined(spelled(&rendered), messages.as_deref()), in_front)
            }
        };
        match context {
            Some(given) => given.before(&messages),
            None => Ok(messages),
        }
    }
}

/// The messages as JSON.
fn spelled(messages: &[RenderedMessage]) -> String {
    let message = |message: &RenderedMessage| json!({"role": message.role.name(), "content": message.content});
    Value::Array(messages.iter().map(message).collect()).to_string()
}

/// Two JSON arrays as one. The first has at least one element.
fn joined(mut first: String, second: Option<&str>) -> String {
    let inner = second.and_then(|text| text.trim().strip_prefix('[')?.strip_suffix(']'));
    if let Some(inner) = inner.filter(|inner| !inner.trim().is_empty()) {
        first.pop();
        first.push(',');
        first.push_str(inner);
        first.push(']');
    }
    first
}
