use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The key from which tokens are derived and with which they are signed. All processes of an
/// installation have the same one.
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// The key of these bits, which must be random.
    #[must_use]
    pub const fn new(bits: [u8; 32]) -> Self {
        Self(bits)
    }

    /// HMAC-SHA256 (RFC 2104) over the use and the input. What is made for one use is worthless for
    /// another.
    pub(crate) fn sign(&self, usage: &'static str, input: &[u8]) -> [u8; 32] {
        self.mac(usage, input).finalize().into_bytes().into()
    }

    /// Whether this is the signature; takes the same time for each wrong one.
    pub(crate) fn verifies(&self, usage: &'static str, input: &[u8], signature: &[u8]) -> bool {
        self.mac(usage, input).verify_slice(signature).is_ok()
    }

    fn mac(&self, usage: &'static str, input: &[u8]) -> Hmac<Sha256> {
        // HMAC pads a short key with zeros.
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(usage.as_bytes());
        mac.update(&[0]);
        mac.update(input);
        mac
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}
