//! The state of a login at a provider (RFC 6749, section 10.12). It is signed and not stored, so that
//! beginning a login costs no row. Its client holds a binding, without which it is worth nothing, and
//! the nonce and the verifier of the code (RFC 7636) are derived from both.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use plinth_domain::{Id, Timestamp, UserId};
use plinth_ports::{Secrets, TokenHash};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::SigningKey;

/// How long a login at a provider may take.
pub(super) const VALID: TimeDelta = TimeDelta::minutes(10);

const STATE: &str = "oidc: state";
const NONCE: &str = "oidc: nonce";
const VERIFIER: &str = "oidc: code verifier";
const BINDING: &str = "plb_";

/// Random bits, what it is for, a user's id, and a time; then the signature.
const SIGNED: usize = 16 + 1 + 16 + 8;
const BYTES: usize = SIGNED + 32;

const LINKS: u8 = 1;
const REAUTHENTICATES: u8 = 2;

/// What the identity is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// For a login.
    Login,
    /// To be linked to the account of a user who is logged in.
    Link(UserId),
}

/// A state, which the provider sees, and its binding, which it does not see.
pub(super) struct State {
    text: String,
    binding: String,
    purpose: Purpose,
    reauthenticates: bool,
    expires: i64,
}

impl State {
    /// A new one for a login at a provider.
    pub(super) fn new(
        key: &SigningKey,
        secrets: &dyn Secrets,
        provider: &str,
        purpose: Purpose,
        reauthenticates: bool,
        now: Timestamp,
    ) -> Self {
        let binding = format!("{BINDING}{}", URL_SAFE_NO_PAD.encode(secrets.random()));
        let expires = (now + VALID).timestamp();
        let (link, user) = match purpose {
            Purpose::Login => (0, Uuid::nil()),
            Purpose::Link(user) => (LINKS, user.uuid()),
        };
        let flags = link | if reauthenticates { REAUTHENTICATES } else { 0 };
        let mut bytes = secrets.random()[..16].to_vec();
        bytes.push(flags);
        bytes.extend(user.as_bytes());
        bytes.extend(expires.to_be_bytes());
        bytes.extend(key.sign(STATE, &input(&bytes, provider, &binding)));
        let text = URL_SAFE_NO_PAD.encode(bytes);
        Self { text, binding, purpose, reauthenticates, expires }
    }

    /// One that has come back from a provider to a client; `None` when it is not of this provider
    /// and client, or too old.
    pub(super) fn verified(
        key: &SigningKey,
        text: &str,
        provider: &str,
        binding: &str,
        now: Timestamp,
    ) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes: [u8; BYTES] = bytes.try_into().ok()?;
        let (signed, signature) = bytes.split_at(SIGNED);
        if !key.verifies(STATE, &input(signed, provider, binding), signature) {
            return None;
        }
        let user = Id::from_uuid(Uuid::from_slice(&signed[17..33]).ok()?);
        let expires = i64::from_be_bytes(signed[33..].try_into().ok()?);
        let is_link = signed[16] & LINKS != 0;
        (now.timestamp() < expires).then(|| Self {
            text: text.to_owned(),
            binding: binding.to_owned(),
            purpose: if is_link { Purpose::Link(user) } else { Purpose::Login },
            reauthenticates: signed[16] & REAUTHENTICATES != 0,
            expires,
        })
    }

    /// What the provider sees.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What only the client that begins has.
    pub(super) fn binding(&self) -> &str {
        &self.binding
    }

    pub(super) const fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(super) const fn reauthenticates(&self) -> bool {
        self.reauthenticates
    }

    pub(super) fn expires_at(&self) -> Timestamp {
        Timestamp::from_timestamp(self.expires, 0).unwrap_or(Timestamp::MAX_UTC)
    }

    /// When the login was begun, to the second.
    pub(super) fn began_at(&self) -> Timestamp {
        self.expires_at() - VALID
    }

    /// The nonce of the ID token (OpenID Connect Core, section 15.5.2).
    pub(super) fn nonce(&self, key: &SigningKey) -> String {
        URL_SAFE_NO_PAD.encode(key.sign(NONCE, self.text.as_bytes()))
    }

    /// The verifier of the code: 43 characters (RFC 7636, section 4.1).
    pub(super) fn verifier(&self, key: &SigningKey) -> SecretString {
        let both = [self.text.as_bytes(), &[0], self.binding.as_bytes()].concat();
        URL_SAFE_NO_PAD.encode(key.sign(VERIFIER, &both)).into()
    }

    /// By what its use is remembered.
    pub(super) fn hash(&self) -> TokenHash {
        Sha256::digest(self.text.as_bytes()).into()
    }
}

/// The binding is hashed, so that no text of a client shifts what follows it.
fn input(signed: &[u8], provider: &str, binding: &str) -> Vec<u8> {
    let binding: [u8; 32] = Sha256::digest(binding.as_bytes()).into();
    [signed, &binding, provider.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use secrecy::ExposeSecret;

    use super::*;

    const KEY: SigningKey = SigningKey::new([7; 32]);

    struct Counted(AtomicU8);

    impl Secrets for Counted {
        fn random(&self) -> [u8; 32] {
            [self.0.fetch_add(1, Ordering::Relaxed); 32]
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(seconds, 0).unwrap()
    }

    fn state(purpose: Purpose) -> State {
        let secrets = Counted(AtomicU8::new(1));
        State::new(&KEY, &secrets, "google", purpose, false, at(1000))
    }

    fn verified(state: &State, provider: &str, binding: &str, seconds: i64) -> Option<State> {
        State::verified(&KEY, state.text(), provider, binding, at(seconds))
    }

    #[test]
    fn a_state_holds_for_its_client_and_provider_for_ten_minutes() {
        for purpose in [Purpose::Login, Purpose::Link(Id::from_uuid(Uuid::from_u128(5)))] {
            let begun = state(purpose);
            let given = verified(&begun, "google", begun.binding(), 1599).unwrap();
            assert_eq!((given.purpose(), given.reauthenticates()), (purpose, false));
            assert_eq!((given.began_at(), given.expires_at()), (at(1000), at(1600)));
            assert_eq!(given.nonce(&KEY), begun.nonce(&KEY));
            let verifiers = [&given, &begun].map(|state| state.verifier(&KEY));
            assert_eq!(verifiers[0].expose_secret(), verifiers[1].expose_secret());
            assert_eq!(verifiers[0].expose_secret().len(), 43);
            assert!(verified(&begun, "google", begun.binding(), 1600).is_none(), "too late");
            assert!(verified(&begun, "other", begun.binding(), 1001).is_none(), "another provider");
            assert!(verified(&begun, "google", "plb_", 1001).is_none(), "another client");
        }
    }

    #[test]
    fn a_changed_state_is_none() {
        let begun = state(Purpose::Login);
        for index in 0..begun.text.len() {
            let other = if begun.text.as_bytes()[index] == b'A' { "B" } else { "A" };
            let mut changed = begun.text.clone();
            changed.replace_range(index..=index, other);
            let given = State::verified(&KEY, &changed, "google", begun.binding(), at(1001));
            assert!(given.is_none(), "{index}");
        }
    }
}
