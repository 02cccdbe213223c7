use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_domain::{DocumentLinkId, DocumentVersionId, Id, OrganizationId, Timestamp};
use uuid::Uuid;

use crate::SigningKey;

/// What the token of a link begins with.
const PREFIX: &str = "pls_";

const LINK: &str = "document link";
const GRANT: &str = "document link grant";

/// The bytes of a link before the signature: its organization and its identity.
const LINK_BYTES: usize = 32;

/// The bytes of a grant before the signature: the link, the version and the end.
const GRANT_BYTES: usize = LINK_BYTES + 16 + 8;

/// A link whose token was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) organization: OrganizationId,
    pub(super) link: DocumentLinkId,
}

/// A permission to read the bytes of one version until its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) given: Given,
    pub(super) version: DocumentVersionId,
    /// Seconds since 1970.
    pub(super) ends: i64,
}

impl Given {
    /// The token of the link: the same one whenever it is asked for.
    pub(super) fn token(self, key: &SigningKey) -> String {
        let mut text = PREFIX.to_owned();
        URL_SAFE_NO_PAD.encode_string(signed(key, LINK, self.bytes()), &mut text);
        text
    }

    pub(super) fn parse(token: &str, key: &SigningKey) -> Option<Self> {
        let bytes = verified::<LINK_BYTES>(token.strip_prefix(PREFIX)?, LINK, key)?;
        Self::of(&bytes)
    }

    fn bytes(self) -> Vec<u8> {
        [*self.organization.uuid().as_bytes(), *self.link.uuid().as_bytes()].concat()
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let (organization, link) = bytes.split_at_checked(16)?;
        Some(Self { organization: identity(organization)?, link: identity(link)? })
    }
}

impl Grant {
    pub(super) fn text(self, key: &SigningKey) -> String {
        let mut bytes = self.given.bytes();
        bytes.extend(self.version.uuid().as_bytes());
        bytes.extend(self.ends.to_be_bytes());
        URL_SAFE_NO_PAD.encode(signed(key, GRANT, bytes))
    }

    /// The grant of a text, unless it has ended.
    pub(super) fn parse(text: &str, key: &SigningKey, now: Timestamp) -> Option<Self> {
        let bytes = verified::<GRANT_BYTES>(text, GRANT, key)?;
        let (given, rest) = bytes.split_at_checked(LINK_BYTES)?;
        let (version, ends) = rest.split_at_checked(16)?;
        let ends = i64::from_be_bytes(ends.try_into().ok()?);
        let grant = Self { given: Given::of(given)?, version: identity(version)?, ends };
        (grant.ends > now.timestamp()).then_some(grant)
    }
}

fn identity<T>(bytes: &[u8]) -> Option<Id<T>> {
    Uuid::from_slice(bytes).ok().map(Id::from_uuid)
}

fn signed(key: &SigningKey, usage: &'static str, mut bytes: Vec<u8>) -> Vec<u8> {
    let signature = key.sign(usage, &bytes);
    bytes.extend(signature);
    bytes
}

fn verified<const BYTES: usize>(
    text: &str,
    usage: &'static str,
    key: &SigningKey,
) -> Option<Vec<u8>> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (said, signature) = bytes.split_at_checked(BYTES)?;
    if !key.verifies(usage, said, signature) {
        return None;
    }
    bytes.truncate(BYTES);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(n: u128) -> Given {
        let id = |n| Uuid::from_u128(n);
        Given { organization: Id::from_uuid(id(n)), link: Id::from_uuid(id(n + 1)) }
    }

    #[test]
    fn a_changed_token_of_a_link_or_a_grant_opens_nothing() {
        let (key, now) = (SigningKey::new([7; 32]), Timestamp::UNIX_EPOCH);
        let grant = Grant { given: given(1), version: Id::from_uuid(Uuid::from_u128(3)), ends: 10 };
        let (token, text) = (given(1).token(&key), grant.text(&key));
        assert_eq!(Given::parse(&token, &key), Some(given(1)));
        assert_eq!(Grant::parse(&text, &key, now), Some(grant));
        let changed = |text: &str, at: usize| {
            let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
            bytes[at] ^= 1;
            URL_SAFE_NO_PAD.encode(bytes)
        };
        let bare = token.strip_prefix(PREFIX).unwrap();
        for at in 0..LINK_BYTES + 32 {
            let forged = format!("{PREFIX}{}", changed(bare, at));
            assert_eq!(Given::parse(&forged, &key), None, "{at}");
        }
        for at in 0..GRANT_BYTES + 32 {
            assert_eq!(Grant::parse(&changed(&text, at), &key, now), None, "{at}");
        }
    }

    #[test]
    fn a_token_is_no_grant_and_a_grant_ends() {
        let key = SigningKey::new([7; 32]);
        let token = given(1).token(&key);
        assert_eq!(Grant::parse(&token, &key, Timestamp::UNIX_EPOCH), None);
        let grant = Grant { given: given(1), version: Id::from_uuid(Uuid::from_u128(3)), ends: 10 };
        let text = grant.text(&key);
        let at = |seconds| Timestamp::from_timestamp(seconds, 0).unwrap();
        assert_eq!(Grant::parse(&text, &key, at(9)), Some(grant));
        assert_eq!(Grant::parse(&text, &key, at(10)), None);
        assert_eq!(Grant::parse(&text, &SigningKey::new([8; 32]), at(9)), None);
        for other in ["", "pls_", "AAAA", &"A".repeat(1000)] {
            assert_eq!(Given::parse(other, &key), None, "{other}");
            assert_eq!(Grant::parse(other, &key, at(0)), None, "{other}");
        }
    }
}
