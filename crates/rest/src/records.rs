//! The business records, one module each: operations, bodies and views.

mod projects;

use utoipa::openapi::{Tag, tag::TagBuilder};
use utoipa_actix_web::service_config::ServiceConfig;

/// The part of the API that one kind of record declares.
struct Record {
    /// Registers the operations.
    routes: fn(&mut ServiceConfig<'_>),
    /// The tag of the operations, and its description.
    tag: (&'static str, &'static str),
}

const RECORDS: &[Record] = &[projects::RECORD];

/// Registers the operations of every record.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    for record in RECORDS {
        config.configure(record.routes);
    }
}

/// The tags of the records, for the OpenAPI document.
pub(crate) fn tags() -> impl Iterator<Item = Tag> {
    RECORDS.iter().map(|record| {
        let (name, description) = record.tag;
        TagBuilder::new().name(name).description(Some(description)).build()
    })
}
