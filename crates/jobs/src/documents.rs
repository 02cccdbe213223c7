//! The handlers of document jobs.

mod chunk;
mod embed;
mod lost;
mod process;
mod purge;
mod recognize;
mod unprocessed;

pub use chunk::DocumentChunker;
pub use embed::{AllDocumentsEmbedder, DocumentEmbedder};
pub use lost::LostContentReporter;
pub use process::DocumentProcessor;
pub use purge::DocumentPurger;
pub use unprocessed::{UnprocessedReporter, UnprocessedVersions};
