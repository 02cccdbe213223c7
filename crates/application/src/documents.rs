//! Documents: what has become of uploads.

mod delete;
mod download;
mod get;
mod list;
mod processing;
mod update;

pub use delete::{DeleteDocument, PURGE};
pub use download::{Download, OpenContent, OpenThumbnail};
pub use get::{GetDocument, ListDocumentVersions};
pub use list::ListDocuments;
pub use processing::{
    FailProcessing, FinishProcessing, LoseContent, PROCESS, StartProcessing, VersionRef,
};
pub use update::UpdateDocument;

use plinth_domain::Invalid;

use crate::Error;

pub(crate) const NOT_FOUND: Error = Error::NotFound("document");

/// Translates the conflict with a project that is not there.
pub(crate) fn no_such_project(error: plinth_ports::StoreError) -> Error {
    match error {
        plinth_ports::StoreError::Conflict { constraint }
            if constraint == "documents_organization_id_project_id_fkey" =>
        {
            unknown_project()
        }
        other => other.into(),
    }
}

pub(crate) fn unknown_project() -> Error {
    Error::field("/project_id", Invalid::new("reference.unknown", "there is no such project"))
}
