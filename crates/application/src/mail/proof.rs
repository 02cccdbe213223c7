use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_domain::{Email, Id, Timestamp, UserId};
use uuid::Uuid;

use crate::SigningKey;

/// What a link in a mail proves: that its holder reads the mail of an account. It is signed and not
/// stored. What it is about is signed with it, so it works until that changes: the link to a new
/// password until the password changes, that to an address until the address does.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    usage: &'static str,
    user: UserId,
    /// Seconds since 1970.
    expires: i64,
    about: Vec<u8>,
}

const PREFIX: &str = "plm_";
const PASSWORD: &str = "mail: new password";
const ADDRESS: &str = "mail: address";

/// A user's id, a time, and a signature.
const BYTES: usize = 16 + 8 + 32;

impl Proof {
    /// The holder may choose a new password.
    pub(super) fn of_password(user: UserId, password_version: i64, expires: Timestamp) -> Self {
        let about = password_version.to_be_bytes().to_vec();
        Self { usage: PASSWORD, user, expires: expires.timestamp(), about }
    }

    /// The address is the account's.
    pub(super) fn of_address(user: UserId, email: &str, expires: Timestamp) -> Self {
        let about = email.as_bytes().to_vec();
        Self { usage: ADDRESS, user, expires: expires.timestamp(), about }
    }

    /// The token: letters, digits, `-` and `_`.
    pub(super) fn signed(&self, key: &SigningKey) -> String {
        let mut bytes = self.user.uuid().as_bytes().to_vec();
        bytes.extend(self.expires.to_be_bytes());
        bytes.extend(key.sign(self.usage, &self.input()));
        let mut token = PREFIX.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut token);
        token
    }

    fn input(&self) -> Vec<u8> {
        let fixed = [&self.user.uuid().as_bytes()[..], &self.expires.to_be_bytes()].concat();
        [fixed, self.about.clone()].concat()
    }
}

/// A token that was given back. It proves nothing before its signature is verified.
#[derive(Debug, Clone)]
pub(crate) struct GivenProof {
    pub(crate) user: UserId,
    expires: i64,
    signature: [u8; 32],
}

impl GivenProof {
    /// `None` for a text that is no such token.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
        let bytes: [u8; BYTES] = bytes.try_into().ok()?;
        let user = Id::from_uuid(Uuid::from_slice(&bytes[..16]).ok()?);
        let expires = i64::from_be_bytes(bytes[16..24].try_into().ok()?);
        Some(Self { user, expires, signature: bytes[24..].try_into().ok()? })
    }

    /// Whether it is of this password, and its time has not passed.
    pub(crate) fn allows_password(
        &self,
        key: &SigningKey,
        password_version: i64,
        now: Timestamp,
    ) -> bool {
        self.holds(key, PASSWORD, password_version.to_be_bytes().to_vec(), now)
    }

    /// Whether it proves this address, and its time has not passed.
    pub(crate) fn proves_address(&self, key: &SigningKey, email: &Email, now: Timestamp) -> bool {
        self.holds(key, ADDRESS, email.as_str().as_bytes().to_vec(), now)
    }

    fn holds(&self, key: &SigningKey, usage: &'static str, about: Vec<u8>, now: Timestamp) -> bool {
        let proof = Proof { usage, user: self.user, expires: self.expires, about };
        key.verifies(usage, &proof.input(), &self.signature) && now.timestamp() < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SigningKey = SigningKey::new([7; 32]);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    fn ada() -> UserId {
        Id::from_uuid(Uuid::from_u128(1))
    }

    #[test]
    fn a_proof_works_until_its_time_and_until_what_it_is_about_changes() {
        let token = Proof::of_password(ada(), 3, at(100)).signed(&KEY);
        let given = GivenProof::parse(&token).unwrap();
        assert_eq!(given.user, ada());
        assert!(given.allows_password(&KEY, 3, at(99)));
        assert!(!given.allows_password(&KEY, 3, at(100)), "too late");
        assert!(!given.allows_password(&KEY, 4, at(99)), "the password is another one");
        assert!(!given.allows_password(&SigningKey::new([8; 32]), 3, at(99)), "another key");
    }

    #[test]
    fn a_proof_of_an_address_allows_no_new_password() {
        let email = Email::parse("ada@example.com").unwrap();
        let token = Proof::of_address(ada(), email.as_str(), at(100)).signed(&KEY);
        let given = GivenProof::parse(&token).unwrap();
        assert!(given.proves_address(&KEY, &email, at(1)));
        assert!(!given.proves_address(&KEY, &Email::parse("eve@example.com").unwrap(), at(1)));
        assert!(!given.allows_password(&KEY, 1, at(1)));
    }

    #[test]
    fn a_changed_token_proves_nothing() {
        let token = Proof::of_password(ada(), 1, at(100)).signed(&KEY);
        for index in PREFIX.len()..token.len() {
            let other = if token.as_bytes()[index] == b'A' { "B" } else { "A" };
            let mut changed = token.clone();
            changed.replace_range(index..=index, other);
            let holds = GivenProof::parse(&changed)
                .is_some_and(|given| given.user == ada() && given.allows_password(&KEY, 1, at(1)));
            assert!(!holds, "{index}");
        }
        for text in ["", "plm_", "pla_AAAA", &token[..token.len() - 1], &format!("{token}A")] {
            assert!(GivenProof::parse(text).is_none(), "{text}");
        }
    }
}
