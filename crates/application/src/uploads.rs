//! Uploads: bytes on their way to becoming documents.
//!
//! An upload is a *workflow*: a command records it, IO follows, another command
//! makes it a document. What happens to the process in between leaves a record
//! behind by which the sweep finds what was stored.

mod begin;
mod claim;
mod direct;
mod discard;
mod finish;
mod intake;
mod receive;
mod room;
mod save;
mod sweep;
mod terms;

pub use begin::{BeginUpload, BeginVersion, Begun, How};
pub use claim::ClaimUpload;
pub use direct::{DirectUpload, PartUrl};
pub use finish::{Content, FinishUpload, FinishVersion, Received};
pub use receive::Appended;
pub use terms::Terms;

pub(crate) use room::UploadRoom;

use crate::Error;

plinth_domain::codes! {
    UPLOAD_TOO_MANY = "upload.too_many",
        "As many uploads as the server takes at once are under way.";
    UPLOAD_IN_USE = "upload.in_use", "Another request is writing to this upload.";
    UPLOAD_WRONG_LENGTH = "upload.wrong_length", "Not as many bytes came as were announced.";
    UPLOAD_WRONG_PARTS = "upload.wrong_parts",
        "These are not the parts of the upload, or not all are stored.";
    UPLOAD_DIRECT_UNAVAILABLE = "upload.direct_unavailable",
        "The object storage of this server takes no direct uploads.";
}

const NOT_FOUND: Error = Error::NotFound("upload");
