use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use plinth_domain::Password;
use plinth_in_process::Argon2Hasher;
use plinth_ports::{HasherError, PasswordHash, PasswordHasher};

/// Hashes passwords, and counts how often it compared one.
pub struct CountingHasher {
    hasher: Argon2Hasher,
    verified: AtomicUsize,
}

impl CountingHasher {
    pub fn new(hasher: Argon2Hasher) -> Self {
        Self { hasher, verified: AtomicUsize::new(0) }
    }

    pub fn verified(&self) -> usize {
        self.verified.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl PasswordHasher for CountingHasher {
    async fn hash(&self, password: Password) -> Result<PasswordHash, HasherError> {
        self.hasher.hash(password).await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
    ) -> Result<bool, HasherError> {
        self.verified.fetch_add(1, Ordering::SeqCst);
        self.hasher.verify(password, hash).await
    }
}
