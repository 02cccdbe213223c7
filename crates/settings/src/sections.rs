//! The sections of the settings: one file each, one declaration a setting.

mod database;
mod rate_limits;
mod redis;
mod security;
mod server;
mod storage;
mod telemetry;
mod worker;

pub use database::Database;
pub use rate_limits::RateLimits;
pub use redis::Redis;
pub use security::Security;
pub use server::Server;
pub use storage::{Storage, StorageChecksum, StorageKind};
pub use telemetry::{LogFormat, Telemetry};
pub use worker::Worker;

use crate::{
    Environment, Faults, Setting, Sources,
    layers::Layers,
    readers::{Choice, Reader},
    reading::Reading,
    setting::plain,
};

/// The [`Setting`] of one declaration.
macro_rules! setting {
    ($section:literal, $key:literal, [$($doc:literal)+], $reader:expr, $facts:expr) => {
        $crate::Setting {
            section: $section,
            key: $key,
            doc: concat!($($doc),+).trim_ascii(),
            secret: $crate::sections::is_secret(&$reader),
            required: $crate::sections::requirement(&$reader, $facts),
            facts: $facts,
            expects: || $crate::readers::Reader::expects(&$reader),
            accepts: |text| $crate::readers::Reader::read(&$reader, text).is_ok(),
        }
    };
}

/// Declares a section: `field: Type = "key" by Reader, facts;`.
///
/// The key carries the unit, where the field's type does.
macro_rules! section {
    (
        $section:literal
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $key:literal by $reader:expr, $facts:expr;)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        impl $name {
            pub(crate) const ABOUT: &'static str = concat!($($about),+).trim_ascii();
            pub(crate) const SETTINGS: &'static [$crate::Setting] = &[
                $($crate::sections::setting!($section, $key, [$($doc)+], $reader, $facts),)+
            ];

            /// Every value, or `None` after the faults were written down, all of them.
            pub(crate) fn read(reading: &mut $crate::reading::Reading<'_>) -> Option<Self> {
                let mut settings = Self::SETTINGS.iter();
                $(let $field = settings.next().and_then(|setting| reading.value(setting, &$reader));)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
}

pub(crate) use {section, setting};

pub(crate) const fn is_secret<R: Reader>(_: &R) -> bool {
    R::SECRET
}

pub(crate) const fn requirement<R: Reader>(_: &R, facts: crate::Facts) -> crate::Required {
    if facts.needed_in_production {
        crate::Required::InProduction
    } else if R::OPTIONAL || facts.has_default() {
        crate::Required::Never
    } else {
        crate::Required::Always
    }
}

/// Everything that an operator may set, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the process runs.
    pub environment: Environment,
    /// Where the API listens, and how much it takes.
    pub server: Server,
    /// PostgreSQL.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// Where files are kept.
    pub storage: Storage,
    /// Keys and lifetimes of credentials.
    pub security: Security,
    /// How often a caller may call.
    pub rate_limits: RateLimits,
    /// The worker.
    pub worker: Worker,
    /// Logs, traces and metrics.
    pub telemetry: Telemetry,
}

const ENVIRONMENTS: Choice<Environment> =
    Choice(&[("development", Environment::Development), ("production", Environment::Production)]);

pub(crate) const ENVIRONMENT: Setting = setting!(
    "",
    "environment",
    ["Where the process runs. It picks the defaults that differ, and what must be set."],
    ENVIRONMENTS,
    plain().default("development").example("production")
);

/// Name, text and settings of each section, in the order of the papers.
pub(crate) const SECTIONS: &[(&str, &str, &[Setting])] = &[
    ("", "Above all sections.", &[ENVIRONMENT]),
    ("server", Server::ABOUT, Server::SETTINGS),
    ("database", Database::ABOUT, Database::SETTINGS),
    ("redis", Redis::ABOUT, Redis::SETTINGS),
    ("storage", Storage::ABOUT, Storage::SETTINGS),
    ("security", Security::ABOUT, Security::SETTINGS),
    ("rate_limits", RateLimits::ABOUT, RateLimits::SETTINGS),
    ("worker", Worker::ABOUT, Worker::SETTINGS),
    ("telemetry", Telemetry::ABOUT, Telemetry::SETTINGS),
];

impl Settings {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// All faults at once: what is missing, wrong or unknown.
    pub fn load(sources: &Sources) -> Result<Self, Faults> {
        let (layers, faults) = Layers::of(sources);
        let mut reading = Reading::new(&layers, faults);
        let environment = reading.value(&ENVIRONMENT, &ENVIRONMENTS);
        let server = Server::read(&mut reading);
        let database = Database::read(&mut reading);
        let redis = Redis::read(&mut reading);
        let storage = Storage::read(&mut reading);
        let storage = storage.and_then(|storage| storage.checked(&mut reading));
        let security = Security::read(&mut reading);
        let rate_limits = RateLimits::read(&mut reading);
        let worker = Worker::read(&mut reading);
        let telemetry = Telemetry::read(&mut reading);
        let settings = || {
            Some(Self {
                environment: environment?,
                server: server?,
                database: database?,
                redis: redis?,
                storage: storage?,
                security: security?,
                rate_limits: rate_limits?,
                worker: worker?,
                telemetry: telemetry?,
            })
        };
        reading.finish(settings())
    }
}
