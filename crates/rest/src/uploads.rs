//! Resumable uploads by the tus protocol, version 1.0.0, with its extensions
//! creation, expiration, checksum and termination.

mod checksum;
pub(crate) mod codes;
mod handlers;
mod headers;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(handlers::describe_uploads)
        .service(handlers::create_upload)
        .service(handlers::get_upload)
        .service(handlers::append_upload)
        .service(handlers::terminate_upload);
}
