//! The use cases: all of one record in one file, and the one
//! [`Application::execute`] that runs them.

pub mod api_keys;
pub mod audit_logs;
pub mod documents;
pub mod events;
pub mod feature_flags;
pub mod identity;
pub mod invitations;
pub mod jobs;
pub mod members;
pub mod organizations;
pub mod projects;
pub mod storage;
pub mod uploads;

mod application;
mod audit_record;
mod authenticate;
mod background;
mod caller;
mod codes;
mod command;
pub mod crud;
mod error;
mod execute;
mod expected;
mod job_kind;
mod metadata;
mod once;
mod policy;
mod ports;
mod query;
mod reply;
mod resource;
mod token;

pub use application::{Application, Dependency};
pub use audit_record::{AuditRecord, Recorded};
pub use authenticate::Authenticated;
pub use caller::Caller;
pub use codes::CODES;
pub use command::{Command, Context};
pub use error::{Error, FieldFault};
pub use expected::Expected;
pub use job_kind::JobKind;
pub use metadata::MetadataPatch;
pub use policy::Policy;
pub use ports::{Files, HealthChecks, Ports, Security, Stores};
pub use query::{Query, View};
pub use reply::{Answer, Rendered};
pub use token::Token;
