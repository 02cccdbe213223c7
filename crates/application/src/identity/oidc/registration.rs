//! The token of an identity without an account: by it, and by nothing else, the account is made.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use plinth_domain::{Email, Name, Timestamp};
use plinth_ports::ConfirmedIdentity;
use serde::{Deserialize, Serialize};

use crate::{Error, SigningKey};

/// How long the token works.
const VALID: TimeDelta = TimeDelta::minutes(10);

const PREFIX: &str = "plg_";
const USAGE: &str = "oidc: registration";

/// The bytes of the signature, which come first.
const SIGNATURE: usize = 32;

/// A user who is known to a provider, and has no account. The token is signed and not stored, and is
/// worth nothing once the identity is linked. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingIdentity {
    token: String,
    /// The address, which the provider has confirmed.
    pub email: Email,
    /// The name at the provider.
    pub name: Option<Name>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// What is signed.
#[derive(Serialize, Deserialize)]
struct Payload {
    issuer: String,
    subject: String,
    email: String,
    name: Option<String>,
    authenticated_at: Option<i64>,
    expires: i64,
}

impl PendingIdentity {
    pub(super) fn new(
        key: &SigningKey,
        confirmed: &ConfirmedIdentity,
        email: Email,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let expires_at = now + VALID;
        let name = confirmed.name.as_deref().and_then(|name| Name::parse(name).ok());
        let payload = Payload {
            issuer: confirmed.issuer.clone(),
            subject: confirmed.subject.clone(),
            email: email.as_str().to_owned(),
            name: name.as_ref().map(|name| name.as_str().to_owned()),
            authenticated_at: confirmed.authenticated_at.map(|at| at.timestamp()),
            expires: expires_at.timestamp(),
        };
        let payload = serde_json::to_vec(&payload).map_err(Error::internal)?;
        let mut bytes = key.sign(USAGE, &payload).to_vec();
        bytes.extend(payload);
        let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        Ok(Self { token, email, name, expires_at })
    }

    /// The text for the client.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for PendingIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingIdentity([redacted])")
    }
}

/// The identity of a token that was given back; `None` for one that is too old, and for a text that
/// is none.
pub(super) fn confirmed(
    key: &SigningKey,
    token: &str,
    now: Timestamp,
) -> Option<ConfirmedIdentity> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
    let (signature, payload) = bytes.split_at_checked(SIGNATURE)?;
    if !key.verifies(USAGE, payload, signature) {
        return None;
    }
    let payload: Payload = serde_json::from_slice(payload).ok()?;
    let at = |seconds| Timestamp::from_timestamp(seconds, 0);
    (now.timestamp() < payload.expires).then_some(ConfirmedIdentity {
        issuer: payload.issuer,
        subject: payload.subject,
        email: Some(payload.email),
        is_email_verified: true,
        is_email_denied: false,
        name: payload.name,
        authenticated_at: payload.authenticated_at.and_then(at),
        values: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SigningKey = SigningKey::new([7; 32]);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    fn identity() -> ConfirmedIdentity {
        ConfirmedIdentity {
            issuer: "https://id.example.com".to_owned(),
            subject: "7".to_owned(),
            email: Some("ada@example.com".to_owned()),
            is_email_verified: true,
            is_email_denied: false,
            name: Some("Ada".to_owned()),
            authenticated_at: Some(at(900)),
            values: Vec::new(),
        }
    }

    #[test]
    fn a_token_gives_the_identity_back_for_ten_minutes() {
        let email = Email::parse("ada@example.com").unwrap();
        let pending = PendingIdentity::new(&KEY, &identity(), email, at(1000)).unwrap();
        assert_eq!(confirmed(&KEY, pending.expose(), at(1599)), Some(identity()));
        assert_eq!(confirmed(&KEY, pending.expose(), at(1600)), None);
        assert_eq!(confirmed(&SigningKey::new([8; 32]), pending.expose(), at(1001)), None);
        assert_eq!(confirmed(&KEY, "plg_", at(1001)), None);
        assert!(!format!("{pending:?}").contains(pending.expose()));
        let token = pending.expose();
        for index in PREFIX.len()..token.len() {
            let other = if token.as_bytes()[index] == b'A' { "B" } else { "A" };
            let mut changed = token.to_owned();
            changed.replace_range(index..=index, other);
            let given = confirmed(&KEY, &changed, at(1001));
            // The last character may have bits that are not part of a byte; then it is no text.
            assert_eq!(given, None, "{index}");
        }
    }
}
