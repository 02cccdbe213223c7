use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_ports::{Secrets, TokenHash};
use sha2::{Digest, Sha256};

/// A secret that admits whoever shows it: a prefix that tells what it is, and
/// 256 random bits. It exists in clear only on its way to its owner.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Begins an access token.
    pub const ACCESS: &'static str = "pla_";
    /// Begins a refresh token.
    pub const REFRESH: &'static str = "plr_";
    /// Begins an API key.
    pub const API_KEY: &'static str = "plk_";
    /// Begins an invitation's token.
    pub const INVITATION: &'static str = "pli_";

    /// Makes a new one.
    pub(crate) fn mint(prefix: &'static str, secrets: &dyn Secrets) -> Self {
        let mut text = prefix.to_owned();
        URL_SAFE_NO_PAD.encode_string(secrets.random(), &mut text);
        Self(text)
    }

    /// What is stored in its place: SHA-256.
    #[must_use]
    pub fn hash_of(text: &str) -> TokenHash {
        Sha256::digest(text.as_bytes()).into()
    }

    /// What is stored in its place.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        Self::hash_of(&self.0)
    }

    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last four characters.
    #[must_use]
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// Whether a text can be a token of this kind at all.
    #[must_use]
    pub fn looks_like(text: &str, prefix: &str) -> bool {
        text.strip_prefix(prefix).is_some_and(|rest| {
            rest.len() == 43
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        })
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}
