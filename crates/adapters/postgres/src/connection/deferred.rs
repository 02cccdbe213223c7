use std::time::Duration;

use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{Result, StoreError};
use sqlx::{Row as _, postgres::PgRow};

use super::{Begin, Connections, Transaction, watched::Watched};
use crate::{error::store_error, sql::Sql};

/// The longest rest after which a connection is taken for alive. A dead one is only noticed when
/// nothing can be sent twice.
const ALIVE: Duration = Duration::from_secs(1);

/// New rows of one organization, and at most one change before them, that wait for the commit. They are one statement then, and a
/// transaction of its own: it needs no `BEGIN` and no `COMMIT`.
#[derive(Debug)]
pub struct Deferred {
    connections: Connections,
    organization: OrganizationId,
    began: Timestamp,
    change: Option<Sql>,
    rows: Vec<Sql>,
}

impl Deferred {
    /// `began` is the time on the server's clock.
    pub const fn new(
        connections: Connections,
        organization: OrganizationId,
        began: Timestamp,
    ) -> Self {
        Self { connections, organization, began, change: None, rows: Vec::new() }
    }

    /// The time of everything that is stored.
    pub const fn began(&self) -> Timestamp {
        self.began
    }

    /// Keeps an `INSERT` for the commit.
    pub fn add(&mut self, row: Sql) {
        self.rows.push(row);
    }

    /// Keeps a change for the commit. The rows are only stored where it has changed one row.
    pub fn change(&mut self, change: Sql) -> Result<()> {
        if self.change.replace(change).is_some() {
            return Err(StoreError::Other("one change may wait for the commit".into()));
        }
        Ok(())
    }

    /// Opens a transaction with the rows, for statements that follow them.
    pub async fn open(&mut self) -> Result<Transaction> {
        let mut tx = self.connections.begin(Begin::Tenant(self.organization)).await?;
        tx.backdate(self.began);
        if let Some(change) = self.change.take() {
            tx.change(change).await?;
        }
        for row in self.rows.drain(..) {
            tx.execute(row).await?;
        }
        Ok(tx)
    }

    /// Stores the rows, all or none.
    pub async fn commit(mut self) -> Result<()> {
        let Some(first) = self.change.as_ref().or(self.rows.first()) else { return Ok(()) };
        let entered = self.connections.enter(&Begin::Tenant(self.organization)).await?;
        let mut link = self.connections.link(entered).await.map_err(store_error)?;
        if link.rested() > ALIVE {
            drop(link);
            return Box::pin(self.open()).await?.commit().await;
        }
        let (mut time, mut is_stored) = (None, false);
        let note = |row: PgRow| {
            time = row.try_get(0).ok().and_then(Timestamp::from_timestamp_micros);
            is_stored = row.try_get(1).unwrap_or_default();
            true
        };
        let part = first.text().to_owned();
        let rows = Sql::together(self.change, self.rows, self.organization);
        let watched = Watched::part(self.connections.observer(), &part, rows.text());
        watched.run(link.each(rows, note)).await.map_err(store_error)?;
        if let Some(time) = time {
            self.connections.observed().note(time);
        }
        if is_stored { Ok(()) } else { Err(StoreError::Stale) }
    }
}
