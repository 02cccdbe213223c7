use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_domain::{Id, OrganizationId};
use plinth_ports::{Secrets, TokenHash, TokenKey};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A bearer token: a prefix for its kind, the organization that it belongs to, and 256 random bits. The
/// clear text exists only in the response that creates it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The prefix of access tokens.
    pub const ACCESS: &'static str = "pla_";
    /// The prefix of refresh tokens.
    pub const REFRESH: &'static str = "plr_";
    /// The prefix of API keys.
    pub const API_KEY: &'static str = "plk_";
    /// The prefix of the tokens of support sessions.
    pub const SUPPORT: &'static str = "pls_";
    /// The prefix of invitations' tokens.
    pub const INVITATION: &'static str = "pli_";

    /// A new token.
    pub(crate) fn mint(
        prefix: &'static str,
        organization: OrganizationId,
        secrets: &dyn Secrets,
    ) -> Self {
        Self::of_bits(prefix, organization, &secrets.random())
    }

    /// A token of these random bits.
    pub(crate) fn of_bits(prefix: &str, organization: OrganizationId, bits: &[u8]) -> Self {
        let mut text = prefix.to_owned();
        URL_SAFE_NO_PAD.encode_string(organization.uuid().as_bytes(), &mut text);
        URL_SAFE_NO_PAD.encode_string(bits, &mut text);
        Self(text)
    }

    /// A refresh token: the root of its chain, then 256 random bits.
    pub(crate) fn refresh_of_bits(
        root: TokenRoot,
        organization: OrganizationId,
        bits: [u8; 32],
    ) -> Self {
        let mut bytes = root.0.to_vec();
        bytes.extend(bits);
        Self::of_bits(Self::REFRESH, organization, &bytes)
    }

    /// The hash that is stored instead of the token.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        hash_of(&self.0)
    }

    /// What a text is looked up by; `None` unless it has the form of a token of this kind.
    #[must_use]
    pub fn key_of(text: &str, prefix: &str) -> Option<TokenKey> {
        let Parts { organization, .. } = Parts::of(text, prefix)?;
        Some(TokenKey { organization, hash: hash_of(text) })
    }

    /// The organization that an access token, an API key or the token of a support session names.
    pub(crate) fn organization_of(text: &str) -> Option<OrganizationId> {
        let parts =
            [Self::ACCESS, Self::API_KEY, Self::SUPPORT].map(|prefix| Parts::of(text, prefix));
        parts.into_iter().flatten().find_map(|parts| parts.organization)
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
}

/// The parts of a token after its prefix.
struct Parts<'t> {
    /// `None` in a token of an earlier version.
    organization: Option<OrganizationId>,
    /// What is random, in its own encoding.
    random: &'t str,
}

impl<'t> Parts<'t> {
    /// The characters of the organization: 16 bytes.
    const ORGANIZATION: usize = 22;
    /// The characters of 256 random bits.
    const BITS: usize = 43;
    /// The characters of a root and 256 random bits.
    const ROOTED: usize = 64;

    fn of(text: &'t str, prefix: &str) -> Option<Self> {
        let rest = text.strip_prefix(prefix)?;
        if !rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
            return None;
        }
        let is_refresh = prefix == Token::REFRESH;
        let random = if is_refresh { Self::ROOTED } else { Self::BITS };
        match rest.len() {
            length if length == Self::ORGANIZATION + random => {
                let (organization, random) = rest.split_at(Self::ORGANIZATION);
                let bytes = URL_SAFE_NO_PAD.decode(organization).ok()?;
                let organization = Id::from_uuid(Uuid::from_slice(&bytes).ok()?);
                Some(Self { organization: Some(organization), random })
            }
            // Tokens of earlier versions; the first refresh tokens had no root.
            Self::BITS => Some(Self { organization: None, random: rest }),
            Self::ROOTED if is_refresh => Some(Self { organization: None, random: rest }),
            _ => None,
        }
    }
}

fn hash_of(text: &str) -> TokenHash {
    Sha256::digest(text.as_bytes()).into()
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
    /// The root of a new chain.
    pub(crate) fn of_bits(bits: [u8; 32]) -> Self {
        let mut root = [0; 16];
        root.copy_from_slice(&bits[..16]);
        Self(root)
    }

    /// The root of a refresh token; `None` for one of an earlier version, which has no root.
    pub(crate) fn of(refresh: &str) -> Option<Self> {
        let Parts { random, .. } = Parts::of(refresh, Token::REFRESH)?;
        let bytes =
            URL_SAFE_NO_PAD.decode(random).ok().filter(|_| random.len() == Parts::ROOTED)?;
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

    fn organization(n: u128) -> OrganizationId {
        Id::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn a_token_names_its_organization_behind_its_prefix() {
        let (here, bits) = (organization(u128::MAX - 7), [0xff; 32]);
        for prefix in [Token::ACCESS, Token::API_KEY, Token::SUPPORT, Token::INVITATION] {
            let token = Token::of_bits(prefix, here, &bits);
            let key = Token::key_of(token.expose(), prefix);
            assert_eq!(key, Some(TokenKey { organization: Some(here), hash: token.hash() }));
            assert!(token.expose().starts_with(prefix));
            assert_eq!(Token::key_of(token.expose(), Token::REFRESH), None);
        }
        let elsewhere = Token::of_bits(Token::ACCESS, organization(1), &bits);
        assert_ne!(elsewhere.hash(), Token::of_bits(Token::ACCESS, here, &bits).hash());
    }

    #[test]
    fn refresh_tokens_of_one_chain_share_their_root_and_nothing_else() {
        let root = TokenRoot::of_bits([1; 32]);
        let tokens = [2, 3].map(|own| Token::refresh_of_bits(root, organization(9), [own; 32]));
        assert_ne!(tokens[0].hash(), tokens[1].hash());
        for token in tokens {
            let key = Token::key_of(token.expose(), Token::REFRESH).unwrap();
            assert_eq!(key.organization, Some(organization(9)));
            let found = TokenRoot::of(token.expose()).map(TokenRoot::hash);
            assert_eq!(found, Some(root.hash()));
        }
        assert_ne!(TokenRoot::of_bits([4; 32]).hash(), root.hash());
    }

    #[test]
    fn a_token_of_an_earlier_version_names_no_organization() {
        for prefix in [Token::ACCESS, Token::REFRESH, Token::API_KEY, Token::INVITATION] {
            let old = format!("{prefix}{}", "A".repeat(43));
            assert_eq!(Token::key_of(&old, prefix).unwrap().organization, None);
        }
        let rooted = format!("plr_{}", "A".repeat(64));
        assert_eq!(Token::key_of(&rooted, Token::REFRESH).unwrap().organization, None);
        assert!(TokenRoot::of(&rooted).is_some());
        assert!(TokenRoot::of(&format!("plr_{}", "A".repeat(43))).is_none());
    }

    #[test]
    fn a_text_of_another_form_is_no_token() {
        // The last character of an organization has four bits that are not used.
        let loose = format!("pla_{}B{}", "A".repeat(21), "A".repeat(43));
        let longer = format!("pla_{}", "A".repeat(64));
        let spaced = format!("pla_{} ", "A".repeat(42));
        for text in ["", "pla_", "x", &loose, &longer, &spaced] {
            assert_eq!(Token::key_of(text, Token::ACCESS), None, "{text}");
        }
    }
}
