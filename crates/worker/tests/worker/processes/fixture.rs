//! An organization on a real database, and the effects of its jobs.

use std::time::{Duration, Instant};

use plinth_application::{JobKind, identity::Registration};
use plinth_bootstrap::Plinth;
use plinth_domain::{Email, Job, JobDraft, Name, OrganizationId, Password};
use plinth_ports::{JobQueue, Origin};
use plinth_postgres::PgJobQueue;
use plinth_testkit::TestDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::handler;

/// The database, and a connection that bypasses row level security.
pub struct Fixture {
    database: TestDatabase,
    plinth: Plinth,
    organization: OrganizationId,
}

impl Fixture {
    pub async fn new() -> Self {
        let database = TestDatabase::create().await;
        let plinth =
            plinth_bootstrap::assemble(&handler::settings(database.url(), None)).await.unwrap();
        let organization = register(&plinth).await;
        Self { database, plinth, organization }
    }

    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// Creates jobs with enough attempts, because kills cost attempts.
    pub async fn enqueue<J: JobKind + Default>(&self, count: i64) {
        self.enqueue_for::<J>(1000, count).await;
    }

    /// Creates jobs with this number of attempts.
    pub async fn enqueue_for<J: JobKind + Default>(&self, max_attempts: u16, count: i64) {
        let jobs = (0..count).map(|_| {
            let draft = JobDraft { max_attempts, ..J::default().draft().unwrap() };
            self.plinth.application.new_job(self.organization, draft)
        });
        let jobs: Vec<Job> = jobs.collect();
        let queue = PgJobQueue::new(self.plinth.store.clone());
        let now = self.plinth.application.now();
        assert!(queue.tick(J::KIND, now, &jobs).await.unwrap());
    }

    pub async fn until_done(&self, count: i64, timeout: Duration) {
        let began = Instant::now();
        while self.done().await < count {
            assert!(began.elapsed() < timeout, "{} of {count} are done", self.done().await);
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

    /// The number of waiting jobs without a counted attempt.
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
}

async fn register(plinth: &Plinth) -> OrganizationId {
    let name = || Name::parse("Harbour Works").unwrap();
    let registration = Registration {
        email: Email::parse("ada@example.com").unwrap(),
        password: Password::parse("correct horse battery".to_owned()).unwrap(),
        name: name(),
        organization: name(),
        slug: None,
    };
    let registered = plinth.application.register(&Origin::default(), registration).await;
    registered.unwrap().organization.id
}
