use std::time::Duration;

use plinth_domain::OrganizationId;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// How long one statement of the housekeeping may take.
const HOUSEKEEPING: Duration = Duration::from_mins(5);

/// What a transaction may see and do.
#[derive(Debug, Clone, Copy)]
pub enum Begin {
    /// One organization's rows.
    Tenant(OrganizationId),
    /// One organization's rows, read-only, all as of one moment.
    TenantRead(OrganizationId),
    /// The rows that the system scope may see, of all organizations.
    System,
    /// The same, read-only.
    SystemRead,
    /// The same, with time to move many rows.
    Housekeeping,
}

impl Begin {
    /// How long its statements' answers may take, where others may take this.
    pub const fn patience(self, others: Duration) -> Duration {
        match self {
            Self::Housekeeping => HOUSEKEEPING.saturating_add(Duration::from_secs(2)),
            _ => others,
        }
    }

    /// `BEGIN` and the settings that row level security asks for, in one
    /// message. Both settings are always given, so that nothing that came
    /// before on the connection can widen what the transaction sees.
    ///
    /// An organization is a UUID, which prints as hexadecimal digits and
    /// hyphens only: it can stand in the text.
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
