use hmac::{Hmac, KeyInit};
use sha2::Sha256;

/// HMAC-SHA256 (RFC 2104) under a key.
pub(crate) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a short key with zeros. Padding it here makes the constructor infallible.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    Hmac::<Sha256>::new(&block.into())
}
