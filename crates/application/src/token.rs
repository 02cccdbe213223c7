use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_ports::{Secrets, TokenHash};
use sha2::{Digest, Sha256};

/// A bearer token: a prefix for its kind, and 256 random bits. The clear text exists only in the
/// response that creates it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The prefix of access tokens.
    pub const ACCESS: &'static str = "pla_";
    /// The prefix of refresh tokens.
    pub const REFRESH: &'static str = "plr_";
    /// The prefix of API keys.
    pub const API_KEY: &'static str = "plk_";
    /// The prefix of invitations' tokens.
    pub const INVITATION: &'static str = "pli_";

    /// A new token.
    pub(crate) fn mint(prefix: &'static str, secrets: &dyn Secrets) -> Self {
        let mut text = prefix.to_owned();
        URL_SAFE_NO_PAD.encode_string(secrets.random(), &mut text);
        Self(text)
    }

    /// The SHA-256 that is stored instead of the token.
    #[must_use]
    pub fn hash_of(text: &str) -> TokenHash {
        Sha256::digest(text.as_bytes()).into()
    }

    /// The hash that is stored instead of the token.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        Self::hash_of(&self.0)
    }

    /// The token in clear text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its last four characters.
    #[must_use]
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// Whether a text has the form of a token of this kind.
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
