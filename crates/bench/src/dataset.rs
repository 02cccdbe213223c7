//! The data that everything is measured on, known without looking it up.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{failure::Result, random::Random};

/// Organizations with projects.
pub const ORGANIZATIONS: u64 = 1_000;
/// Projects of each.
pub const PROJECTS: u64 = 100;
/// How many of the organizations, the last ones, have many more.
pub const LARGE: u64 = 4;
/// Projects of a large one.
pub const DEEP: u64 = 10_000;

/// One organization of the data, by its number from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organization(u64);

impl Organization {
    /// Any one of the first `among`.
    pub fn any(random: &mut Random, among: u64) -> Self {
        Self(random.up_to(among))
    }

    /// The first.
    pub const fn first() -> Self {
        Self(1)
    }

    /// The large ones.
    pub fn large() -> impl Iterator<Item = Self> {
        (ORGANIZATIONS - LARGE + 1..=ORGANIZATIONS).map(Self)
    }

    /// The token after `Authorization: Bearer pla_`.
    pub fn token(self) -> String {
        format!("{:043}", self.0)
    }

    /// The identity of any one of its projects.
    pub fn project(self, random: &mut Random) -> String {
        let number = 200_000_000_000 + self.0 * 100_000 + random.up_to(PROJECTS);
        format!("00000000-0000-7000-8000-{number}")
    }
}

/// Fills an empty, migrated database, and leaves the server with nothing to catch up on.
pub async fn seed(admin_url: &str) -> Result<()> {
    let sql = include_str!("../sql/seed.sql")
        .replace("{organizations}", &ORGANIZATIONS.to_string())
        .replace("{projects}", &PROJECTS.to_string())
        .replace("{large}", &LARGE.to_string())
        .replace("{deep}", &DEEP.to_string());
    let mut connection = PgConnection::connect(admin_url).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.execute("VACUUM ANALYZE").await?;
    connection.execute("CHECKPOINT").await?;
    connection.close().await?;
    Ok(())
}
