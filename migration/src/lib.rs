//! The schema of Plinth, one file for each step, and the run that applies it.
//!
//! [`up`] creates the roles, the extensions and every table; two replicas may run it at once. The
//! tables belong to the owner's role, which has no login; the application uses a role that owns
//! nothing, so that row level security applies to it. A third role reads every row, for backups.
//!
//! A new table: add a file under `steps/`, put `{COLUMNS}` first in its column list and
//! [`tenancy::Tenancy::protect`] after it. `tests/database/schema.rs` names what is missing.

pub mod directory;
mod error;
mod options;
pub mod relocation;
mod roles;
mod run;
pub mod search;
mod session;
mod steps;
pub mod tenancy;

pub use error::Error;
pub use options::Options;
pub use roles::{BackupRights, BackupState, Names, backup_state};
pub use run::{Applied, Report, Step, down, make_roles, status, up};
pub use tenancy::{GLOBAL_TABLES, SYSTEM_TABLES};
