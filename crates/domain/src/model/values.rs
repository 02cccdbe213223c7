use super::{MAX_FALLBACKS, ModelId};
use crate::{Invalid, codes, invoice::values::at_most, named};

crate::codes! {
    MODEL_NAME_MALFORMED = "model.name_malformed",
        "A model's name has other characters than a-z, 0-9, '.', '_', '/' and '-', or not 1 to 100.";
    MODEL_BASE_URL_MALFORMED = "model.base_url_malformed",
        "An address of an API has white space, or more than 500 characters.";
    MODEL_FALLBACK_SELF = "model.fallback_self", "A model cannot be its own fallback.";
    MODEL_SECRET_BOUND = "model.secret_bound",
        "A secret is not sent to another address: give it again with the new one, or null.";
}

named! {
    /// What a model answers.
    ModelKind {
        /// Messages.
        Chat = "chat",
        /// The vector of a text.
        Embedding = "embedding",
    }

    /// Whether a model may be called.
    ModelStatus {
        /// It may.
        Active = "active",
        /// It is kept, and not called.
        Disabled = "disabled",
    }

    /// What a model can do.
    ModelCapability {
        /// It answers piece by piece.
        Streaming = "streaming",
        /// It calls tools.
        Tools = "tools",
        /// Its answers follow a JSON Schema.
        StructuredOutput = "structured_output",
        /// It reads pictures.
        Vision = "vision",
        /// It reads documents.
        Documents = "documents",
        /// It reasons before it answers.
        Reasoning = "reasoning",
        /// The provider reads repeated beginnings of requests from a cache.
        Caching = "caching",
    }
}

/// The name of a model within an organization: `[a-z0-9]` and then `[a-z0-9._/-]`, 1 to 100 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelName(String);

impl ModelName {
    /// The maximum length in characters.
    pub const MAX: usize = 100;

    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let fits = text.len() <= Self::MAX
            && text.bytes().next().is_some_and(is_plain)
            && text.bytes().all(|b| is_plain(b) || matches!(b, b'.' | b'_' | b'/' | b'-'));
        if !fits {
            let detail = "1 to 100 of a-z, 0-9, '.', '_', '/' and '-', a letter or digit first";
            return Err(Invalid::new(MODEL_NAME_MALFORMED, detail));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The address of an API, without a slash at the end: 1 to 500 visible ASCII characters. Which
/// addresses may be called is the operator's decision, and is checked apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The maximum length in characters.
    pub const MAX: usize = 500;

    /// Parses an address, and drops the slashes at its end.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim_end_matches('/');
        let fits =
            (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            let detail = "1 to 500 ASCII characters without white space";
            return Err(Invalid::new(MODEL_BASE_URL_MALFORMED, detail));
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Each capability once, in the order of their declaration.
pub(super) fn sorted(mut capabilities: Vec<ModelCapability>) -> Vec<ModelCapability> {
    capabilities.sort_unstable();
    capabilities.dedup();
    capabilities
}

pub(super) fn check_fallbacks(model: ModelId, fallbacks: &[ModelId]) -> Result<(), Invalid> {
    at_most(fallbacks, MAX_FALLBACKS)?;
    if fallbacks.contains(&model) {
        return Err(Invalid::new(MODEL_FALLBACK_SELF, "a model cannot be its own fallback"));
    }
    let is_repeated = |index: usize| fallbacks[..index].contains(&fallbacks[index]);
    if (0..fallbacks.len()).any(is_repeated) {
        return Err(Invalid::new(codes::VALUE_REPEATED, "each model once"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_a_url_and_never_looks_like_a_prompt() {
        for good in ["fast", "local/smollm2", "gpt-5.1_mini", "0"] {
            assert_eq!(ModelName::parse(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(101);
        for bad in ["", "/a", "-a", "Fast", "prompt:a", "a@b", "a b", "é", &long] {
            assert!(ModelName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_ends_without_a_slash() {
        let parsed = |text| BaseUrl::parse(text).map(|url| url.as_str().to_owned());
        assert_eq!(parsed("https://a.example/v1//").unwrap(), "https://a.example/v1");
        let long = format!("https://a.example/{}", "a".repeat(500));
        for bad in ["", "/", "https://a.example/ v1", "https://ä.example", &long] {
            assert!(parsed(bad).is_err(), "{bad}");
        }
    }
}
