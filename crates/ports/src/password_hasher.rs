use async_trait::async_trait;
use plinth_domain::Password;

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
#[error("the password hasher failed")]
pub struct HasherError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Hashes passwords so that guessing is slow (argon2id, RFC 9106).
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password that is to be stored.
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherError>;

    /// Compares a password with a stored hash. With `None` it does the same work and returns
    /// `false`, so that an unknown account takes as long as a known one.
    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<bool, HasherError>;
}
