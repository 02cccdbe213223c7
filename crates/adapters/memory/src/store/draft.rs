use std::{sync::Arc, time::Duration};

use plinth_domain::Timestamp;
use plinth_ports::{Result, StoreError};
use tokio::{sync::OwnedMutexGuard, time::timeout};

use super::{Shared, Tables};

/// The exclusive right to write, while it is held.
#[derive(Debug)]
pub(super) struct Turn {
    shared: Arc<Shared>,
    /// When the unit began.
    began: Timestamp,
    _held: OwnedMutexGuard<()>,
}

impl Turn {
    /// The timeout of waiting for a turn. Only a task that opens two units of work
    /// at once reaches it, and would wait for ever.
    const TIMEOUT: Duration = Duration::from_secs(10);

    pub(super) async fn take(shared: Arc<Shared>) -> Result<Self> {
        let held = timeout(Self::TIMEOUT, Arc::clone(&shared.turn).lock_owned())
            .await
            .map_err(|elapsed| StoreError::Unavailable(elapsed.into()))?;
        let began = shared.clock.0.now();
        Ok(Self { shared, began, _held: held })
    }
}

/// Tables that no other unit sees until they are committed.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) tables: Tables,
    /// `None` in a read-only unit.
    turn: Option<Turn>,
    /// Whether a write violated a constraint: PostgreSQL can only roll such a
    /// transaction back.
    spoiled: bool,
}

impl Draft {
    pub(super) fn new(tables: Tables, turn: Option<Turn>) -> Self {
        Self { tables, turn, spoiled: false }
    }

    /// The time of the unit; none in one that only reads.
    pub(super) fn now(&self) -> Timestamp {
        self.turn.as_ref().map_or(Timestamp::UNIX_EPOCH, |turn| turn.began)
    }

    /// Fails with [`StoreError::Conflict`] when `violated`.
    pub(super) fn forbid(&mut self, violated: bool, constraint: &str) -> Result<()> {
        if !violated {
            return Ok(());
        }
        self.spoiled = true;
        Err(StoreError::Conflict { constraint: constraint.to_owned() })
    }

    /// Fails with [`StoreError::Other`] when `violated`, as a check of PostgreSQL does: the domain
    /// should have refused it.
    pub(super) fn check(&mut self, violated: bool, why: &'static str) -> Result<()> {
        if !violated {
            return Ok(());
        }
        self.spoiled = true;
        Err(StoreError::Other(why.into()))
    }

    pub(super) fn commit(self) -> Result<()> {
        if self.spoiled {
            return Err(StoreError::Other("a conflict has ended this unit of work".into()));
        }
        if let Some(turn) = self.turn {
            turn.shared.replace(self.tables);
        }
        Ok(())
    }
}
