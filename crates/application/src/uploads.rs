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

const NOT_FOUND: Error = Error::NotFound("upload");
