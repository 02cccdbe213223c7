use super::WEBHOOK_URL_MALFORMED;
use crate::Invalid;

/// Where events are sent: 1 to 2,000 visible ASCII characters. Which addresses may be called is the
/// operator's decision, and is checked apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrl(String);

impl WebhookUrl {
    /// The maximum length in characters.
    pub const MAX: usize = 2000;

    /// Parses a URL.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let fits =
            (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            let detail = "1 to 2000 ASCII characters without white space";
            return Err(Invalid::new(WEBHOOK_URL_MALFORMED, detail));
        }
        Ok(Self(text.to_owned()))
    }

    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
