//! Writes a new record: one file for each layer, and its line in every list of
//! records. `./justw new record tender title:text` calls it.

mod context;
mod error;
mod field;
mod name;
mod place;
mod plan;
mod record;
mod registration;
mod reserved;
mod rustfmt;
mod templates;
mod workspace;

pub use error::Error;
pub use plan::{Plan, Report};
pub use record::Record;
pub use workspace::Workspace;
