use crate::{Invalid, codes, named, text::checked};

named! {
    /// Who says a message to a model.
    PromptRole {
        /// The one who sets up the conversation.
        System = "system",
        /// The one who asks.
        User = "user",
        /// The model, in an example of an answer.
        Assistant = "assistant",
    }
}

/// The text of a message, or the template of one: 1 to [`MAX`](Self::MAX) characters, line breaks
/// allowed, no other control characters. White space at its ends is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptText(String);

impl PromptText {
    /// The maximum length in characters.
    pub const MAX: usize = 100_000;

    /// Parses a text.
    pub fn parse(text: String) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::TEXT_EMPTY, "must not be empty"));
        }
        checked(text, Self::MAX, true).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message of a prompt: its content is a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptMessage {
    /// Who says it.
    pub role: PromptRole,
    /// The template of what is said.
    pub content: PromptText,
}

/// The messages of a version: 1 to [`MAX`](Self::MAX), of at most
/// [`MAX_BYTES`](Self::MAX_BYTES) together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptMessages(Vec<PromptMessage>);

impl PromptMessages {
    /// The maximum number of messages.
    pub const MAX: usize = 50;

    /// The maximum length of all templates together, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Checks the number of messages, and their length.
    pub fn new(messages: Vec<PromptMessage>) -> Result<Self, Invalid> {
        if messages.is_empty() {
            return Err(Invalid::new(codes::LIST_EMPTY, "at least one message"));
        }
        if messages.len() > Self::MAX {
            let detail = format!("at most {} messages", Self::MAX);
            return Err(Invalid::new(codes::LIST_TOO_LONG, detail));
        }
        let bytes: usize = messages.iter().map(|message| message.content.as_str().len()).sum();
        if bytes > Self::MAX_BYTES {
            let detail = format!("at most {} bytes of UTF-8 together", Self::MAX_BYTES);
            return Err(Invalid::new(codes::TEXT_TOO_LONG, detail));
        }
        Ok(Self(messages))
    }

    /// One message of the user.
    pub fn of_user(content: PromptText) -> Result<Self, Invalid> {
        Self::new(vec![PromptMessage { role: PromptRole::User, content }])
    }

    /// The messages in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[PromptMessage] {
        &self.0
    }

    /// The templates of all messages, with an empty line between them.
    #[must_use]
    pub fn content(&self) -> String {
        let all: Vec<&str> = self.0.iter().map(|message| message.content.as_str()).collect();
        all.join("\n\n")
    }
}

/// A message as it is sent to a model: its template with the variables filled in. It may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedMessage {
    /// Who says it.
    pub role: PromptRole,
    /// What is said.
    pub content: String,
}
