use std::{borrow::Cow, time::Duration};

use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{Result, StoreError};
use sqlx::{Row as _, postgres::PgRow};

use super::{
    Begin, Connections, Transaction,
    groups::{Outcome, Taken},
    link::Link,
    watched::Watched,
};
use crate::{
    error::{connection_lost, store_error},
    sql::{Sql, Writes},
};

/// The longest rest after which a connection is taken for alive. A dead one is only noticed when
/// nothing can be sent twice.
const ALIVE: Duration = Duration::from_secs(1);

/// New rows of one organization, and at most one change before them, that wait for the commit. They
/// are one statement then, and a transaction of its own: it needs no `BEGIN` and no `COMMIT`. The
/// statement also stores what other units of the organization wait to store alike.
#[derive(Debug)]
pub struct Deferred {
    connections: Connections,
    organization: OrganizationId,
    began: Timestamp,
    writes: Writes,
    /// Whether its transaction could not be opened with all of them.
    has_failed: bool,
}

impl Deferred {
    /// `began` is the time on the server's clock.
    pub fn new(connections: Connections, organization: OrganizationId, began: Timestamp) -> Self {
        Self { connections, organization, began, writes: Writes::default(), has_failed: false }
    }

    /// The time of everything that is stored.
    pub const fn began(&self) -> Timestamp {
        self.began
    }

    /// Keeps an `INSERT` for the commit.
    pub fn add(&mut self, row: Sql) {
        self.writes.rows.push(row);
    }

    /// Keeps a change for the commit. The rows are only stored where it has changed one row.
    pub fn change(&mut self, change: Sql) -> Result<()> {
        if self.writes.change.replace(change).is_some() {
            return Err(StoreError::Other("one change may wait for the commit".into()));
        }
        Ok(())
    }

    /// Opens a transaction with the rows, for statements that follow them.
    pub async fn open(&mut self) -> Result<Transaction> {
        // Part of a unit must not be stored by a later commit.
        self.has_failed = true;
        let Writes { change, rows } = std::mem::take(&mut self.writes);
        let mut tx = self.connections.begin(Begin::Tenant(self.organization)).await?;
        tx.backdate(self.began);
        if let Some(change) = change {
            tx.change(change).await?;
        }
        for row in rows {
            tx.execute(row).await?;
        }
        self.has_failed = false;
        Ok(tx)
    }

    /// Stores the rows, all or none.
    pub async fn commit(mut self) -> Result<()> {
        if self.has_failed {
            return Err(StoreError::Other("a statement of the unit has failed".into()));
        }
        if self.writes.first().is_none() {
            return Ok(());
        }
        let groups = self.connections.groups();
        let mut offered = groups.offer(self.organization, std::mem::take(&mut self.writes));
        let begin = Begin::Tenant(self.organization);
        let entered = tokio::select! {
            outcome = offered.ended() => return self.taken_along(outcome).await,
            entered = self.connections.enter(&begin) => entered,
        };
        let Some(own) = offered.take_back() else {
            drop(entered);
            let outcome = offered.ended().await;
            return self.taken_along(outcome).await;
        };
        self.writes = own;
        let link = self.connections.link(entered?).await.map_err(store_error)?;
        if link.rested() > ALIVE {
            drop(link);
            return self.store_in_steps().await;
        }
        let others = self.connections.groups().take(self.organization, &self.writes);
        self.store(link, others).await
    }

    async fn taken_along(mut self, outcome: Outcome) -> Result<()> {
        match outcome {
            Outcome::Stored(true) => Ok(()),
            Outcome::Stored(false) => Err(StoreError::Stale),
            Outcome::Unknown => {
                Err(StoreError::Unavailable("it is not known whether it was stored".into()))
            }
            Outcome::Refused(writes) => {
                self.writes = writes;
                self.store_in_steps().await
            }
        }
    }

    /// Stores the rows by a statement each, which is sent again where the connection was dead.
    async fn store_in_steps(mut self) -> Result<()> {
        Box::pin(self.open()).await?.commit().await
    }

    /// Stores the rows together with those of others.
    async fn store(mut self, mut link: Link, others: Vec<Taken>) -> Result<()> {
        let part = self.writes.name().to_owned();
        let mut own = Some(std::mem::take(&mut self.writes));
        let mut units = Vec::with_capacity(1 + others.len());
        if others.is_empty() {
            units.extend(own.take());
        } else {
            units.extend(own.clone());
            units.extend(others.iter().map(|taken| taken.writes.clone()));
        }
        let (units, places) = in_order(units);
        let (mut time, mut is_stored) = (None, vec![false; places.len()]);
        let note = |row: PgRow| {
            time = row.try_get(0).ok().and_then(Timestamp::from_timestamp_micros);
            for (number, place) in places.iter().enumerate() {
                is_stored[*place] = row.try_get(number + 1).unwrap_or_default();
            }
            true
        };
        let sql = Sql::together(units, self.organization);
        let watched = Watched::part(self.connections.observer(), &part, sql.text());
        let stored = watched.run(link.each(sql, note)).await;
        drop(link);
        match (stored, own) {
            (Ok(()), _) => {
                if let Some(time) = time {
                    self.connections.observed().note(time);
                }
                for (other, is_stored) in others.into_iter().zip(&is_stored[1..]) {
                    other.end(Outcome::Stored(*is_stored));
                }
                if is_stored[0] { Ok(()) } else { Err(StoreError::Stale) }
            }
            // One of them is refused, and the server stores none.
            (Err(error @ sqlx::Error::Database(_)), Some(own)) if !connection_lost(&error) => {
                note_fault(&error);
                others.into_iter().for_each(Taken::refuse);
                self.writes = own;
                self.store_in_steps().await
            }
            (Err(error), _) => {
                for other in others {
                    other.end(Outcome::Unknown);
                }
                Err(store_error(error))
            }
        }
    }
}

/// The units in the order of the rows that they change, so that two statements lock these in the same
/// order; and the place that each had before.
fn in_order(units: Vec<Writes>) -> (Vec<Writes>, Vec<usize>) {
    let mut units: Vec<_> = units.into_iter().enumerate().collect();
    units.sort_by_key(|(_, unit)| unit.changed());
    units.into_iter().map(|(place, unit)| (unit, place)).unzip()
}

/// A text that the server does not understand would only cost time, and nothing would tell of it.
fn note_fault(error: &sqlx::Error) {
    let code = error.as_database_error().and_then(|error| error.code().map(Cow::into_owned));
    if let Some(code) = code.filter(|code| code.starts_with("42")) {
        tracing::error!(code, %error, "commits cannot be stored together");
    }
}
