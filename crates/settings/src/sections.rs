//! The sections of the settings: one file each, one declaration a setting.

mod agents;
mod cell;
mod database;
mod limits;
mod mail;
mod outgoing;
mod rate_limits;
mod redis;
mod render;
mod secrets;
mod security;
mod server;
mod storage;
mod telemetry;
mod worker;

pub use agents::Agents;
pub use cell::Cell;
pub use database::{Database, PlanCacheMode};
pub use limits::OrganizationLimits;
pub use mail::{Mail, MailTls, MailTransport};
pub use outgoing::Outgoing;
pub use rate_limits::RateLimits;
pub use redis::Redis;
pub use render::Render;
pub use secrets::Secrets;
pub use security::Security;
pub use server::{ForwardedHeader, Server};
pub use storage::{Storage, StorageChecksum, StorageKind};
pub use telemetry::{LogFormat, Telemetry};
pub use worker::Worker;
