//! The schema of Plinth, one file a step, and the one run that applies it.
//!
//! [`up`] makes the two roles, the extensions and every table; it is safe to start from two
//! replicas at once. The tables belong to the owner's role, which nobody logs in as; the
//! application works as a role that owns nothing, so that row level security binds it.
//!
//! A new table: add a file under `steps/`, put `{COLUMNS}` first in its column list and
//! [`tenancy::Tenancy::protect`] after it. `tests/database/schema.rs` names what is missing.

mod error;
mod options;
mod roles;
mod run;
mod session;
mod steps;
pub mod tenancy;

pub use error::Error;
pub use options::Options;
pub use run::{Applied, Report, Step, down, status, up};
pub use tenancy::{GLOBAL_TABLES, SYSTEM_TABLES};
