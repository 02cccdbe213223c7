//! Object storage, three times: an S3-compatible service, a folder, memory.
//!
//! Whatever the storage lacks or cannot do in time is
//! [`plinth_ports::StoreError::Unavailable`]; no call outlives a request.

mod error;
mod local;
mod memory;
mod objects;
mod open;
mod parts;
mod s3;

pub use local::LocalBlobs;
pub use memory::MemoryBlobs;
pub use open::{Opened, Place, open};
pub use s3::{Checksum, S3Blobs, S3Credentials, S3Options};
