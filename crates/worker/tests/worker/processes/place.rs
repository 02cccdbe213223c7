//! An organization on a real database, and what its jobs have done.

use std::time::{Duration, Instant};

use plinth_bootstrap::Plinth;
use plinth_domain::{
    Access, Email, Id, Job, JobCause, JobDraft, JsonObject, Membership, Name, Organization,
    Revision, Slug, TenantScope, User, UserStatus,
};
use plinth_ports::{JobQueue, PasswordHash, SystemStore};
use plinth_postgres::PgJobQueue;
use plinth_testkit::TestDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::handler;

/// The database, and a connection that no policy binds.
pub struct Place {
    database: TestDatabase,
    plinth: Plinth,
    scope: TenantScope,
}

impl Place {
    pub async fn new() -> Self {
        let database = TestDatabase::create().await;
        let plinth =
            plinth_bootstrap::assemble(&handler::settings(database.url(), None)).await.unwrap();
        let scope = found(&plinth).await;
        Self { database, plinth, scope }
    }

    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// Makes so many jobs at once. Kills cost attempts, so they have enough.
    pub async fn enqueue(&self, count: i64, kind: &'static str) {
        self.enqueue_for(1000, count, kind).await;
    }

    /// Makes so many jobs with so many attempts.
    pub async fn enqueue_for(&self, max_attempts: u16, count: i64, kind: &'static str) {
        let (clock, ids) = self.clock();
        let jobs = (0..count).map(|_| {
            let draft = JobDraft { max_attempts, ..JobDraft::new(kind, JsonObject::default()) };
            let (id, organization) = (Id::from_uuid(ids.next()), self.scope.organization());
            Job::queue(id, organization, draft, JobCause::default(), clock.now())
        });
        let jobs: Vec<Job> = jobs.collect();
        let queue = PgJobQueue::new(self.plinth.store.clone());
        assert!(queue.tick(kind, clock.now(), &jobs).await.unwrap());
    }

    pub async fn until_done(&self, count: i64, patience: Duration) {
        let began = Instant::now();
        while self.done().await < count {
            assert!(began.elapsed() < patience, "{} of {count} are done", self.done().await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn done(&self) -> i64 {
        self.number("SELECT count(*) FROM jobs WHERE state = 'succeeded'").await
    }

    pub async fn running(&self) -> i64 {
        self.number("SELECT count(*) FROM jobs WHERE state = 'running'").await
    }

    pub async fn dead(&self) -> i64 {
        self.number("SELECT count(*) FROM jobs WHERE state = 'dead'").await
    }

    /// Those that wait and have lost no attempt.
    pub async fn untouched(&self) -> i64 {
        self.number("SELECT count(*) FROM jobs WHERE state = 'queued' AND attempt = 0").await
    }

    pub async fn effects(&self) -> i64 {
        self.number("SELECT count(*) FROM projects").await
    }

    pub async fn each_job_had_one_effect(&self) {
        let without = "SELECT count(*) FROM jobs j
            LEFT JOIN (SELECT name, count(*) AS times FROM projects GROUP BY name) made
                ON made.name = j.id::text
            WHERE made.times IS DISTINCT FROM 1";
        assert_eq!(self.number(without).await, 0);
    }

    pub async fn each_end_is_told_once(&self, count: i64) {
        let told = "SELECT count(DISTINCT subject_id) FROM audit_logs
            WHERE action = 'job.succeeded'";
        let lines = "SELECT count(*) FROM audit_logs WHERE action LIKE 'job.%'";
        assert_eq!((self.number(told).await, self.number(lines).await), (count, count));
    }

    pub async fn close(self) {
        self.plinth.close().await;
        self.database.drop().await;
    }

    async fn number(&self, sql: &str) -> i64 {
        let mut connection = PgConnection::connect(self.url()).await.unwrap();
        let sql = AssertSqlSafe(sql.to_owned());
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }

    fn clock(&self) -> (&dyn plinth_ports::Clock, &dyn plinth_ports::Ids) {
        let ports = self.plinth.application.ports();
        (&*ports.clock, &*ports.ids)
    }
}

async fn found(plinth: &Plinth) -> TenantScope {
    let ports = plinth.application.ports();
    let (now, name) = (ports.clock.now(), || Name::parse("Harbour Works").unwrap());
    let slug = Slug::parse("harbour").unwrap();
    let organization = Organization::found(Id::from_uuid(ports.ids.next()), name(), slug, now);
    let user = User {
        id: Id::from_uuid(ports.ids.next()),
        email: Email::parse("ada@example.com").unwrap(),
        name: name(),
        status: UserStatus::Active,
        revision: Revision::first(now),
    };
    let id = Id::from_uuid(ports.ids.next());
    let membership = Membership::found(id, organization.id, user.id, now);
    let mut unit = SystemStore::begin(&plinth.store).await.unwrap();
    unit.insert_organization(&organization).await.unwrap();
    unit.insert_user(&user, &PasswordHash(String::new())).await.unwrap();
    unit.insert_membership(&membership).await.unwrap();
    unit.commit().await.unwrap();
    Access::of_member(&membership).own()
}
