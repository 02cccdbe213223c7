use utoipa_actix_web::service_config::ServiceConfig;

/// The part of the API that one kind of record declares.
pub(crate) struct Record {
    /// Registers the operations.
    pub(crate) routes: fn(&mut ServiceConfig<'_>),
    /// The tag of the operations, and its description.
    pub(crate) tag: (&'static str, &'static str),
}
