/// The SHA-256 of a token, which is stored and looked up instead of it. A token
/// has 256 random bits, so its hash needs no salt, and a lookup by hash reveals
/// nothing about the token.
pub type TokenHash = [u8; 32];

/// A cryptographically secure source of randomness.
pub trait Secrets: Send + Sync {
    /// 256 random bits.
    fn random(&self) -> [u8; 32];
}
