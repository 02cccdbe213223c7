//! The tables, one module each: a row, and how it becomes a value of the
//! domain and back.

pub mod api_key;
pub mod feature_flag;
pub mod feature_flag_override;
pub mod idempotency_key;
pub mod invitation;
pub mod journal_entry;
pub mod membership;
pub mod organization;
pub mod project;
pub mod session;
mod settings;
pub mod user;

use domain::{Invalid, Revision, Timestamp, Version};
use ports::{Result, StoreError};

use crate::{error::corrupt, scoped::TenantOwned};

macro_rules! tenant_owned {
    ($($table:ident by $tenant:ident),* $(,)?) => {$(
        impl TenantOwned for $table::Entity {
            fn tenant_column() -> $table::Column {
                $table::Column::$tenant
            }
            fn id_column() -> $table::Column {
                $table::Column::Id
            }
            fn version_column() -> $table::Column {
                $table::Column::Version
            }
        }
    )*};
}

tenant_owned!(
    api_key by OrganizationId,
    feature_flag_override by OrganizationId,
    idempotency_key by OrganizationId,
    invitation by OrganizationId,
    journal_entry by OrganizationId,
    membership by OrganizationId,
    organization by Id,
    project by OrganizationId,
    session by OrganizationId,
);

/// Something of a row that the domain parses.
fn parsed<T>(table: &'static str, column: &'static str, value: Result<T, Invalid>) -> Result<T> {
    value.map_err(|_| corrupt(table, column))
}

/// Something of a row that the domain knows by name.
fn known<T>(table: &'static str, column: &'static str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| corrupt(table, column))
}

const fn revision(version: i64, created_at: Timestamp, updated_at: Timestamp) -> Revision {
    Revision { version: Version::from_number(version), created_at, updated_at }
}

/// A stored SHA-256.
fn hash(table: &'static str, column: &'static str, bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|_| corrupt(table, column))
}
