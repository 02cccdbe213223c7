use std::{sync::Arc, time::Duration};

use plinth_domain::OrganizationId;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::{key_use::KeyUse, link::Message, shares::Purpose};

/// The timeout of a housekeeping statement.
const HOUSEKEEPING: Duration = Duration::from_mins(5);

/// The timeout of a statement that may read many rows to find a few.
const SEARCH: Duration = Duration::from_secs(2);

/// The timeout of a statement of a report that a worker makes.
const REPORT: Duration = Duration::from_mins(1);

/// How much later than the statement its response may come.
const RESPONSE: Duration = Duration::from_secs(2);

/// The scope of a transaction.
#[derive(Debug, Clone)]
pub enum Begin {
    /// One organization's rows.
    Tenant(OrganizationId),
    /// The same, with a lock on the use of an idempotency key, unless another transaction has it.
    TenantOnce(OrganizationId, Arc<KeyUse>),
    /// One organization's rows, read-only, in one snapshot.
    TenantRead(OrganizationId),
    /// The same, with a shorter timeout.
    TenantSearch(OrganizationId),
    /// The same, with a longer timeout.
    TenantReport(OrganizationId),
    /// The rows of all organizations that the system scope may read.
    System,
    /// The same, for a request of this organization.
    SystemFor(OrganizationId),
    /// The same, with a longer timeout for many rows.
    Housekeeping,
}

impl Begin {
    /// The timeout of the responses to its statements; `usual` unless they may take longer.
    pub const fn response_timeout(&self, usual: Duration) -> Duration {
        match self {
            Self::Housekeeping => HOUSEKEEPING.saturating_add(RESPONSE),
            Self::TenantReport(_) => REPORT.saturating_add(RESPONSE),
            _ => usual,
        }
    }

    /// The organization whose share it uses.
    pub const fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::Tenant(id)
            | Self::TenantOnce(id, _)
            | Self::TenantRead(id)
            | Self::TenantSearch(id)
            | Self::TenantReport(id)
            | Self::SystemFor(id) => Some(*id),
            Self::System | Self::Housekeeping => None,
        }
    }

    /// Which share of its organization it uses.
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::TenantSearch(_) => Purpose::Search,
            Self::TenantReport(_) => Purpose::Report,
            _ => Purpose::Request,
        }
    }

    /// Whether what it stores needs the time of the server's clock.
    const fn is_timed(&self) -> bool {
        matches!(
            self,
            Self::Tenant(_)
                | Self::TenantOnce(..)
                | Self::System
                | Self::SystemFor(_)
                | Self::Housekeeping
        )
    }

    /// The first message of the transaction.
    pub fn message(&self) -> Message {
        match self {
            Self::TenantOnce(..) => Message::BeginLocking(self.sql()),
            _ if self.is_timed() => Message::BeginTimed(self.sql()),
            _ => Message::Begin(self.sql()),
        }
    }

    /// `BEGIN` and the settings that row level security reads, in one message, which also asks for
    /// the time. Both settings are always set, so that an earlier transaction of the connection
    /// cannot extend the scope of this one.
    ///
    /// The organization is a UUID, which is formatted as hexadecimal digits and
    /// hyphens only, so it needs no parameter.
    fn sql(&self) -> SqlStr {
        let time = if self.is_timed() { "(extract(epoch FROM now()) * 1e6)::bigint, " } else { "" };
        let settings = |mode: &str, organization: &str, scope: &str| {
            AssertSqlSafe(format!(
                "BEGIN {mode}; SELECT {time}set_config('app.organization_id', '{organization}', \
                 true), set_config('app.scope', '{scope}', true)"
            ))
            .into_sql_str()
        };
        match self {
            Self::Tenant(id) => settings("READ WRITE", &id.to_string(), ""),
            Self::TenantOnce(id, key) => {
                let (begin, lock) = (Self::Tenant(*id).sql(), key.lock());
                AssertSqlSafe(format!("{}, {lock}", begin.as_str())).into_sql_str()
            }
            Self::TenantRead(id) => {
                settings("ISOLATION LEVEL REPEATABLE READ READ ONLY", &id.to_string(), "")
            }
            Self::System | Self::SystemFor(_) => settings("READ WRITE", "", "system"),
            Self::TenantSearch(id) => limited(&Self::TenantRead(*id).sql(), SEARCH),
            Self::TenantReport(id) => limited(&Self::TenantRead(*id).sql(), REPORT),
            Self::Housekeeping => limited(&Self::System.sql(), HOUSEKEEPING),
        }
    }
}

/// The same message with another timeout for the statements after it.
fn limited(begin: &SqlStr, timeout: Duration) -> SqlStr {
    let (begin, timeout) = (begin.as_str(), timeout.as_millis());
    AssertSqlSafe(format!("{begin}, set_config('statement_timeout', '{timeout}', true)"))
        .into_sql_str()
}
