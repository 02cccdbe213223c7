use std::fmt;

use async_trait::async_trait;
use plinth_domain::{OrganizationId, SecretId, SecretText, UserId};
use secrecy::SecretString;

use crate::Result;

/// Whose secret it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretOwner {
    /// An organization entrusts it.
    Organization(OrganizationId),
    /// It belongs to an account, in every organization.
    User(UserId),
}

impl From<OrganizationId> for SecretOwner {
    fn from(organization: OrganizationId) -> Self {
        Self::Organization(organization)
    }
}

impl From<UserId> for SecretOwner {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

/// The key of one secret, encrypted by a master key.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The name of the master key: `2026-11`.
    pub master_key: String,
    /// The encrypted key.
    pub bytes: Vec<u8>,
}

/// A secret, encrypted by a key of its own. It opens only for its owner and identity.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// The identity.
    pub id: SecretId,
    /// The key that encrypted it.
    pub key: WrappedKey,
    /// The encrypted secret.
    pub sealed: Vec<u8>,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("WrappedKey");
        debug.field("master_key", &self.master_key).finish_non_exhaustive()
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("SealedSecret");
        debug.field("id", &self.id).field("key", &self.key).finish_non_exhaustive()
    }
}

/// Why a secret cannot be opened or wrapped anew.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The settings have no master key of this name.
    #[error("there is no master key {0}")]
    UnknownMasterKey(String),
    /// The row belongs to another owner or identity, or was changed; or the master key is
    /// another one of this name.
    #[error("the secret {0} does not open")]
    Broken(SecretId),
    /// The settings have no master key at all.
    #[error("there is no master key")]
    NoMasterKey,
    /// The library for encryption failed.
    #[error("encryption failed")]
    Failed,
}

/// Encrypts what organizations and users entrust. A master key encrypts a key for each secret, so
/// that a new master key needs no secret to be read.
pub trait SecretVault: Send + Sync {
    /// Encrypts a secret by a new key, which the newest master key encrypts.
    fn seal(
        &self,
        owner: SecretOwner,
        id: SecretId,
        text: &SecretText,
    ) -> Result<SealedSecret, VaultError>;

    /// Decrypts a secret.
    fn open(&self, owner: SecretOwner, secret: &SealedSecret) -> Result<SecretString, VaultError>;

    /// The same key of a secret, encrypted by the newest master key.
    fn rewrap(
        &self,
        owner: SecretOwner,
        secret: SecretId,
        key: &WrappedKey,
    ) -> Result<WrappedKey, VaultError>;

    /// The name of the master key that encrypts what is new.
    fn newest(&self) -> Result<&str, VaultError>;
}

/// A secret whose key another master key encrypts than the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutdatedSecret {
    /// The owner.
    pub owner: SecretOwner,
    /// The identity.
    pub secret: SecretId,
    /// The key.
    pub key: WrappedKey,
}

/// The keys of all organizations' and users' secrets, for a change of the master key. What is
/// sealed is not reached.
#[async_trait]
pub trait SecretKeys: Send + Sync {
    /// Up to `limit` secrets after `after`, in the order of owner and identity, whose keys are not
    /// encrypted by the master key `newest`. Those of organizations come before those of users.
    async fn outdated(
        &self,
        newest: &str,
        after: Option<(SecretOwner, SecretId)>,
        limit: u16,
    ) -> Result<Vec<OutdatedSecret>>;

    /// Replaces the key of a secret. `false` where it is another one by now, or the secret is gone.
    async fn replace(&self, secret: &OutdatedSecret, key: &WrappedKey) -> Result<bool>;

    /// How many secrets each master key encrypts, in the order of the names.
    async fn counts(&self) -> Result<Vec<(String, u64)>>;
}
