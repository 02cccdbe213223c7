use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use tokio::sync::Mutex;
use tracing::Instrument;

use super::link::Link;
use crate::trace;

/// An open transaction, on which sea-orm's entities run. Dropped, it leaves
/// no trace.
#[derive(Debug)]
pub struct Transaction {
    // sea-orm shares its connections; nothing here ever waits for this lock.
    link: Mutex<Link>,
}

impl Transaction {
    pub fn new(link: Link) -> Self {
        Self { link: Mutex::new(link) }
    }

    /// Makes it last.
    pub async fn commit(self) -> Result<(), DbErr> {
        let mut link = self.link.into_inner();
        let span = trace::span("COMMIT");
        let answer = link.commit().instrument(span.clone()).await;
        answer.map_err(|error| failed(&span, error))
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let span = trace::span(&statement.sql);
        let mut link = self.link.lock().await;
        let answer = link.execute(statement).instrument(span.clone()).await;
        answer.map(ExecResult::from).map_err(|error| failed(&span, error))
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let span = trace::span(&statement.sql);
        let mut link = self.link.lock().await;
        let answer = link.fetch_optional(statement).instrument(span.clone()).await;
        answer.map(|row| row.map(QueryResult::from)).map_err(|error| failed(&span, error))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let span = trace::span(&statement.sql);
        let mut link = self.link.lock().await;
        let answer = link.fetch_all(statement).instrument(span.clone()).await;
        let rows = answer.map_err(|error| failed(&span, error))?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

/// sea-orm tells a failed query from a failed command; nothing here does.
fn failed(span: &tracing::Span, error: sqlx::Error) -> DbErr {
    trace::record_failure(span, &error);
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
