use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_domain::{Email, FamilyId, Id, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{SigningKey, job_kind::id};

/// A change of an account's address that its user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) user: UserId,
    /// The account's address: when it is another one, the links of the change work no more.
    pub(crate) from: Email,
    pub(crate) to: Email,
    /// A new password ends the change, too.
    pub(crate) password_version: i64,
    /// The login by which it was asked for; its sessions outlast the change.
    pub(crate) kept: FamilyId,
    pub(crate) expires_at: Timestamp,
}

/// Whose confirmation a link is. That of the old address is only made after the new one has confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    New,
    Old,
}

impl End {
    const fn usage(self) -> &'static str {
        match self {
            Self::New => "mail: new address",
            Self::Old => "mail: address of before",
        }
    }
}

/// A change, as the job of its mail stores it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredMove {
    #[serde(with = "id")]
    user: UserId,
    from: String,
    to: String,
    password_version: i64,
    #[serde(with = "id")]
    kept: FamilyId,
    expires_at: Timestamp,
}

impl From<Move> for StoredMove {
    fn from(asked: Move) -> Self {
        Self {
            user: asked.user,
            from: asked.from.as_str().to_owned(),
            to: asked.to.as_str().to_owned(),
            password_version: asked.password_version,
            kept: asked.kept,
            expires_at: asked.expires_at,
        }
    }
}

impl StoredMove {
    /// The token of the link to one end: letters, digits, `-` and `_`.
    pub(super) fn token(&self, end: End, key: &SigningKey) -> String {
        let given = GivenMove {
            user: self.user,
            kept: self.kept,
            expires: self.expires_at.timestamp(),
            signature: [0; 32],
            to: self.to.clone(),
        };
        let signature = key.sign(end.usage(), &given.input(&self.from, self.password_version));
        let mut bytes = given.head();
        bytes.extend(signature);
        bytes.extend(self.to.as_bytes());
        let mut token = PREFIX.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut token);
        token
    }
}

const PREFIX: &str = "plm_";

/// Two identities and a time.
const HEAD: usize = 16 + 16 + 8;
const SIGNATURE: usize = 32;

/// A token that was given back: the identities of a user and a login, a time, a signature, and the new
/// address. It proves nothing before its signature is verified.
#[derive(Debug, Clone)]
pub(crate) struct GivenMove {
    pub(crate) user: UserId,
    kept: FamilyId,
    /// Seconds since 1970.
    expires: i64,
    signature: [u8; SIGNATURE],
    to: String,
}

impl GivenMove {
    /// `None` for a text that is no such token.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let (signature, to) = rest.split_at_checked(SIGNATURE)?;
        Some(Self {
            user: Id::from_uuid(Uuid::from_slice(&head[..16]).ok()?),
            kept: Id::from_uuid(Uuid::from_slice(&head[16..32]).ok()?),
            expires: i64::from_be_bytes(head[32..].try_into().ok()?),
            signature: signature.try_into().ok()?,
            to: std::str::from_utf8(to).ok()?.to_owned(),
        })
    }

    /// The change and whose confirmation this is, if it is one of an account with this address and this
    /// password, and its time has not passed.
    pub(crate) fn checked(
        &self,
        key: &SigningKey,
        from: &Email,
        password_version: i64,
        now: Timestamp,
    ) -> Option<(End, Move)> {
        let input = self.input(from.as_str(), password_version);
        let holds = |end: &End| key.verifies(end.usage(), &input, &self.signature);
        let end = [End::New, End::Old].into_iter().find(holds)?;
        let asked = Move {
            user: self.user,
            from: from.clone(),
            to: Email::parse(&self.to).ok()?,
            password_version,
            kept: self.kept,
            expires_at: Timestamp::from_timestamp(self.expires, 0)?,
        };
        (now < asked.expires_at).then_some((end, asked))
    }

    fn head(&self) -> Vec<u8> {
        let (user, kept) = (self.user.uuid(), self.kept.uuid());
        [&user.as_bytes()[..], kept.as_bytes(), &self.expires.to_be_bytes()].concat()
    }

    /// What is signed. No address contains the byte between them.
    fn input(&self, from: &str, password_version: i64) -> Vec<u8> {
        let mut input = self.head();
        input.extend(password_version.to_be_bytes());
        input.extend(from.as_bytes());
        input.push(0);
        input.extend(self.to.as_bytes());
        input
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SigningKey = SigningKey::new([7; 32]);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn asked() -> Move {
        Move {
            user: Id::from_uuid(Uuid::from_u128(1)),
            from: email("ada@example.com"),
            to: email("ada@example.org"),
            password_version: 3,
            kept: Id::from_uuid(Uuid::from_u128(2)),
            expires_at: at(100),
        }
    }

    fn token(end: End) -> String {
        StoredMove::from(asked()).token(end, &KEY)
    }

    #[test]
    fn a_change_of_address_works_until_its_time_the_password_or_the_address_changes() {
        for end in [End::New, End::Old] {
            let given = GivenMove::parse(&token(end)).unwrap();
            let check =
                |key, from: &str, version, now| given.checked(key, &email(from), version, at(now));
            assert_eq!(check(&KEY, "ada@example.com", 3, 99), Some((end, asked())));
            assert_eq!(check(&KEY, "ada@example.com", 3, 100), None, "too late");
            assert_eq!(check(&KEY, "ada@example.com", 4, 99), None, "another password");
            assert_eq!(check(&KEY, "ada@example.net", 3, 99), None, "another address");
            assert_eq!(check(&SigningKey::new([8; 32]), "ada@example.com", 3, 99), None);
        }
    }

    #[test]
    fn a_changed_token_of_a_change_of_address_confirms_nothing() {
        let token = token(End::New);
        for index in PREFIX.len()..token.len() {
            let other = if token.as_bytes()[index] == b'A' { "B" } else { "A" };
            let mut changed = token.clone();
            changed.replace_range(index..=index, other);
            let given = GivenMove::parse(&changed);
            let checked = given.and_then(|given| given.checked(&KEY, &asked().from, 3, at(1)));
            assert_eq!(checked, None, "{index}");
        }
        for text in ["", "plm_", "pla_AAAA", "plm_AAAA"] {
            assert!(GivenMove::parse(text).is_none(), "{text}");
        }
    }
}
