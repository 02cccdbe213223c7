//! ID tokens: what must hold of one (OpenID Connect Core, section 3.1.3.7).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use plinth_domain::Timestamp;
use plinth_ports::OidcError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::{
    keys::{Algorithm, Hash, Keys},
    refused,
};

/// How far the clock of a provider may be off, in seconds.
pub(crate) const LEEWAY_SECONDS: i64 = 60;

/// The longest ID token, in bytes.
const MAX_BYTES: usize = 32 * 1024;

/// The most values of a claim that are looked at.
const MAX_VALUES: usize = 200;

/// The longest subject (OpenID Connect Core, section 2).
const MAX_SUBJECT: usize = 255;

/// What a token has to be made for.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) access_token: &'a SecretString,
    /// The time at which it is verified.
    pub(crate) now: Timestamp,
    /// A claim whose values are wanted.
    pub(crate) claim: Option<&'a str>,
}

/// The head of a token, of which nothing is verified.
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    alg: String,
    pub(crate) kid: Option<String>,
    crit: Option<Value>,
}

/// The claims of a verified token.
#[derive(Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    nbf: Option<f64>,
    iat: f64,
    nonce: Option<String>,
    at_hash: Option<String>,
    auth_time: Option<f64>,
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) email_verified: Flag,
    pub(crate) name: Option<String>,
    /// The values of the claim that is wanted.
    #[serde(skip)]
    pub(crate) values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// `true`, or the text `"true"`, which some providers send; anything else is `false`. A provider may also
/// say nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flag(Option<bool>);

impl Flag {
    pub(crate) fn is_true(self) -> bool {
        self.0 == Some(true)
    }

    pub(crate) fn is_denied(self) -> bool {
        self.0 == Some(false)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.is_null() {
            return Ok(Self(None));
        }
        Ok(Self(Some(value.as_bool() == Some(true) || value.as_str() == Some("true"))))
    }
}

impl Claims {
    /// When the user logged in at the provider, if it tells.
    pub(crate) fn authenticated_at(&self) -> Result<Option<Timestamp>, OidcError> {
        match self.auth_time {
            None => Ok(None),
            Some(seconds) => time(seconds).map(Some).ok_or_else(|| refused("auth_time is no time")),
        }
    }
}

/// The head of a token.
pub(crate) fn head(token: &str) -> Result<Head, OidcError> {
    if token.len() > MAX_BYTES {
        return Err(refused("the ID token is too long"));
    }
    let head = token.split('.').next().unwrap_or_default();
    let head = URL_SAFE_NO_PAD.decode(head).ok();
    let head = head.and_then(|head| serde_json::from_slice(&head).ok());
    head.ok_or_else(|| refused("the ID token is none"))
}

/// Verifies a token by the provider's keys.
pub(crate) fn verify(
    token: &str,
    head: &Head,
    keys: &Keys,
    expected: &Expected<'_>,
) -> Result<Claims, OidcError> {
    let algorithm = Algorithm::of(&head.alg);
    let algorithm = algorithm.ok_or_else(|| refused("the ID token is signed in another way"))?;
    if head.crit.is_some() {
        return Err(refused("the ID token asks for what is not understood"));
    }
    let key = keys.of(head.kid.as_deref(), algorithm);
    let key = key.ok_or_else(|| refused("the provider has no such key"))?;
    let (message, signature) =
        token.rsplit_once('.').ok_or_else(|| refused("the ID token is none"))?;
    let decoded = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| refused("it is no ID token"));
    if !key.has_signed(algorithm, message.as_bytes(), &decoded(signature)?) {
        return Err(refused("the provider has not signed the ID token"));
    }
    // The head is one part, and the claims are the other one.
    let (_, claims) = message.split_once('.').ok_or_else(|| refused("the ID token is none"))?;
    let unreadable =
        |error: serde_json::Error| refused(format!("the claims cannot be read: {error}"));
    let all: Value = serde_json::from_slice(&decoded(claims)?).map_err(unreadable)?;
    let claims = Claims::deserialize(&all).map_err(unreadable)?;
    check(&claims, algorithm, expected)?;
    let values = expected.claim.map(|claim| values_of(&all, claim)).unwrap_or_default();
    Ok(Claims { values, ..claims })
}

/// The values of a claim: a text, or the texts of a list.
pub(crate) fn values_of(claims: &Value, claim: &str) -> Vec<String> {
    match &claims[claim] {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => {
            let texts = all.iter().filter_map(Value::as_str).take(MAX_VALUES);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the claims are the expected ones.
fn check(claims: &Claims, algorithm: &Algorithm, expected: &Expected<'_>) -> Result<(), OidcError> {
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(refused("the ID token is of another login: its nonce differs"));
    }
    if claims.iss != expected.issuer {
        return Err(refused("the ID token is of another issuer"));
    }
    let (is_meant, is_shared) = match &claims.aud {
        Audience::One(one) => (one == expected.audience, false),
        Audience::Several(all) => (all.iter().any(|one| one == expected.audience), all.len() > 1),
    };
    let azp = claims.azp.as_deref();
    let is_other = azp.is_some_and(|azp| azp != expected.audience) || (is_shared && azp.is_none());
    if !is_meant || is_other {
        return Err(refused("the ID token is made for another client"));
    }
    check_times(claims, expected.now.timestamp())?;
    let is_subject = (1..=MAX_SUBJECT).contains(&claims.sub.len())
        && claims.sub.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !is_subject {
        return Err(refused("the subject is no ASCII text of 1 to 255 characters"));
    }
    let hash = half_hash(algorithm.hash, expected.access_token.expose_secret());
    if claims.at_hash.as_ref().is_some_and(|at_hash| *at_hash != hash) {
        return Err(refused("the access token is not that of the ID token"));
    }
    Ok(())
}

/// The times of a token, by a clock that may be some seconds off.
fn check_times(claims: &Claims, now: i64) -> Result<(), OidcError> {
    let seconds = |claim: f64| time(claim).map(|time| time.timestamp());
    let times = (seconds(claims.exp), seconds(claims.iat), claims.nbf.map(seconds));
    let (Some(expires), Some(issued), None | Some(Some(_))) = times else {
        return Err(refused("a time of the ID token is none"));
    };
    if expires + LEEWAY_SECONDS <= now {
        return Err(refused("the ID token is too old"));
    }
    let begins = times.2.flatten().unwrap_or(issued).max(issued);
    if begins > now + LEEWAY_SECONDS {
        return Err(refused("the ID token is of the future"));
    }
    Ok(())
}

/// The left half of the hash of an access token (OpenID Connect Core, section 3.1.3.6).
fn half_hash(hash: Hash, access_token: &str) -> String {
    let text = access_token.as_bytes();
    let hash = match hash {
        Hash::Sha256 => Sha256::digest(text).to_vec(),
        Hash::Sha384 => Sha384::digest(text).to_vec(),
        Hash::Sha512 => Sha512::digest(text).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// A number of seconds since 1970.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and parts of seconds go"
)]
fn time(seconds: f64) -> Option<Timestamp> {
    let is_near = (0.0..1e11).contains(&seconds);
    is_near.then(|| DateTime::from_timestamp(seconds as i64, 0)).flatten()
}

#[cfg(test)]
mod tests;
