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
        Self::of_bits(prefix, secrets.random())
    }

    /// A token of 256 random bits.
    pub(crate) fn of_bits(prefix: &'static str, bits: [u8; 32]) -> Self {
        let mut text = prefix.to_owned();
        URL_SAFE_NO_PAD.encode_string(bits, &mut text);
        Self(text)
    }

    /// A refresh token: the root of its chain, then 256 random bits.
    pub(crate) fn refresh_of_bits(root: TokenRoot, bits: [u8; 32]) -> Self {
        let mut bytes = root.0.to_vec();
        bytes.extend(bits);
        let mut text = Self::REFRESH.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
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
        // Refresh tokens of earlier versions have no root.
        let rooted = |rest: &str| prefix == Self::REFRESH && rest.len() == TokenRoot::TOKEN;
        text.strip_prefix(prefix).is_some_and(|rest| {
            (rest.len() == 43 || rooted(rest))
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        })
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What all refresh tokens of one chain of rotations begin with: 128 random bits.
///
/// Only a client that had a token of the chain knows it. So a token with a known root that no row
/// holds any more is an old one, used again, and the rows of old tokens need not be kept.
#[derive(Clone, Copy)]
pub(crate) struct TokenRoot([u8; 16]);

impl TokenRoot {
    /// The characters of a refresh token after its prefix: 16 bytes of root, 32 of its own.
    const TOKEN: usize = 64;

    /// The root of a new chain.
    pub(crate) fn of_bits(bits: [u8; 32]) -> Self {
        let mut root = [0; 16];
        root.copy_from_slice(&bits[..16]);
        Self(root)
    }

    /// The root of a refresh token; `None` for one of an earlier version, which has no root.
    pub(crate) fn of(refresh: &str) -> Option<Self> {
        let text = refresh.strip_prefix(Token::REFRESH)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|_| text.len() == Self::TOKEN)?;
        bytes.first_chunk().copied().map(Self)
    }

    /// The SHA-256 that is stored instead of the root.
    pub(crate) fn hash(self) -> TokenHash {
        Sha256::digest(self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_tokens_of_one_chain_share_their_root_and_nothing_else() {
        let root = TokenRoot::of_bits([1; 32]);
        let tokens = [2, 3].map(|own| Token::refresh_of_bits(root, [own; 32]));
        assert_ne!(tokens[0].hash(), tokens[1].hash());
        for token in tokens {
            assert!(Token::looks_like(token.expose(), Token::REFRESH));
            let found = TokenRoot::of(token.expose()).map(TokenRoot::hash);
            assert_eq!(found, Some(root.hash()));
        }
        assert_ne!(TokenRoot::of_bits([4; 32]).hash(), root.hash());
    }

    #[test]
    fn a_refresh_token_of_an_earlier_version_has_no_root() {
        let old = Token::of_bits(Token::REFRESH, [1; 32]);
        assert!(Token::looks_like(old.expose(), Token::REFRESH));
        assert!(TokenRoot::of(old.expose()).is_none());
        let access = Token::of_bits(Token::ACCESS, [1; 32]);
        assert!(TokenRoot::of(access.expose()).is_none());
        let longer = format!("pla_{}", "A".repeat(64));
        assert!(!Token::looks_like(&longer, Token::ACCESS));
    }
}
