//! Uploads: bytes on their way to becoming documents.
//!
//! An upload is a workflow: a command records it, the bytes are stored, another command turns it
//! into a document. Its record names the stored bytes, so that the sweep can remove them if the
//! process ends in between. There is one function for each request that a client can make:
//! [`Application::upload_document`] and [`Application::upload_version`] in one request, the
//! `…_resumable` in several, the `…_direct` with transfers to the object storage.
//!
//! [`Application::upload_document`]: crate::Application::upload_document
//! [`Application::upload_version`]: crate::Application::upload_version

mod assemble;
mod begin;
mod checkpoint;
mod claim;
mod complete;
mod constraints;
mod direct;
mod discard;
mod finish;
mod head;
mod intake;
mod join;
mod length;
mod parts;
mod progress;
mod receive;
mod resumable;
mod slots;
mod stream;
mod sweep;

pub use begin::{NewFile, UploadGoal, UploadSource};
pub use direct::{DirectUpload, PartUrl};
pub use resumable::Appended;
pub use slots::UploadSlot;
pub use stream::UploadBody;

use constraints::UploadConstraints;
pub(crate) use slots::UploadSlots;

use crate::Error;

plinth_domain::codes! {
    UPLOAD_TOO_MANY = "upload.too_many",
        "As many uploads as the server takes at once are under way.";
    UPLOAD_SHARE_TAKEN = "upload.share_taken",
        "As many uploads as the organization, or the user, may have at once are under way.";
    UPLOAD_IN_USE = "upload.in_use", "Another request is writing to this upload.";
    UPLOAD_OFFSET = "upload.offset", "The upload goes on elsewhere: ask for its Upload-Offset.";
    UPLOAD_WRONG_LENGTH = "upload.wrong_length", "Not as many bytes came as were announced.";
    UPLOAD_WRONG_PARTS = "upload.wrong_parts",
        "These are not the parts of the upload, or not all are stored.";
    UPLOAD_LENGTH = "upload.length",
        "The upload has another length already, or more bytes than this length.";
    UPLOAD_PARTIAL = "upload.partial",
        "The URL names no partial upload of the user, or one that was joined already.";
    UPLOAD_INCOMPLETE = "upload.incomplete", "A partial upload to be joined lacks bytes.";
    UPLOAD_JOINED = "upload.joined", "The upload joins others and takes no bytes itself.";
    UPLOAD_DIRECT_UNAVAILABLE = "upload.direct_unavailable",
        "The object storage of this server takes no direct uploads.";
}

const NOT_FOUND: Error = Error::NotFound("upload");
