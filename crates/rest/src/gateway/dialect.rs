/// The API whose form answers and errors have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    OpenAi,
    Anthropic,
}

impl Dialect {
    /// That of a path; `None` outside of the gateway.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let is_below = |root: &str| {
            path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_below("/openai") {
            return Some(Self::OpenAi);
        }
        is_below("/anthropic").then_some(Self::Anthropic)
    }

    /// The name of the schema of an error.
    pub(crate) const fn error_schema(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAiError",
            Self::Anthropic => "AnthropicError",
        }
    }
}
