//! The settings of Plinth: declarations, sources, validation.
//!
//! A setting is declared once, in `sections`, with its type, description, default and example.
//! That declaration produces the typed field, the validation, `.env.example`,
//! `docs/configuration.md` and the report of `plinth doctor`.
//!
//! Layers, of which the later one wins: defaults, `plinth.toml` (or the file that
//! `PLINTH_CONFIG` names), conventional variables (`DATABASE_URL`, `PORT`, …),
//! `PLINTH_<SECTION>__<KEY>`. In development, the variables of `.env` come before those of the
//! process.

mod catalogue;
mod declaration;
mod environment;
mod faults;
mod layers;
mod log_filter;
mod master_keys;
mod nearest;
mod origin_pattern;
mod otlp;
mod raw_values;
mod readers;
mod reading;
pub mod reference;
mod sections;
mod setting;
mod settings;
mod sources;

pub use environment::Environment;
pub use faults::{Fault, Faults};
pub use log_filter::{LogFilter, LogLevel};
pub use master_keys::{DERIVED_MASTER_KEY, MasterKeys};
pub use origin_pattern::OriginPattern;
pub use otlp::{OtlpHeaders, OtlpProtocol};
pub use secrecy::{ExposeSecret, SecretString};
pub use sections::{
    Agents, Cell, Database, ForwardedHeader, LogFormat, Mail, MailTls, MailTransport,
    OrganizationLimits, Outgoing, PlanCacheMode, RateLimits, Redis, Secrets, Security, Server,
    Storage, StorageChecksum, StorageKind, Telemetry, Worker,
};
pub use setting::{Facts, Required, Setting};
pub use settings::Settings;
pub use sources::{Origin, Sources};
pub use url::Url;
