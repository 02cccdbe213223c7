use std::{sync::Arc, thread::available_parallelism};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{Error as HashError, phc},
};
use async_trait::async_trait;
use plinth_domain::{AddressBlock, Password};
use plinth_ports::{HasherError, Match, PasswordHash, PasswordHasher};
use tokio::task::spawn_blocking;

use crate::turns::{Load, Turns};

/// The cost of one argon2id hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1.
    pub passes: u32,
    /// Lanes, at least 1.
    pub lanes: u32,
}

impl Argon2Cost {
    /// 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
    pub const OWASP: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The minimum of the algorithm, for tests only: it protects nothing.
    pub const CHEAPEST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };
}

/// Hashes passwords with argon2id (RFC 9106).
///
/// Half of the cores compute hashes, and one more for a network that has none at work, so that the
/// others answer requests (of two cores none is left while two networks log in); that bounds the
/// memory, too. The networks take turns, and the queue is bounded.
#[derive(Debug, Clone)]
pub struct Argon2Hasher {
    argon2: Argon2<'static>,
    /// Verified when there is no account, so that the response takes as long as with one.
    decoy: Arc<str>,
    turns: Arc<Turns>,
}

impl Argon2Hasher {
    /// The number of calls that may wait for each core that computes hashes: two seconds' work.
    const WAITING: usize = 64;

    /// A hasher that creates hashes of this cost. It verifies hashes of any cost.
    ///
    /// # Errors
    /// When argon2id does not allow the cost.
    pub fn new(cost: Argon2Cost) -> Result<Self, HasherError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).map_err(failed)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // Salt and hash are arbitrary: `verify` answers no without an account.
        let Argon2Cost { memory_kib, passes, lanes } = cost;
        let decoy = format!(
            "$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${}${}",
            "A".repeat(22),
            "A".repeat(43)
        );
        let cores = (available_parallelism().map_or(1, usize::from) / 2).max(1);
        let turns = Turns::new(cores, cores * Self::WAITING);
        Ok(Self { argon2, decoy: decoy.into(), turns })
    }

    /// The current load.
    #[must_use]
    pub fn load(&self) -> Load {
        self.turns.load()
    }

    /// Runs `work` on a thread that may block, when it is the client's turn.
    async fn compute<T: Send + 'static>(
        &self,
        client: AddressBlock,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HasherError> {
        let turn = self.turns.take(client).await.map_err(|_| HasherError::Busy)?;
        let argon2 = self.argon2.clone();
        let computed = spawn_blocking(move || {
            // The work holds the turn, because it continues when the caller is dropped.
            let _turn = turn;
            work(&argon2)
        });
        computed.await.map_err(failed)?.map_err(failed)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(
        &self,
        password: Password,
        client: AddressBlock,
    ) -> Result<PasswordHash, HasherError> {
        self.compute(client, move |argon2| {
            let hash: phc::PasswordHash = argon2.hash_password(password.expose().as_bytes())?;
            Ok(PasswordHash(hash.to_string()))
        })
        .await
    }

    async fn verify(
        &self,
        password: Password,
        hash: Option<PasswordHash>,
        client: AddressBlock,
    ) -> Result<Match, HasherError> {
        let known = hash.is_some();
        let text = hash.map_or_else(|| Arc::clone(&self.decoy), |hash| hash.0.into());
        self.compute(client, move |argon2| {
            let stored = phc::PasswordHash::new(&text)?;
            match argon2.verify_password(password.expose().as_bytes(), &stored) {
                Ok(()) if !known => Ok(Match::No),
                Ok(()) if has_cost_of(&stored, argon2) => Ok(Match::Yes),
                Ok(()) => Ok(Match::Outdated),
                Err(HashError::PasswordInvalid) => Ok(Match::No),
                Err(fault) => Err(fault),
            }
        })
        .await
    }
}

/// Whether a new hash of the same password would have the same algorithm, version and cost.
fn has_cost_of(stored: &phc::PasswordHash, argon2: &Argon2<'static>) -> bool {
    let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    stored.algorithm.as_str() == Algorithm::Argon2id.as_str()
        && stored.version == Some(Version::V0x13.into())
        && Params::try_from(stored).is_ok_and(|params| cost(&params) == cost(argon2.params()))
}

fn failed(source: impl std::error::Error + Send + Sync + 'static) -> HasherError {
    HasherError::Failed(Box::new(source))
}

#[cfg(test)]
mod tests;
