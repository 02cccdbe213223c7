//! The database behind a server, as its owner sees it.

use std::time::Duration;

use sqlx::{Connection, PgConnection};

use super::TestApp;

impl TestApp {
    /// A connection that no policy restricts.
    pub async fn database_owner(&self) -> PgConnection {
        let url = self.database.as_ref().unwrap().url();
        PgConnection::connect(url).await.unwrap()
    }

    /// Lets the rows of a table end earlier by this many seconds: stored times are the database's,
    /// which no test can set.
    pub async fn age(&self, table: &str, seconds: i32) {
        let mut owner = self.database_owner().await;
        let age =
            format!("UPDATE {table} SET expires_at = expires_at - {seconds} * interval '1 second'");
        sqlx::query(sqlx::AssertSqlSafe(age)).execute(&mut owner).await.unwrap();
    }

    /// Waits until a count of rows has this value.
    pub async fn until(&self, sql: &'static str, wanted: i64) {
        let mut owner = self.database_owner().await;
        for _ in 0..200 {
            let found: i64 = sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap();
            if found == wanted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{sql} never became {wanted}");
    }

    /// Waits until a statement of the server waits for a lock.
    pub async fn until_one_waits(&self) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        self.until(waiting, 1).await;
    }
}
