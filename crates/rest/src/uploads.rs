//! Resumable uploads by the tus protocol, version 1.0.0, with its extensions
//! creation, expiration, checksum and termination.

mod checksum;
mod handlers;
mod headers;

use utoipa_actix_web::service_config::ServiceConfig;

plinth_domain::codes! {
    UPLOAD_VERSION = "upload.version", "tus is spoken here in version 1.0.0 only.";
    UPLOAD_HEADER = "upload.header", "A header of the tus protocol is missing or cannot be read.";
    UPLOAD_CHECKSUM = "upload.checksum",
        "Upload-Checksum cannot be read, or names an unknown algorithm.";
    UPLOAD_CHECKSUM_MISMATCH = "upload.checksum_mismatch",
        "The bytes do not have their checksum; they do not count.";
}

/// Registers the operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::describe_uploads)
        .service(handlers::create_upload)
        .service(handlers::get_upload)
        .service(handlers::append_upload)
        .service(handlers::terminate_upload);
}
