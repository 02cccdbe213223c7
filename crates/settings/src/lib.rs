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
mod oidc_providers;
mod operator_keys;
mod origin_pattern;
mod otlp;
mod plans;
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
pub use oidc_providers::{OidcProviderSettings, OidcProviders};
pub use operator_keys::OperatorKeys;
pub use origin_pattern::OriginPattern;
pub use otlp::{OtlpHeaders, OtlpProtocol};
pub use plans::{PlanList, PlanSettings};
pub use secrecy::{ExposeSecret, SecretString};
pub use sections::{
    Agents, Cell, Console, Database, Erasure, ForwardedHeader, LogFormat, Mail, MailTls,
    MailTransport, Oidc, Operator, OrganizationLimits, Outgoing, PlanCacheMode,
    PlansOfOrganizations, RateLimits, Redis, RegistrationKind, Secrets, Security, Server, Storage,
    StorageChecksum, StorageKind, Telemetry, Webhooks, Worker,
};
pub use setting::{Facts, Required, Setting};
pub use settings::Settings;
pub use sources::{Origin, Sources};
pub use url::Url;
