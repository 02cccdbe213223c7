/// Whose HTTP API a model is called by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModelProvider {
    /// <https://api.openai.com/v1>
    OpenAi,
    /// <https://api.anthropic.com/v1>
    Anthropic,
    /// <https://router.huggingface.co/v1>, which speaks OpenAI's API.
    HuggingFace,
    /// Any server that speaks OpenAI's API; it has a base URL.
    Custom,
}

impl ModelProvider {
    /// Every provider, in the order of their declaration.
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::Anthropic, Self::HuggingFace, Self::Custom];

    /// The name, as the API shows it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::HuggingFace => "huggingface",
            Self::Custom => "custom",
        }
    }

    /// The provider of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.name() == name)
    }

    /// The address of its API, without a slash at the end; `None` for [`Self::Custom`].
    #[must_use]
    pub const fn base_url(self) -> Option<&'static str> {
        match self {
            Self::OpenAi => Some("https://api.openai.com/v1"),
            Self::Anthropic => Some("https://api.anthropic.com/v1"),
            Self::HuggingFace => Some("https://router.huggingface.co/v1"),
            Self::Custom => None,
        }
    }
}
