//! Resumable uploads by the tus protocol, version 1.0.0, with its extensions
//! creation, expiration, checksum and termination.

mod checksum;
mod handlers;
mod headers;

pub(crate) use handlers::{
    append_upload, create_upload, describe_uploads, get_upload, terminate_upload,
};
