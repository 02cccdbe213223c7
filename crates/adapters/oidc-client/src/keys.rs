//! The keys by which a provider signs (RFC 7517, RFC 7518), and what they have signed.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_outgoing::Outgoing;
use plinth_ports::OidcError;
use serde::Deserialize;
use serde_json::Value;

use crate::{calls, unreachable};

/// The most keys that are looked at.
const MAX: usize = 100;

/// The longest modulus, in Base64: one of 8192 bits.
const MAX_MODULUS: usize = 1_366;

/// The longest other text of a key, in bytes.
const MAX_TEXT: usize = 512;

/// The hash function of an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// How an algorithm verifies.
enum Verifies {
    Rsa(&'static RsaParameters),
    /// By a point of this curve, whose coordinates have so many bytes.
    Ec(&'static str, usize, &'static dyn VerificationAlgorithm),
    Ed25519,
}

/// An algorithm of a key pair (RFC 7518, section 3.1; RFC 8037).
pub(crate) struct Algorithm {
    name: &'static str,
    pub(crate) hash: Hash,
    verifies: Verifies,
}

/// One by a shared secret would let every holder of the client's secret make tokens, and `none`
/// everyone. The hash of Ed25519 is SHA-512.
static ALGORITHMS: [Algorithm; 9] = [
    rsa("RS256", Hash::Sha256, &RSA_PKCS1_2048_8192_SHA256),
    rsa("RS384", Hash::Sha384, &RSA_PKCS1_2048_8192_SHA384),
    rsa("RS512", Hash::Sha512, &RSA_PKCS1_2048_8192_SHA512),
    rsa("PS256", Hash::Sha256, &RSA_PSS_2048_8192_SHA256),
    rsa("PS384", Hash::Sha384, &RSA_PSS_2048_8192_SHA384),
    rsa("PS512", Hash::Sha512, &RSA_PSS_2048_8192_SHA512),
    Algorithm {
        name: "ES256",
        hash: Hash::Sha256,
        verifies: Verifies::Ec("P-256", 32, &ECDSA_P256_SHA256_FIXED),
    },
    Algorithm {
        name: "ES384",
        hash: Hash::Sha384,
        verifies: Verifies::Ec("P-384", 48, &ECDSA_P384_SHA384_FIXED),
    },
    Algorithm { name: "EdDSA", hash: Hash::Sha512, verifies: Verifies::Ed25519 },
];

const fn rsa(name: &'static str, hash: Hash, parameters: &'static RsaParameters) -> Algorithm {
    Algorithm { name, hash, verifies: Verifies::Rsa(parameters) }
}

impl Algorithm {
    /// The algorithm of this name; `None` for one that is not taken.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        ALGORITHMS.iter().find(|algorithm| algorithm.name == name)
    }
}

/// A public key, as far as it is understood. Its numbers are in Base64.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Keys(Vec<Jwk>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// Reads the keys of a provider. Those of forms that are not understood are left out, as are those with
/// too long a text.
pub(crate) async fn read(client: &Outgoing, url: &str) -> Result<Keys, OidcError> {
    Keys::parse(&calls::get(client, url).await?)
}

impl Keys {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, OidcError> {
        let set: Set = serde_json::from_slice(body)
            .map_err(|error| unreachable(format!("the keys cannot be read: {error}")))?;
        let keys = set.keys.into_iter().take(MAX);
        let keys = keys.filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self(keys.filter(Jwk::is_bounded).collect()))
    }

    /// Whether there is a key of this name; of any, where none is named.
    pub(crate) fn has(&self, id: Option<&str>) -> bool {
        self.0.iter().any(|key| id.is_none() || key.kid.as_deref() == id)
    }

    /// The one key that may have signed: of this name, for this algorithm. Without a name there may be
    /// no other key for the algorithm.
    pub(crate) fn of(&self, id: Option<&str>, algorithm: &Algorithm) -> Option<&Jwk> {
        let is_named = |key: &&Jwk| id.is_none() || key.kid.as_deref() == id;
        let mut fitting = self.0.iter().filter(is_named).filter(|key| key.suits(algorithm));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }
}

impl Jwk {
    fn is_bounded(&self) -> bool {
        let Self { kty, kid, usage, alg, crv, n, e, x, y } = self;
        let mut others = [kid, usage, alg, crv, e, x, y].into_iter().flatten();
        kty.len() <= MAX_TEXT
            && n.as_ref().is_none_or(|modulus| modulus.len() <= MAX_MODULUS)
            && others.all(|text| text.len() <= MAX_TEXT)
    }

    fn suits(&self, algorithm: &Algorithm) -> bool {
        let signs = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let is_stated = self.alg.as_deref().is_none_or(|alg| alg == algorithm.name);
        let (kind, curve) = match algorithm.verifies {
            Verifies::Rsa(_) => ("RSA", None),
            Verifies::Ec(curve, ..) => ("EC", Some(curve)),
            Verifies::Ed25519 => ("OKP", Some("Ed25519")),
        };
        signs && is_stated && self.kty == kind && self.crv.as_deref() == curve
    }

    /// Whether the key has signed the message.
    pub(crate) fn has_signed(
        &self,
        algorithm: &Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        self.verified(algorithm, message, signature).is_some()
    }

    fn verified(&self, algorithm: &Algorithm, message: &[u8], signature: &[u8]) -> Option<()> {
        let verified = match algorithm.verifies {
            Verifies::Rsa(parameters) => {
                let key = RsaPublicKeyComponents {
                    n: bytes(self.n.as_ref())?,
                    e: bytes(self.e.as_ref())?,
                };
                key.verify(parameters, message, signature)
            }
            Verifies::Ec(_, length, by) => {
                let (x, y) = (bytes(self.x.as_ref())?, bytes(self.y.as_ref())?);
                if x.len() != length || y.len() != length {
                    return None;
                }
                // Uncompressed (SEC 1, section 2.3.3).
                let point = [&[4][..], &x, &y].concat();
                UnparsedPublicKey::new(by, point).verify(message, signature)
            }
            Verifies::Ed25519 => {
                UnparsedPublicKey::new(&ED25519, bytes(self.x.as_ref())?).verify(message, signature)
            }
        };
        verified.ok()
    }
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_with_too_long_a_text_is_left_out() {
        let text = |length: usize| "A".repeat(length);
        let good =
            json!({"kty": "RSA", "kid": text(MAX_TEXT), "n": text(MAX_MODULUS), "e": "AQAB"});
        let mut all = vec![good.clone()];
        for (field, length) in [("n", MAX_MODULUS), ("kid", MAX_TEXT), ("x", MAX_TEXT)] {
            let mut key = good.clone();
            key[field] = json!(text(length + 1));
            all.push(key);
        }
        let keys = Keys::parse(json!({"keys": all}).to_string().as_bytes()).unwrap();
        assert_eq!(keys.0.len(), 1);
        let many = vec![good; MAX + 1];
        let keys = Keys::parse(json!({"keys": many}).to_string().as_bytes()).unwrap();
        assert_eq!(keys.0.len(), MAX);
    }
}
