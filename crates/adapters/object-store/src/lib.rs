//! Object storage on three backends: an S3-compatible service, a folder, and memory for tests.
//!
//! A backend that is full, unreachable or too slow is [`plinth_ports::StoreError::Unavailable`].
//! Every call has a timeout no longer than a request's.

mod error;
mod local;
mod memory;
mod objects;
mod open;
mod owner;
mod parts;
mod s3;

pub use local::LocalBlobs;
pub use memory::MemoryBlobs;
pub use open::{Opened, StorageBackend, open};
pub use s3::{Checksum, S3Blobs, S3Credentials, S3Options};
