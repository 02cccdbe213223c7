use std::time::Duration;

use plinth_domain::OrganizationId;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// The timeout of a housekeeping statement.
const HOUSEKEEPING: Duration = Duration::from_mins(5);

/// The scope of a transaction.
#[derive(Debug, Clone, Copy)]
pub enum Begin {
    /// One organization's rows.
    Tenant(OrganizationId),
    /// One organization's rows, read-only, in one snapshot.
    TenantRead(OrganizationId),
    /// The rows of all organizations that the system scope may read.
    System,
    /// The same, read-only.
    SystemRead,
    /// The same, with a longer timeout for many rows.
    Housekeeping,
}

impl Begin {
    /// The timeout of the responses to its statements; `usual` except for housekeeping.
    pub const fn response_timeout(self, usual: Duration) -> Duration {
        match self {
            Self::Housekeeping => HOUSEKEEPING.saturating_add(Duration::from_secs(2)),
            _ => usual,
        }
    }

    /// `BEGIN` and the settings that row level security reads, in one message. Both settings are
    /// always set, so that an earlier transaction of the connection cannot extend the scope of this
    /// one.
    ///
    /// The organization is a UUID, which is formatted as hexadecimal digits and
    /// hyphens only, so it needs no parameter.
    pub fn sql(self) -> SqlStr {
        let settings = |mode: &str, organization: &str, scope: &str| {
            AssertSqlSafe(format!(
                "BEGIN {mode}; SELECT set_config('app.organization_id', '{organization}', true), \
                 set_config('app.scope', '{scope}', true)"
            ))
            .into_sql_str()
        };
        match self {
            Self::Tenant(id) => settings("READ WRITE", &id.to_string(), ""),
            Self::TenantRead(id) => {
                settings("ISOLATION LEVEL REPEATABLE READ READ ONLY", &id.to_string(), "")
            }
            Self::System => settings("READ WRITE", "", "system"),
            Self::SystemRead => settings("READ ONLY", "", "system"),
            Self::Housekeeping => {
                let system = Self::System.sql();
                let limit = HOUSEKEEPING.as_millis();
                AssertSqlSafe(format!(
                    "{}, set_config('statement_timeout', '{limit}', true)",
                    system.as_str()
                ))
                .into_sql_str()
            }
        }
    }
}
