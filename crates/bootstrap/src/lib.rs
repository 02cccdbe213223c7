//! The composition root: it builds the application on its adapters from the settings. No other
//! crate depends on both.

mod agents;
mod calls;
mod files;
mod genai;
mod http;
mod keys;
mod limits;
mod mail;
mod metrics;
mod oidc;
mod plans;
mod program;
mod rendering;
mod role_guard;
mod shared;
mod unsuitable;
mod webhooks;
mod work;

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use chrono::TimeDelta;
use metrics::{MeasuredHealth, Statements};
use plinth_application::{
    Application, Cells, Files, HealthChecks, Limits, Policy, Ports, Security, SigningKey, Stores,
    UploadSlotLimits,
};
use plinth_dns::Dns;
use plinth_e_documents::EInvoices;
use plinth_in_process::{
    Argon2Cost, Argon2Hasher, CachedDirectory, OsSecrets, SystemClock, UuidV7,
};
use plinth_invoice_renderer::SvgCodes;
use plinth_outgoing::Outgoing;
use plinth_ports::{
    Blobs, Bus, Clock, HasherError, Ids, InspectorError, RendererError, StoreError, VaultError,
};
use plinth_postgres::{
    InvalidUrl, PgDirectory, PgJobQueue, PgLeadership, PlanCacheMode, PoolOptions,
};
use plinth_prompt_templates::Templates;
use plinth_redis::InvalidUrl as InvalidRedisUrl;
use plinth_settings::{Cell, Settings};
use secrecy::ExposeSecret;
use shared::Shared;
use tokio_util::sync::CancellationToken;

pub use http::{has_console, http_config, operator_keys};
pub use mail::{check_mail, render_mail};
pub use plinth_inspect::Confinement;
pub use plinth_jobs::{Handlers, InvalidSchedule};
pub use plinth_postgres::{PgStore, RoleError, SessionFault, SingleProcess};
pub use plinth_redis::{ProbeError as RedisProbeError, probe as probe_redis};
pub use program::{asked_to_stop, program};
pub use rendering::{check_rendering, renderings};
pub use role_guard::guard_role;
pub use unsuitable::Unsuitable;
pub use work::{Workers, check_inspection, handlers, inspections, workers};

/// How long a process waits at its end for background work. Together with the shutdown deadline and
/// the last telemetry it is less than the 30 s after which Kubernetes kills a process.
const CLOSING: Duration = Duration::from_secs(3);

/// Why the application cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database's URL cannot be read.
    #[error(transparent)]
    Database(#[from] InvalidUrl),
    /// The URL of Redis cannot be read.
    #[error(transparent)]
    Redis(#[from] InvalidRedisUrl),
    /// The object storage cannot be opened.
    #[error("the object storage cannot be opened")]
    Storage(#[from] StoreError),
    /// A setting does not suit this machine.
    #[error("the settings do not suit this machine")]
    Unsuitable(#[source] Unsuitable),
    /// The process that inspects files does not start.
    #[error("files cannot be inspected")]
    Inspection(#[source] InspectorError),
    /// The program that renders invoices does not start.
    #[error("invoices cannot be rendered")]
    Rendering(#[source] RendererError),
    /// The path of the running program is unknown; the inspector starts it again.
    #[error("the running program cannot be found")]
    Program(#[from] std::io::Error),
    /// The parameters of the password hasher are invalid.
    #[error(transparent)]
    Hasher(#[from] HasherError),
    /// A key that encrypts secrets cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The application on its adapters. Clones share it.
#[derive(Clone)]
pub struct Plinth {
    /// The use cases.
    pub application: Application,
    /// The database, for checks outside of use cases.
    pub store: PgStore,
    /// The object storage, for handlers of jobs.
    blobs: Arc<dyn Blobs>,
    /// The signals between processes, for workers and the sequencer.
    bus: Arc<dyn Bus>,
    is_measured: bool,
}

impl Plinth {
    /// The job queue.
    #[must_use]
    pub fn queue(&self) -> PgJobQueue {
        PgJobQueue::new(self.store.clone())
    }

    /// Numbers the entries of the audit log until `stop`, if this process is the leader.
    pub fn run_sequencer(&self, stop: CancellationToken) -> impl Future<Output = ()> + use<> {
        let leadership = Arc::new(PgLeadership::new(self.store.clone()));
        let application = self.application.clone();
        plinth_jobs::run_sequencer(application, leadership, self.bus.clone(), stop)
    }

    /// Asks the dependencies from time to time until `stop`, if there are metrics to tell it.
    pub fn run_health_checks(&self, stop: CancellationToken) -> impl Future<Output = ()> + use<> {
        let application = self.is_measured.then(|| self.application.clone());
        async move {
            if let Some(application) = application {
                metrics::ask_dependencies(application, stop).await;
            }
        }
    }

    /// Waits a moment for running background work, and closes the connections.
    pub async fn close(self) {
        let closing = async {
            self.application.drain().await;
            self.store.close().await;
        };
        if tokio::time::timeout(CLOSING, closing).await.is_err() {
            tracing::warn!("background work is still running");
        }
    }
}

/// Builds the application on its adapters. It opens no connection, so a process can start before
/// its database.
pub async fn assemble(settings: &Settings) -> Result<Plinth, Error> {
    let store = database(settings)?;
    let hasher = Argon2Hasher::new(Argon2Cost::OWASP)?;
    let is_measured = settings.telemetry.has_metrics();
    let mut shared = Shared::assemble(settings)?;
    if is_measured {
        metrics::observe_pool(&store);
        metrics::observe_hasher(&hasher);
        metrics::observe_bus(&shared.bus);
        shared = shared.measured();
    }
    let database = Arc::new(store.clone());
    let rules = calls::rules(settings)?;
    let (models, meter) = genai::observed(Outgoing::new(rules.clone()), &settings.telemetry);
    let storage =
        plinth_object_store::open(files::backend(&settings.storage), Arc::new(UuidV7)).await?;
    let clock: Arc<dyn Clock> = Arc::new(store.clock(Arc::new(SystemClock)));
    let ports = Ports {
        stores: Stores {
            tenant: database.clone(),
            system: database.clone(),
            sequencer: database.clone(),
            executions: database.clone(),
            secret_keys: database.clone(),
        },
        files: Files {
            blobs: storage.blobs.clone(),
            ledger: database.clone(),
            owner: storage.owner,
        },
        security: Security {
            secrets: Arc::new(OsSecrets),
            key: SigningKey::new(keys::of(settings, "plinth tokens v1")),
            vault: Arc::new(keys::vault(settings)?),
            hasher: Arc::new(hasher),
            limiter: shared.limiter,
            cache: shared.cache,
        },
        e_invoices: Arc::new(EInvoices),
        e_documents: Arc::new(work::reader(settings)?),
        pictures: Arc::new(work::pictures(settings)?),
        bus: shared.bus.clone(),
        clock: clock.clone(),
        ids: Arc::new(UuidV7),
        glyphs: rendering::glyphs(settings).await?,
        qr_codes: Arc::new(SvgCodes),
        oidc: oidc::providers(settings, Outgoing::new(rules.clone()), clock),
        plans: plans::of(settings),
        txt: Arc::new(Dns::of_system()),
        addresses: Arc::new(rules),
        templates: Arc::new(Templates),
        catalogue: shared.catalogue,
        leaderboards: shared.leaderboards,
        models,
        meter,
        mail: mail::options(settings),
        cells: cells(settings, &store)?,
        health: if is_measured {
            HealthChecks {
                database: Arc::new(MeasuredHealth::new("database", database)),
                redis: Arc::new(MeasuredHealth::new("redis", shared.health)),
                storage: Arc::new(MeasuredHealth::new("storage", storage.health)),
            }
        } else {
            HealthChecks { database, redis: shared.health, storage: storage.health }
        },
    };
    let application = Application::new(ports, policy(settings));
    if is_measured {
        metrics::observe_background(&application);
    }
    Ok(Plinth { application, store, blobs: storage.blobs, bus: shared.bus, is_measured })
}

/// `None` without a directory.
fn cells(settings: &Settings, store: &PgStore) -> Result<Option<Cells>, InvalidUrl> {
    let Cell { name: Some(name), url: Some(url), directory_url: Some(directory) } = &settings.cell
    else {
        return Ok(None);
    };
    let directory = PgDirectory::connect(directory.expose_secret())?;
    Ok(Some(Cells {
        here: plinth_ports::Cell {
            name: name.clone(),
            url: url.as_str().trim_end_matches('/').to_owned(),
        },
        directory: Arc::new(CachedDirectory::new(Arc::new(directory))),
        store: Arc::new(store.clone()),
    }))
}

/// Writes, reads, lists and removes small objects in the object storage, one of them in parts.
///
/// # Errors
/// When the storage cannot be opened, or does not give back what was written.
pub async fn probe_storage(settings: &Settings) -> Result<(), Error> {
    let ids = Arc::new(UuidV7);
    let storage = plinth_object_store::open(files::backend(&settings.storage), ids.clone()).await?;
    Ok(storage.owner.probe(ids.next()).await?)
}

/// The database alone.
///
/// # Errors
/// When its URL cannot be read.
pub fn database(settings: &Settings) -> Result<PgStore, Error> {
    Ok(PgStore::connect(pool_options(settings))?)
}

fn pool_options(settings: &Settings) -> PoolOptions<'_> {
    let database = &settings.database;
    PoolOptions {
        application_role: &database.application_role,
        max_connections: database.max_connections,
        connections_per_organization: database
            .connections_per_organization
            .unwrap_or_else(|| share_of(database.max_connections)),
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
        lock_timeout: database.lock_timeout,
        idle_in_transaction_timeout: database.idle_in_transaction_timeout,
        plan_cache_mode: match database.plan_cache_mode {
            plinth_settings::PlanCacheMode::Auto => PlanCacheMode::Auto,
            plinth_settings::PlanCacheMode::ForceGenericPlan => PlanCacheMode::Generic,
            plinth_settings::PlanCacheMode::ForceCustomPlan => PlanCacheMode::Custom,
        },
        observer: settings.telemetry.has_metrics().then(|| Arc::new(Statements::new()) as _),
        ..PoolOptions::new(database.url.expose_secret())
    }
}

/// How many of the connections one organization uses by default: so few that requests of other
/// organizations find a free core.
fn share_of(max_connections: u32) -> u32 {
    let cores = available_parallelism().map_or(1, usize::from);
    u32::try_from(cores / 2).unwrap_or(u32::MAX).clamp(1, (max_connections / 4).max(1))
}

fn policy(settings: &Settings) -> Policy {
    let (security, storage, limits) = (&settings.security, &settings.storage, &settings.limits);
    Policy {
        access_token: span(security.access_token_ttl),
        refresh_token: span(security.refresh_token_ttl),
        sso_session: span(security.sso_session),
        refresh_again: span(security.refresh_again),
        invitation: span(security.invitation_ttl),
        confirms_registrations: security.confirms_registrations(),
        erasure_grace: span(settings.erasure.grace),
        upload: span(storage.upload_ttl),
        presigned_url: storage.presigned_url_ttl,
        max_upload_bytes: storage.max_upload_bytes,
        upload_slots: UploadSlotLimits {
            total: storage.concurrent_uploads,
            per_organization: storage.concurrent_uploads_per_organization,
            per_user: storage.concurrent_uploads_per_user,
        },
        transfer_bytes_per_second: storage.bytes_per_second_per_organization,
        limits: Limits {
            records: limits.records,
            members: limits.members,
            open_invitations: limits.open_invitations,
            live_api_keys: limits.live_api_keys,
            open_uploads: limits.open_uploads,
            stored_bytes: limits.stored_bytes,
        },
        webhooks: webhooks::policy(settings),
        has_agents: settings.agents.address.is_some(),
        ..Policy::default()
    }
}

/// The limits of the settings keep every duration within the range of a `TimeDelta`.
fn span(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
