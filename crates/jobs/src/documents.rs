//! What workers do with documents.

mod lost;
mod process;
mod purge;

pub use lost::{LOST, ReportLostContent};
pub use process::ProcessDocument;
pub use purge::PurgeDocument;

use plinth_application::documents::VersionRef;
use plinth_domain::Id;
use serde::Deserialize;
use uuid::Uuid;

/// The payload of a job about one version.
#[derive(Debug, Clone, Copy, Deserialize)]
struct OneVersion {
    document_id: Uuid,
    version_id: Uuid,
}

impl From<OneVersion> for VersionRef {
    fn from(one: OneVersion) -> Self {
        Self { document: Id::from_uuid(one.document_id), version: Id::from_uuid(one.version_id) }
    }
}
