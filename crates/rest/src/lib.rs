//! The HTTP adapter: routes, bodies, problems, the OpenAPI document. A handler only translates
//! between HTTP and a use case.

mod api_keys;
mod audit_logs;
mod auth;
mod catalogue;
mod config;
mod connection;
mod dates;
mod docs;
mod documents;
mod etag;
mod events;
mod feature_flags;
mod groups;
mod idempotency;
mod import;
mod invitations;
mod jobs;
mod json;
mod list;
mod members;
mod methods;
mod middleware;
mod money;
mod openapi;
mod operations;
mod organization;
mod parameter;
mod path;
mod priced;
mod problem;
mod record;
mod records;
mod routes;
mod server;
mod shutdown;
mod tickets;
mod transfer;
mod uploads;
mod values;
mod wire;

pub use catalogue::codes;
pub use config::{Config, ForwardedHeader, StreamLimits};
pub use problem::{Fault, Problem};
pub use routes::document;
pub use server::serve;
