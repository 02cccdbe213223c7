/// SHA-256 of a token: what is stored and looked up in its place. A token has
/// 256 random bits, so its hash needs no salt, and a lookup by hash tells
/// nobody anything about the token.
pub type TokenHash = [u8; 32];

/// A source of randomness that nobody can foresee.
pub trait Secrets: Send + Sync {
    /// 256 random bits.
    fn random(&self) -> [u8; 32];
}
