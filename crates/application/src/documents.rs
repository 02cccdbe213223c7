//! Documents: what has become of uploads.

mod delete;
mod download;
mod get;
mod list;
mod processing;
mod update;

pub use delete::{DeleteDocument, PurgeDocument};
pub use download::{Download, OpenContent, OpenThumbnail};
pub use get::{GetDocument, ListDocumentVersions};
pub use list::ListDocuments;
pub use processing::{
    FailProcessing, FinishProcessing, LoseContent, ProcessDocument, ReportLostContent,
    StartProcessing, VersionRef,
};
pub use update::UpdateDocument;

use plinth_domain::{Invalid, codes};
use plinth_ports::{StoreError, records::documents::PROJECT};

use crate::Error;

plinth_domain::codes! {
    DOCUMENT_KIND_NOT_ALLOWED = "document.kind_not_allowed",
        "The organization does not take documents of this kind.";
    DOCUMENT_TOO_LARGE = "document.too_large",
        "The file is larger than the organization, or the server, allows.";
    DOCUMENT_REJECTED = "document.rejected",
        "The file was rejected when it was looked into; it is not given out.";
    DOCUMENT_CONCURRENT_VERSION = "document.concurrent_version",
        "Another version of the document was added at the same time.";
}

pub(crate) const NOT_FOUND: Error = Error::NotFound("document");

/// Translates the conflict with a project that is not there.
pub(crate) fn no_such_project(error: StoreError) -> Error {
    if PROJECT.is_violated_in(&error) { unknown_project() } else { error.into() }
}

pub(crate) fn unknown_project() -> Error {
    Error::field("/project_id", Invalid::new(codes::REFERENCE_UNKNOWN, "there is no such project"))
}
