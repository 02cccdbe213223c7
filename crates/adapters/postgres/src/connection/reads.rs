use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{Result, StoreError};
use sqlx::postgres::PgRow;
use tracing::Instrument;

use super::{
    Begin, Connections, Transaction,
    statements::{Statements, failed},
};
use crate::{error::connection_lost, sql::Sql, trace};

/// Questions, each of which is one message and a transaction of its own: it needs no `BEGIN` and no
/// `COMMIT`.
#[derive(Debug)]
pub struct Reads {
    connections: Connections,
    /// Whose rows they see; in the system scope `None`.
    organization: Option<OrganizationId>,
}

impl Reads {
    /// Questions about one organization's rows.
    pub const fn of(organization: OrganizationId, connections: Connections) -> Self {
        Self { connections, organization: Some(organization) }
    }

    /// Questions about the rows of all organizations that the system scope may read.
    pub const fn of_all(connections: Connections) -> Self {
        Self { connections, organization: None }
    }
}

impl Statements for Reads {
    async fn each(&mut self, sql: Sql, mut take: impl FnMut(PgRow) -> bool + Send) -> Result<()> {
        let begin = self.organization.map_or(Begin::System, Begin::TenantRead);
        let entered = self.connections.enter(begin).await?;
        let span = trace::span(sql.text());
        let sql = sql.within(self.organization);
        let asked = async {
            let mut link = self.connections.link(entered).await?;
            loop {
                let mut is_begun = false;
                let counted = |row| {
                    is_begun = true;
                    take(row)
                };
                match link.each(sql.clone(), counted).await {
                    Err(error) if !is_begun && link.was_idle() && connection_lost(&error) => {
                        link = self.connections.replace(link).await?;
                    }
                    answer => return answer,
                }
            }
        };
        let answer = asked.instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))
    }
}

/// How the statements of a unit run.
#[derive(Debug)]
pub enum Work {
    /// In one transaction.
    Together(Transaction),
    /// Each by itself; they only read.
    Apart(Reads),
}

impl Work {
    /// The time of everything that it stores; the epoch where it only reads.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Together(tx) => tx.now(),
            Self::Apart(_) => Timestamp::default(),
        }
    }

    /// Runs a statement, and returns the number of affected rows.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        match self {
            Self::Together(tx) => tx.execute(sql).await,
            Self::Apart(_) => Err(StoreError::Other("a view writes nothing".into())),
        }
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Together(tx) => tx.commit().await,
            Self::Apart(_) => Ok(()),
        }
    }

    pub async fn rollback(self) {
        if let Self::Together(tx) = self {
            tx.rollback().await;
        }
    }
}

impl Statements for Work {
    async fn each(&mut self, sql: Sql, take: impl FnMut(PgRow) -> bool + Send) -> Result<()> {
        match self {
            Self::Together(tx) => tx.each(sql, take).await,
            Self::Apart(reads) => reads.each(sql, take).await,
        }
    }
}
