//! The data of the measurements. Tokens and identities are computed from numbers, so nothing has to
//! be looked up.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{failure::Result, random::Random};

/// Organizations with projects.
pub const ORGANIZATIONS: u64 = 1_000;
/// Projects of each organization.
pub const PROJECTS: u64 = 100;
/// How many of the organizations have many more projects: the last ones.
pub const LARGE: u64 = 4;
/// Projects of a large organization.
pub const DEEP: u64 = 10_000;

/// An organization of the dataset, numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organization(u64);

impl Organization {
    /// A random one of the first `among`.
    pub fn any(random: &mut Random, among: u64) -> Self {
        Self(random.up_to(among))
    }

    /// The organization with this number.
    pub const fn numbered(number: u64) -> Self {
        Self(number)
    }

    /// The first organization.
    pub const fn first() -> Self {
        Self(1)
    }

    /// The organizations with `DEEP` projects.
    pub fn large() -> impl Iterator<Item = Self> {
        (ORGANIZATIONS - LARGE + 1..=ORGANIZATIONS).map(Self)
    }

    /// The token after `Authorization: Bearer pla_`.
    pub fn token(self) -> String {
        // The digits of the identity are hexadecimal, as in sql/seed.sql.
        let last = format!("{}", 100_000_000_000 + self.0);
        let mut identity = [0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0];
        for (byte, digits) in identity[10..].iter_mut().zip(last.as_bytes().chunks(2)) {
            *byte = digits.iter().fold(0, |byte, digit| byte << 4 | (digit - b'0'));
        }
        format!("{}{:043}", URL_SAFE_NO_PAD.encode(identity), self.0)
    }

    /// Its identity.
    pub fn identity(self) -> String {
        identity(100_000_000_000 + self.0)
    }

    /// The identity of a random one of the first `among` projects of the organization.
    pub fn project(self, random: &mut Random, among: u64) -> String {
        identity(200_000_000_000 + self.0 * 100_000 + random.up_to(among))
    }

    /// The identity of record `number` of the organization, of the kind that has the first digit
    /// `kind`; see sql/business/seed.sql.
    pub fn record(self, kind: u64, number: u64) -> String {
        identity(kind * 100_000_000_000 + self.0 * 1_000_000 + number)
    }
}

/// The identity with these 12 last digits.
fn identity(digits: u64) -> String {
    format!("00000000-0000-7000-8000-{digits}")
}

/// How much is in the database.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Organizations.
    pub organizations: u64,
    /// Projects of each.
    pub projects: u64,
    /// How many of them have `DEEP` projects.
    pub large: u64,
}

impl Size {
    /// The whole dataset.
    pub const FULL: Self = Self { organizations: ORGANIZATIONS, projects: PROJECTS, large: LARGE };
}

/// Fills an empty, migrated database.
pub async fn seed(admin_url: &str, size: Size) -> Result<()> {
    let sql = include_str!("../sql/seed.sql")
        .replace("{organizations}", &size.organizations.to_string())
        .replace("{projects}", &size.projects.to_string())
        .replace("{large}", &size.large.to_string())
        .replace("{deep}", &DEEP.to_string());
    fill(admin_url, sql).await
}

/// Runs statements that fill a database, and completes the maintenance that would disturb the
/// measurements.
pub async fn fill(admin_url: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(admin_url).await?;
    connection.execute(AssertSqlSafe(sql)).await?;
    connection.close().await?;
    settle(admin_url).await
}

/// Completes the maintenance that would disturb the measurements.
pub async fn settle(admin_url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(admin_url).await?;
    connection.execute("VACUUM ANALYZE").await?;
    connection.execute("CHECKPOINT").await?;
    connection.close().await?;
    Ok(())
}
