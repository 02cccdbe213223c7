//! Resumable uploads by the tus protocol, version 1.0.0, with its extensions
//! creation (also with deferred length), expiration, checksum, termination and concatenation.

mod checksum;
pub(crate) mod codes;
mod concatenation;
mod handlers;
mod headers;
mod metadata;
mod progress;

use crate::routing::Routes;

/// The value of `Tus-Extension`.
const EXTENSIONS: &str =
    "creation,creation-defer-length,expiration,checksum,termination,concatenation";

/// Registers the operations.
pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(handlers::describe_uploads)
        .service(handlers::create_upload)
        .service(handlers::get_upload)
        .service(handlers::append_upload)
        .service(handlers::terminate_upload);
}
