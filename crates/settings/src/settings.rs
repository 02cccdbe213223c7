//! The settings of a process, loaded and checked.

use crate::{
    Environment, Faults, Sources,
    catalogue::{ENVIRONMENT, ENVIRONMENTS},
    layers,
    reading::Reading,
    sections::{Database, RateLimits, Redis, Security, Server, Storage, Telemetry, Worker},
};

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

impl Settings {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// All faults at once: what is missing, wrong or unknown.
    pub fn load(sources: &Sources) -> Result<Self, Faults> {
        let (values, faults) = layers::merge(sources);
        let mut reading = Reading::new(&values, faults);
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
