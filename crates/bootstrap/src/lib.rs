//! The only place that names both sides: settings in, adapters out, and the
//! application that works with them.

mod housekeeping;
mod http;
mod limits;
mod pool_metrics;
mod role_guard;

use std::{sync::Arc, time::Duration};

use application::{Application, Policy, Ports};
use chrono::TimeDelta;
use memory::{
    Argon2Cost, Argon2Hasher, InProcess, InProcessAccessCache, InProcessBus, InProcessRateLimiter,
    OsSecrets, SystemClock, UuidV7,
};
use ports::HasherError;
use postgres::{InvalidUrl, PgStore, PoolOptions};
use secrecy::ExposeSecret;
use settings::Settings;

pub use housekeeping::keep_house;
pub use http::http_config;
pub use jobs::run_sequencer;
pub use postgres::RoleError;
pub use role_guard::guard_role;

/// Why the parts do not fit together.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database's URL cannot be read.
    #[error(transparent)]
    Database(#[from] InvalidUrl),
    /// The password hasher cannot work.
    #[error(transparent)]
    Hasher(#[from] HasherError),
}

/// The application on its real adapters.
pub struct Plinth {
    /// The use cases.
    pub application: Application,
    /// The database, for checks that are nobody's use case.
    pub store: PgStore,
}

/// Puts the application together. It connects to nothing yet: a process that
/// starts while the database is away recovers by itself.
pub fn assemble(settings: &Settings) -> Result<Plinth, Error> {
    let store = PgStore::connect(pool_options(settings))?;
    if settings.telemetry.otlp_endpoint.is_some() {
        pool_metrics::observe(&store);
    }
    let shared = Arc::new(store.clone());
    let ports = Ports {
        store: shared.clone(),
        system: shared.clone(),
        sequencer: shared.clone(),
        leadership: shared.clone(),
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7),
        secrets: Arc::new(OsSecrets),
        hasher: Arc::new(Argon2Hasher::new(Argon2Cost::OWASP)?),
        limiter: Arc::new(InProcessRateLimiter::new(limits::of(&settings.rate_limits))),
        cache: Arc::new(InProcessAccessCache::new()),
        bus: Arc::new(InProcessBus::new()),
        database_health: shared,
        redis_health: Arc::new(InProcess),
    };
    Ok(Plinth { application: Application::new(ports, policy(settings)), store })
}

fn pool_options(settings: &Settings) -> PoolOptions<'_> {
    let database = &settings.database;
    PoolOptions {
        application_role: &database.application_role,
        max_connections: database.max_connections,
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
        lock_timeout: database.lock_timeout,
        idle_in_transaction_timeout: database.idle_in_transaction_timeout,
        ..PoolOptions::new(database.url.expose_secret())
    }
}

fn policy(settings: &Settings) -> Policy {
    let security = &settings.security;
    Policy {
        access_token: span(security.access_token_ttl),
        refresh_token: span(security.refresh_token_ttl),
        invitation: span(security.invitation_ttl),
        ..Policy::default()
    }
}

/// The settings' bounds keep every span far below what a `TimeDelta` holds.
fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
