//! What an operator may set, where each value comes from, and what is wrong with it.
//!
//! A setting is declared once, in `sections`, with its type, its text for the
//! operator, its default and an example. From that one declaration come the typed
//! field, the check, `.env.example`, `docs/configuration.md` and `plinth doctor`.
//!
//! Layers, the later winning: built-in defaults, `plinth.toml` (or the file that
//! `PLINTH_CONFIG` names), the usual names of the trade (`DATABASE_URL`, `PORT`, …),
//! `PLINTH_<SECTION>__<KEY>`. In development `.env` counts as environment, below the
//! real one.

mod catalogue;
mod declaration;
mod environment;
mod faults;
mod layers;
mod log_filter;
mod nearest;
mod origin;
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
pub use origin::OriginPattern;
pub use otlp::{OtlpHeaders, OtlpProtocol};
pub use secrecy::{ExposeSecret, SecretString};
pub use sections::{
    Database, LogFormat, RateLimits, Redis, Security, Server, Storage, StorageChecksum,
    StorageKind, Telemetry, Worker,
};
pub use setting::{Facts, Required, Setting};
pub use settings::Settings;
pub use sources::{Origin, Sources};
pub use url::Url;
