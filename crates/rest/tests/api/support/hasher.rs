use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use plinth_domain::{AddressBlock, Password};
use plinth_in_process::Argon2Hasher;
use plinth_ports::{HasherError, Match, PasswordHash, PasswordHasher};

/// Hashes passwords, counts how often it compared one, and can be busy.
pub struct CountingHasher {
    hasher: Argon2Hasher,
    verified: AtomicUsize,
    is_busy: AtomicBool,
}

impl CountingHasher {
    pub fn new(hasher: Argon2Hasher) -> Self {
        Self { hasher, verified: AtomicUsize::new(0), is_busy: AtomicBool::new(false) }
    }

    /// Lets every call fail because too many wait, or no longer.
    pub fn set_busy(&self, is_busy: bool) {
        self.is_busy.store(is_busy, Ordering::SeqCst);
    }

    fn enter(&self) -> Result<(), HasherError> {
        if self.is_busy.load(Ordering::SeqCst) { Err(HasherError::Busy) } else { Ok(()) }
    }

    pub fn verified(&self) -> usize {
        self.verified.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl PasswordHasher for CountingHasher {
    async fn hash(
        &self,
        password: Password,
        client: AddressBlock,
    ) -> Result<PasswordHash, HasherError> {
        self.enter()?;
        self.hasher.hash(password, client).await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        client: AddressBlock,
    ) -> Result<Match, HasherError> {
        self.enter()?;
        self.verified.fetch_add(1, Ordering::SeqCst);
        self.hasher.verify(password, hash, client).await
    }
}
