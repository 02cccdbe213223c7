use async_trait::async_trait;
use plinth_domain::{AddressBlock, Password};

/// A password's hash as a PHC string: `$argon2id$v=19$…`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// The hash could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum HasherError {
    /// Too many passwords wait to be hashed.
    #[error("too many passwords are being hashed")]
    Busy,
    /// A fault in the program.
    #[error("the password hasher failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Whether a password matches a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It does not.
    No,
    /// It does.
    Yes,
    /// It does, and the hash has another cost than new ones.
    Outdated,
}

/// Hashes passwords so that guessing is slow (argon2id, RFC 9106).
///
/// A hash costs a core for some time. So each call names the address block for which it is done,
/// and no block delays the others: see [`HasherError::Busy`].
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password that is to be stored.
    async fn hash(
        &self,
        password: Password,
        client: AddressBlock,
    ) -> Result<PasswordHash, HasherError>;

    /// Compares a password with a stored hash. With `None` it does the same work and answers
    /// [`Match::No`], so that an unknown account takes as long as a known one.
    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        client: AddressBlock,
    ) -> Result<Match, HasherError>;
}
