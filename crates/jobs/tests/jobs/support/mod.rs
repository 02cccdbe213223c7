//! A worker on the memory adapters, with handlers for tests.

#![allow(dead_code, reason = "each suite uses its own part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is a failure")]

mod documents;
mod endless;
mod invoices;
mod reader;

use std::{marker::PhantomData, sync::Arc, time::Duration};

use async_trait::async_trait;
use plinth_application::{
    Application, Files, HealthChecks, JobKind, MailOptions, Policy, Ports, Security, SigningKey,
    Stores,
};
use plinth_domain::{
    Access, Email, Id, Job, JobCause, JobDraft, JobId, JobState, Membership, Name, Organization,
    Permission, Revision, Role, Slug, TenantScope, User, UserStatus,
};
use plinth_in_process::{
    Argon2Cost, Argon2Hasher, InProcessAccessCache, InProcessBus, InProcessCatalogueCache,
    InProcessHealth, InProcessRateLimiter, OsSecrets, SystemClock, UuidV7,
};
use plinth_jobs::{
    Dependencies, Handler, Handlers, JobContext, JobFailure, Options, ReapLeases, Worker,
    WorkerError,
};
use plinth_memory::{AlwaysHealthy, MemoryLeadership, MemoryStore};
use plinth_model_client::HttpModels;
use plinth_object_store::MemoryBlobs;
use plinth_outgoing::{AddressRules, Outgoing};
use plinth_ports::{
    Allowance, Blobs, Bus, Clock, Ids, JournalFilter, JournalSort, Member, PageRequest,
    PasswordHash, Sort, SortKey, Store, SystemStore,
};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use endless::Endless;
pub use reader::DirectReader;

/// Longer than any step takes on a busy machine.
pub const TIMEOUT: Duration = Duration::from_mins(1);

/// Declares kinds of job without a payload.
macro_rules! kinds {
    ($($name:ident = $kind:literal,)*) => {$(
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub struct $name {}

        impl JobKind for $name {
            const KIND: &'static str = $kind;
        }
    )*};
}

kinds! {
    Run = "test.run",
    Panic = "test.panic",
    New = "test.new",
}

/// A handler from a closure.
pub struct Does<J, F> {
    pub timeout: Duration,
    pub work: F,
    pub kind: PhantomData<J>,
}

#[async_trait]
impl<J, F, W> Handler for Does<J, F>
where
    J: JobKind,
    F: Fn(JobContext) -> W + Send + Sync + 'static,
    W: Future<Output = Result<(), JobFailure>> + Send,
{
    type Job = J;

    fn timeout(&self) -> Duration {
        self.timeout
    }
    async fn run(&self, _job: J, ctx: JobContext) -> Result<(), JobFailure> {
        (self.work)(ctx).await
    }
}

/// A handler whose timeout no test reaches.
pub fn does<J, F, W>(work: F) -> Does<J, F>
where
    J: JobKind,
    F: Fn(JobContext) -> W + Send + Sync,
    W: Future<Output = Result<(), JobFailure>> + Send,
{
    Does { timeout: TIMEOUT, work, kind: PhantomData }
}

/// One organization, and a store for its jobs.
pub struct Fixture {
    pub store: MemoryStore,
    pub blobs: Arc<dyn Blobs>,
    pub application: Application,
    pub needs: Dependencies,
    pub access: Access,
    pub scope: TenantScope,
}

/// A running worker.
pub struct Running {
    stop: CancellationToken,
    worker: JoinHandle<Result<(), WorkerError>>,
}

impl Running {
    /// Asks the worker to stop, and waits for its end.
    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(TIMEOUT, self.worker).await.unwrap().unwrap().unwrap();
    }

    /// Simulates a crash: the worker stores nothing any more.
    pub async fn vanish(self) {
        self.worker.abort();
        assert!(self.worker.await.unwrap_err().is_cancelled());
    }
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with(None).await
    }

    /// In an installation that sends mails.
    pub async fn with_mail() -> Self {
        Self::with(Some(MailOptions { public_url: "https://plinth.example".to_owned() })).await
    }

    async fn with(mail: Option<MailOptions>) -> Self {
        let store = MemoryStore::new();
        let blobs: Arc<dyn Blobs> = Arc::new(MemoryBlobs::new());
        let needs = dependencies(&store, Arc::clone(&blobs), mail);
        let application = needs.application.clone();
        let access = found(&store).await;
        let scope = access.require(Permission::OrganizationRead).unwrap();
        Self { store, blobs, application, needs, access, scope }
    }

    /// Another member, who writes records, with this address.
    pub async fn member(&self, email: &str) -> Access {
        let user = user(email);
        let id = Id::from_uuid(UuidV7.next());
        let organization = self.scope.organization();
        let membership = Membership {
            role: Role::Member.into(),
            ..Membership::found(id, organization, user.id, SystemClock.now())
        };
        let mut unit = SystemStore::begin(&self.store).await.unwrap();
        unit.insert_user(&user, Some(&PasswordHash(String::new()))).await.unwrap();
        unit.insert_membership(&Member::of(membership, &user)).await.unwrap();
        unit.commit().await.unwrap();
        Access::of_member(&membership)
    }

    /// Starts a worker with these handlers.
    pub fn worker(&self, handlers: Handlers) -> Running {
        let quick = Duration::from_millis(50);
        let options = Options { poll: quick, grace: quick, ..Options::default() };
        self.worker_with(handlers, options)
    }

    pub fn worker_with(&self, handlers: Handlers, options: Options) -> Running {
        let worker = Worker::new(self.needs.clone(), handlers, options);
        let stop = CancellationToken::new();
        Running { stop: stop.clone(), worker: tokio::spawn(worker.run(stop)) }
    }

    pub fn reaper(&self, handlers: Handlers) -> ReapLeases {
        ReapLeases::new(self.needs.clone(), handlers)
    }

    pub async fn enqueue(&self, draft: JobDraft) -> JobId {
        let (id, organization) = (Id::from_uuid(UuidV7.next()), self.scope.organization());
        let cause = JobCause { request_id: "r-1".to_owned(), ..JobCause::default() };
        let job = Job::queue(id, organization, draft, cause, SystemClock.now());
        let mut unit = Store::begin(&self.store, self.scope).await.unwrap();
        unit.jobs().enqueue(&job).await.unwrap();
        unit.commit().await.unwrap();
        id
    }

    pub async fn job<J: JobKind + Default>(&self) -> JobId {
        self.enqueue(J::default().draft().unwrap()).await
    }

    pub async fn find(&self, id: JobId) -> Job {
        self.store.read(self.scope).await.unwrap().jobs().find(id).await.unwrap().unwrap()
    }

    /// Waits until the job has this state.
    pub async fn until(&self, id: JobId, state: JobState) -> Job {
        self.until_job(id, |job| job.state == state).await
    }

    pub async fn until_job(&self, id: JobId, is: impl Fn(&Job) -> bool) -> Job {
        let look = async {
            loop {
                let job = self.find(id).await;
                if is(&job) {
                    return job;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        if let Ok(job) = tokio::time::timeout(TIMEOUT, look).await {
            return job;
        }
        panic!("it never came to that: {:?}", self.find(id).await)
    }

    /// The audit records of the job, in order.
    pub async fn journal(&self, id: JobId) -> Vec<String> {
        let filter = JournalFilter { subject_id: Some(id.uuid()), ..JournalFilter::default() };
        let by = JournalSort::ALL[0];
        let sort = Sort { by, direction: plinth_ports::Direction::Ascending };
        let page = PageRequest::first(200, sort);
        let mut view = self.store.read(self.scope).await.unwrap();
        let lines = view.journal().list(&filter, &page).await.unwrap().items;
        lines.into_iter().map(|line| line.action).collect()
    }
}

fn dependencies(
    store: &MemoryStore,
    blobs: Arc<dyn Blobs>,
    mail: Option<MailOptions>,
) -> Dependencies {
    let bus: Arc<dyn Bus> = Arc::new(InProcessBus::new());
    let endless = Allowance { per_period: 1, period: Duration::from_secs(1), burst: 1_000_000 };
    let ports = Ports {
        stores: Stores {
            tenant: Arc::new(store.clone()),
            system: Arc::new(store.clone()),
            sequencer: Arc::new(store.clone()),
            secret_keys: Arc::new(store.clone()),
            executions: Arc::new(store.clone()),
        },
        files: Files {
            blobs,
            ledger: Arc::new(store.clone()),
            owner: Arc::new(MemoryBlobs::new()),
        },
        security: Security {
            secrets: Arc::new(OsSecrets),
            key: SigningKey::new([9; 32]),
            vault: Arc::new(plinth_secret_vault::MasterKeys::new([])),
            hasher: Arc::new(Argon2Hasher::new(Argon2Cost::CHEAPEST).unwrap()),
            limiter: Arc::new(InProcessRateLimiter::new(move |_| endless)),
            cache: Arc::new(InProcessAccessCache::new()),
        },
        e_invoices: Arc::new(plinth_e_documents::EInvoices),
        e_documents: Arc::new(DirectReader),
        pictures: Arc::new(Endless),
        bus: Arc::clone(&bus),
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidV7),
        glyphs: Arc::new(plinth_invoice_renderer::Coverage::built_in()),
        qr_codes: Arc::new(plinth_invoice_renderer::SvgCodes),
        oidc: plinth_application::Oidc::default(),
        plans: plinth_application::plans::Plans::default(),
        txt: Arc::new(()),
        addresses: Arc::new(AddressRules::default()),
        templates: Arc::new(plinth_prompt_templates::Templates),
        catalogue: Arc::new(InProcessCatalogueCache::new()),
        leaderboards: None,
        models: Arc::new(HttpModels::new(Outgoing::new(AddressRules::default()))),
        meter: Arc::new(()),
        mail,
        cells: None,
        health: HealthChecks {
            database: Arc::new(AlwaysHealthy),
            redis: Arc::new(InProcessHealth),
            storage: Arc::new(AlwaysHealthy),
        },
    };
    Dependencies {
        application: Application::new(ports, Policy::default()),
        queue: Arc::new(store.clone()),
        leadership: Arc::new(MemoryLeadership::default()),
        bus,
        ids: Arc::new(UuidV7),
        secrets: Arc::new(OsSecrets),
    }
}

/// A new user with this address.
fn user(email: &str) -> User {
    User {
        id: Id::from_uuid(UuidV7.next()),
        email: Email::parse(email).unwrap(),
        name: Name::parse("Harbour Works").unwrap(),
        status: UserStatus::Active,
        email_verified_at: None,
        locale: None,
        time_zone: None,
        revision: Revision::first(SystemClock.now()),
    }
}

async fn found(store: &MemoryStore) -> Access {
    let (now, id) = (SystemClock.now(), Id::from_uuid(UuidV7.next()));
    let name = || Name::parse("Harbour Works").unwrap();
    let slug = Slug::parse("harbour").unwrap();
    let organization = Organization::found(id, name(), slug, now);
    let user = user("ada@example.com");
    let membership = Membership::found(Id::from_uuid(UuidV7.next()), id, user.id, now);
    let mut unit = SystemStore::begin(store).await.unwrap();
    unit.insert_organization(&organization).await.unwrap();
    unit.insert_user(&user, Some(&PasswordHash(String::new()))).await.unwrap();
    unit.insert_membership(&Member::of(membership, &user)).await.unwrap();
    unit.commit().await.unwrap();
    Access::of_member(&membership)
}
