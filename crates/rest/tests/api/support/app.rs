use std::{
    net::TcpListener,
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};

use chrono::TimeDelta;
use plinth_application::{
    Application, Files, HealthChecks, Limits, MailOptions, Policy, Ports, Security, SigningKey,
    Stores, UploadSlotLimits, WebhookPolicy,
    plans::{Plan, Plans},
};
use plinth_in_process::{
    Argon2Cost, Argon2Hasher, InProcessAccessCache, InProcessBus, InProcessCatalogueCache,
    InProcessHealth, InProcessRateLimiter, OsSecrets, SharedAccessCache, SharedCatalogueCache,
    UuidV7,
};
use plinth_memory::{
    AlwaysHealthy, ManualClock, MemoryLeaderboards, MemoryLeadership, MemoryStore,
};
use plinth_model_client::HttpModels;
use plinth_outgoing::{AddressRules, Outgoing};
use plinth_ports::{
    Allowance, Bus, ExecutionLeases, Health, JobQueue, Leaderboards, Leadership, Quota,
    RateLimiter, SecretKeys, Sequencer, StorageLedger, Store, SystemStore, WebhookQueue,
};
use plinth_postgres::{PgJobQueue, PgLeadership, PgStore, PoolOptions};
use plinth_rest::{Assets, ForwardedHeader, OperatorKeys};
use plinth_secret_vault::{MasterKey, MasterKeys};
use plinth_testkit::TestDatabase;
use secrecy::SecretBox;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Client, CountedLookUps, CountingHasher, PresigningBlobs, sso::Records};

/// A server with a separate store.
pub struct TestApp {
    pub url: String,
    pub clock: Arc<ManualClock>,
    pub application: Application,
    pub store: Arc<dyn Store>,
    pub system: Arc<dyn SystemStore>,
    pub bus: Arc<dyn Bus>,
    pub hasher: Arc<CountingHasher>,
    pub blobs: PresigningBlobs,
    pub queue: Arc<dyn JobQueue>,
    pub webhooks: Arc<dyn WebhookQueue>,
    pub leadership: Arc<dyn Leadership>,
    /// The servers that users may have called.
    pub addresses: AddressRules,
    /// The TXT records that the server finds.
    pub records: Arc<Records>,
    /// How often a credential was looked up in the store.
    pub look_ups: Arc<AtomicUsize>,
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
    pub database: Option<TestDatabase>,
}

/// The options of a test's server.
#[derive(Clone, Copy)]
pub struct Options {
    /// Requests at once for one credential or address; the usual tests never
    /// meet the limit.
    pub burst: u32,
    /// Attempts to log in at once.
    pub login_burst: u32,
    /// Attempts to log in to one account at once, if different.
    pub login_account_burst: Option<u32>,
    /// Failed logins to one account from one address block at once, if different.
    pub login_failures_burst: Option<u32>,
    /// Connections to PostgreSQL.
    pub connections: u32,
    /// How many of them one organization uses.
    pub share: u32,
    /// How long a body may take.
    pub body_timeout: Duration,
    /// How long a client may send no byte of a file.
    pub body_stall: Duration,
    /// How long a whole request may take.
    pub request_timeout: Duration,
    /// Uploads at once.
    pub upload_slots: UploadSlotLimits,
    /// What an organization may have.
    pub limits: Limits,
    /// The plans of the installation.
    pub plans: fn() -> Vec<Plan>,
    /// How long a refresh token that is shown again gets the same pair.
    pub refresh_again: TimeDelta,
    /// Streams and sockets of one user.
    pub streams_per_user: usize,
    /// Streams and sockets of one organization.
    pub streams_per_organization: usize,
    /// Sockets of one address that have not authenticated.
    pub unauthenticated_sockets: usize,
    /// The ports of the loopback address that the server may call.
    pub providers: [u16; 3],
    /// The ports of two providers of identities, `a` and `b`, on the loopback address. Without them,
    /// there are the scripted ones `sample` and `other`.
    pub identity_providers: Option<[u16; 2]>,
    /// Whether mails are sent.
    pub mails: bool,
    /// How events are sent to webhooks.
    pub webhooks: fn() -> WebhookPolicy,
    /// Whether registrations are completed by a mail.
    pub confirms_registrations: bool,
    /// Trusted proxies, and the header that they write.
    pub proxies: (usize, ForwardedHeader),
    /// The files of the console, where it is served.
    pub console: Option<fn() -> Assets>,
    /// The interactive reference of the API.
    pub reference: fn() -> Assets,
}

/// The application's ports to a test's store.
struct Parts {
    store: Arc<dyn Store>,
    system: Arc<dyn SystemStore>,
    ledger: Arc<dyn StorageLedger>,
    sequencer: Arc<dyn Sequencer>,
    secret_keys: Arc<dyn SecretKeys>,
    executions: Arc<dyn ExecutionLeases>,
    queue: Arc<dyn JobQueue>,
    webhooks: Arc<dyn WebhookQueue>,
    leadership: Arc<dyn Leadership>,
    database_health: Arc<dyn Health>,
    leaderboards: Arc<dyn Leaderboards>,
}

/// What the links in mails begin with.
pub const MAIL_LINKS: &str = "https://plinth.example";

/// A server on this machine that users may have called.
pub const ALLOWED_ADDRESS: &str = "127.0.0.1:11434";

/// The key of all tests that encrypts secrets.
fn vault() -> MasterKeys {
    MasterKeys::new([MasterKey::new("test", &[7; 32]).unwrap()])
}

/// The bus of a server that gets no signals of others.
fn own_bus() -> Arc<dyn Bus> {
    Arc::new(InProcessBus::new())
}

fn own_boards() -> Arc<dyn Leaderboards> {
    Arc::new(MemoryLeaderboards::new())
}

fn many_webhooks() -> WebhookPolicy {
    WebhookPolicy { per_organization: 10_000, ..WebhookPolicy::default() }
}

fn limiter(options: Options) -> Arc<dyn RateLimiter> {
    Arc::new(InProcessRateLimiter::new(move |quota| {
        let burst = match quota {
            Quota::Credential | Quota::Address => options.burst,
            Quota::LoginFailures => options.login_failures_burst.unwrap_or(options.login_burst),
            Quota::LoginAccount => options.login_account_burst.unwrap_or(options.login_burst),
            Quota::LoginAddress => options.login_burst,
            Quota::Ticket => 1,
            Quota::OperatorKey => 3,
        };
        Allowance { per_period: 1, period: Duration::from_mins(1), burst }
    }))
}

fn policy(options: Options) -> Policy {
    let Options { upload_slots, limits, refresh_again, .. } = options;
    let Options { webhooks, confirms_registrations, .. } = options;
    let own = Policy { webhooks: webhooks(), confirms_registrations, ..Policy::default() };
    Policy { upload_slots, limits, refresh_again, ..own }
}

fn addresses(options: &Options) -> AddressRules {
    let provider = |port| format!("127.0.0.1:{port}");
    let servers =
        options.providers.into_iter().chain(options.identity_providers.unwrap_or_default());
    let servers = servers.map(provider).chain([ALLOWED_ADDRESS.to_owned()]);
    AddressRules::new(servers.map(|server| server.parse().unwrap()))
}

impl Default for Options {
    fn default() -> Self {
        Self {
            burst: 1_000_000,
            login_burst: 1_000_000,
            login_account_burst: None,
            login_failures_burst: None,
            connections: 4,
            share: 4,
            body_timeout: Duration::from_secs(5),
            body_stall: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            upload_slots: Policy::default().upload_slots,
            limits: Limits::default(),
            plans: Vec::new,
            refresh_again: TimeDelta::zero(),
            streams_per_user: 2_000,
            streams_per_organization: 2_000,
            unauthenticated_sockets: 100,
            providers: [0; 3],
            identity_providers: None,
            mails: false,
            webhooks: many_webhooks,
            confirms_registrations: false,
            proxies: (0, ForwardedHeader::XForwardedFor),
            console: Some(Assets::default),
            reference: Assets::default,
        }
    }
}

impl TestApp {
    #[expect(clippy::unused_async, reason = "called as its sibling is")]
    pub async fn memory(options: Options) -> Self {
        let clock = Arc::new(ManualClock::starting_now());
        let store = Arc::new(MemoryStore::with_clock(clock.clone()));
        let parts = Parts {
            store: store.clone(),
            system: store.clone(),
            ledger: store.clone(),
            queue: store.clone(),
            webhooks: store.clone(),
            sequencer: store.clone(),
            secret_keys: store.clone(),
            executions: store,
            leadership: Arc::new(MemoryLeadership::default()),
            database_health: Arc::new(AlwaysHealthy),
            leaderboards: own_boards(),
        };
        Self::start(parts, clock, options, None, own_bus())
    }

    pub async fn postgres(options: Options) -> Self {
        let database = TestDatabase::create().await;
        let url = database.url().to_owned();
        Self::postgres_at(&url, database, options)
    }

    /// Like `postgres`, with another URL of the database, such as that of a proxy.
    pub fn postgres_at(url: &str, database: TestDatabase, options: Options) -> Self {
        Self::on(url, Some(database), options, (own_bus(), own_boards()))
    }

    fn on(
        url: &str,
        database: Option<TestDatabase>,
        options: Options,
        (bus, leaderboards): (Arc<dyn Bus>, Arc<dyn Leaderboards>),
    ) -> Self {
        let pool = PoolOptions {
            max_connections: options.connections,
            connections_per_organization: options.share,
            ..PoolOptions::new(url)
        };
        let store = Arc::new(PgStore::connect(pool).unwrap());
        let parts = Parts {
            store: store.clone(),
            system: store.clone(),
            ledger: store.clone(),
            sequencer: store.clone(),
            secret_keys: store.clone(),
            executions: store.clone(),
            queue: Arc::new(PgJobQueue::new(PgStore::clone(&store))),
            webhooks: store.clone(),
            leadership: Arc::new(PgLeadership::new(PgStore::clone(&store))),
            database_health: store,
            leaderboards,
        };
        let clock = Arc::new(ManualClock::starting_now());
        Self::start(parts, clock, options, database, bus)
    }

    /// A second server on the same database, with a bus of its own: no signal reaches it.
    pub fn beside(&self, options: Options) -> Self {
        let url = self.database.as_ref().unwrap().url().to_owned();
        Self::on(&url, None, options, (own_bus(), own_boards()))
    }

    /// A second server on the same database that gets the signals of this one.
    pub fn on_the_same_bus(&self, options: Options) -> Self {
        let url = self.database.as_ref().unwrap().url().to_owned();
        Self::on(&url, None, options, (Arc::clone(&self.bus), own_boards()))
    }

    /// A second server on the same database, with these leaderboards.
    pub fn with_leaderboards(&self, options: Options, boards: Arc<dyn Leaderboards>) -> Self {
        let url = self.database.as_ref().unwrap().url().to_owned();
        Self::on(&url, None, options, (Arc::clone(&self.bus), boards))
    }

    fn start(
        stored: Parts,
        clock: Arc<ManualClock>,
        options: Options,
        database: Option<TestDatabase>,
        bus: Arc<dyn Bus>,
    ) -> Self {
        let hasher = Argon2Hasher::new(Argon2Cost::CHEAPEST).unwrap();
        let hasher = Arc::new(CountingHasher::new(hasher));
        let Parts {
            store,
            system,
            ledger,
            sequencer,
            secret_keys,
            executions,
            queue,
            webhooks,
            leadership,
            database_health,
            leaderboards,
        } = stored;
        let blobs = PresigningBlobs::default();
        let look_ups = Arc::new(AtomicUsize::new(0));
        let system: Arc<dyn SystemStore> =
            Arc::new(CountedLookUps { store: system, count: look_ups.clone() });
        let rules = addresses(&options);
        let records = Arc::new(Records::default());
        let ports = Ports {
            stores: Stores {
                tenant: Arc::clone(&store),
                system: Arc::clone(&system),
                sequencer,
                secret_keys,
                executions,
            },
            files: Files {
                blobs: Arc::new(blobs.clone()),
                ledger,
                owner: Arc::new(blobs.inner.clone()),
            },
            security: Security {
                secrets: Arc::new(OsSecrets),
                key: SigningKey::new([9; 32]),
                vault: Arc::new(vault()),
                hasher: hasher.clone(),
                limiter: limiter(options),
                cache: Arc::new(SharedAccessCache::new(InProcessAccessCache::new(), bus.clone())),
            },
            e_invoices: Arc::new(plinth_e_documents::EInvoices),
            e_documents: Arc::new(super::DirectReader),
            pictures: Arc::new(super::SamePicture),
            bus: Arc::clone(&bus),
            clock: clock.clone(),
            ids: Arc::new(UuidV7),
            glyphs: Arc::new(plinth_invoice_renderer::Coverage::built_in()),
            qr_codes: Arc::new(plinth_invoice_renderer::SvgCodes),
            oidc: super::oidc::providers(options.identity_providers, Outgoing::new(rules.clone())),
            plans: Plans::new((options.plans)()),
            txt: records.clone(),
            addresses: Arc::new(rules.clone()),
            templates: Arc::new(plinth_prompt_templates::Templates),
            catalogue: Arc::new(SharedCatalogueCache::new(
                InProcessCatalogueCache::new(),
                bus.clone(),
            )),
            leaderboards: Some(leaderboards),
            models: Arc::new(HttpModels::new(Outgoing::new(rules.clone()))),
            meter: Arc::new(()),
            mail: options.mails.then(|| MailOptions { public_url: MAIL_LINKS.to_owned() }),
            cells: None,
            health: HealthChecks {
                database: database_health,
                redis: Arc::new(InProcessHealth),
                storage: Arc::new(blobs.inner.clone()),
            },
        };
        let application = Application::new(ports, policy(options));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let server =
            plinth_rest::serve(listener, application.clone(), config(options), stop.clone());
        let server = tokio::spawn(server);
        let (led, heard) = (application.clone(), Arc::clone(&bus));
        let leads = Arc::clone(&leadership);
        drop(tokio::spawn(plinth_jobs::run_sequencer(led, leads, heard, stop.clone())));
        Self {
            url,
            clock,
            application,
            store,
            system,
            bus,
            hasher,
            blobs,
            queue,
            webhooks,
            leadership,
            addresses: rules,
            records,
            look_ups,
            stop,
            server,
            database,
        }
    }

    /// Starts the server of operators beside the API, and returns its URL.
    pub fn serve_operators(&self, keys: OperatorKeys) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (application, config) = (self.application.clone(), config(Options::default()));
        let stop = self.stop.clone();
        let server = plinth_rest::serve_operators(listener, application, config, keys, stop);
        drop(tokio::spawn(server));
        url
    }

    /// A client without credentials.
    pub fn anonymous(&self) -> Client {
        let mut client = Client::new(&self.url, None);
        client.application = Some(self.application.clone());
        client.store = Some(Arc::clone(&self.store));
        client
    }

    /// Registers an organization of this name and returns its owner's client.
    pub async fn owner(&self, name: &str) -> Client {
        self.anonymous().register(name).await
    }

    /// Waits for the application's background work.
    pub async fn settle(&self) {
        self.application.drain().await;
    }

    /// The current time in the format of a query.
    pub fn now(&self) -> String {
        plinth_ports::Clock::now(&*self.clock).to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    }

    /// Asks the server to stop, like SIGTERM.
    pub fn ask_to_stop(&self) {
        self.stop.cancel();
    }

    /// Stops the server and waits until it has ended.
    pub async fn stop(self) {
        self.stop.cancel();
        self.server.await.unwrap().unwrap();
    }
}

fn config(options: Options) -> plinth_rest::Config {
    plinth_rest::Config {
        version: "test",
        workers: std::num::NonZeroUsize::new(1),
        max_connections: 1_000,
        header_timeout: Duration::from_secs(5),
        body_timeout: options.body_timeout,
        body_stall: options.body_stall,
        keep_alive: Duration::from_secs(5),
        request_timeout: options.request_timeout,
        shutdown_deadline: Duration::from_secs(5),
        drain_delay: Duration::from_millis(300),
        max_body_bytes: 256 * 1024,
        write_timeout: Duration::from_secs(30),
        streams: plinth_rest::StreamLimits {
            per_user: options.streams_per_user,
            per_organization: options.streams_per_organization,
            total: 2_000,
            unauthenticated: 2_000,
            unauthenticated_per_address: options.unauthenticated_sockets,
            authentication_timeout: Duration::from_secs(2),
        },
        trusted_proxies: options.proxies.0,
        forwarded_header: options.proxies.1,
        allows_origin: Box::new(|origin| origin == "https://app.example.com"),
        public_path: None,
        rate_limits: true,
        traced: false,
        measured: false,
        sent_mails: None,
        console: options.console.map(|files| files()),
        reference: (options.reference)(),
        cookies: plinth_rest::CookieConfig {
            is_secure: true,
            csrf_key: SecretBox::new(Box::new([8; 32])),
        },
        cursor_key: SecretBox::new(Box::new([7; 32])),
    }
}
