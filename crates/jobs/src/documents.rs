//! The handlers of document jobs.

mod lost;
mod process;
mod purge;

pub use lost::LostContentReporter;
pub use process::DocumentProcessor;
pub use purge::DocumentPurger;
