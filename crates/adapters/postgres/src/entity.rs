//! The tables, one module each: a row, and how it becomes a value of the
//! domain and back.

pub mod api_key;
pub mod document;
pub mod document_text;
pub mod document_version;
pub mod feature_flag;
pub mod feature_flag_override;
pub mod idempotency_key;
pub mod invitation;
pub mod job;
pub mod journal_entry;
pub mod membership;
pub mod organization;
pub mod person;
pub mod session;
mod settings;
pub mod upload;
pub mod user;

use crate::{
    row::Table,
    scoped::{TenantOwned, Texts},
};

macro_rules! tables {
    ($($table:ident),* $(,)?) => {$(
        impl Table for $table::Entity {
            fn position(column: $table::Column) -> usize {
                column as usize
            }
        }
    )*};
}

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
            fn texts() -> &'static Texts {
                static TEXTS: Texts = Texts::new();
                &TEXTS
            }
        }
    )*};
}

tables!(
    api_key,
    document,
    document_text,
    document_version,
    feature_flag,
    feature_flag_override,
    idempotency_key,
    invitation,
    job,
    journal_entry,
    membership,
    organization,
    person,
    session,
    upload,
    user,
);

tenant_owned!(
    api_key by OrganizationId,
    document by OrganizationId,
    document_text by OrganizationId,
    document_version by OrganizationId,
    feature_flag_override by OrganizationId,
    idempotency_key by OrganizationId,
    invitation by OrganizationId,
    job by OrganizationId,
    journal_entry by OrganizationId,
    membership by OrganizationId,
    organization by Id,
    session by OrganizationId,
    upload by OrganizationId,
);
