use plinth_domain::{DocumentId, DocumentVersionId};
use serde::{Deserialize, Serialize};

use crate::job_kind;

/// Names a version of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRef {
    /// The document.
    #[serde(rename = "document_id", with = "job_kind::id")]
    pub document: DocumentId,
    /// The version.
    #[serde(rename = "version_id", with = "job_kind::id")]
    pub version: DocumentVersionId,
}
