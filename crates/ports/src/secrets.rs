use plinth_domain::OrganizationId;

/// The SHA-256 of a token, which is stored and looked up instead of it. A token
/// has 256 random bits, so its hash needs no salt, and a lookup by hash reveals
/// nothing about the token.
pub type TokenHash = [u8; 32];

/// What a token is looked up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenKey {
    /// The organization that the token names. It only says where the token's row is: the hash
    /// covers it, too. `None` for a token of an earlier version, which names none.
    pub organization: Option<OrganizationId>,
    /// The hash of the whole token.
    pub hash: TokenHash,
}

/// A cryptographically secure source of randomness.
pub trait Secrets: Send + Sync {
    /// 256 random bits.
    fn random(&self) -> [u8; 32];
}
