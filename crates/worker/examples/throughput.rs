//! How many jobs a second go from enqueued to done, with nothing to do for each:
//! `with-servers cargo run -p plinth-worker --release --example throughput`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement by hand")]

use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::{
    Email, Id, Job, JobCause, JobDraft, JsonObject, Membership, Name, Organization, Revision, Slug,
    User, UserStatus,
};
use jobs::{Handler, Handlers, JobContext, JobFailure};
use ports::{JobQueue, PasswordHash, SystemStore};
use postgres::PgJobQueue;
use settings::{Settings, Sources};
use sqlx::{Connection, PgConnection};
use testkit::TestDatabase;
use tokio_util::sync::CancellationToken;

const JOBS: u32 = 20_000;
const ORGANIZATIONS: u32 = 20;

struct Nothing;

#[async_trait]
impl Handler for Nothing {
    fn kind(&self) -> &'static str {
        "bench.nothing"
    }
    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }
    async fn run(&self, _: JobContext) -> Result<(), JobFailure> {
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let database = TestDatabase::create().await;
    let sources = Sources::none()
        .with_variable("DATABASE_URL", database.url())
        .with_variable("PLINTH_WORKER__CONCURRENCY", "64");
    let settings = Settings::load(&sources).unwrap();
    let plinth = bootstrap::assemble(&settings).await.unwrap();
    let mut jobs = Vec::new();
    for n in 0..ORGANIZATIONS {
        jobs.extend(organization_with_jobs(&plinth, n).await);
    }
    let began = Instant::now();
    let now = plinth.application.ports().clock.now();
    let queue = PgJobQueue::new(plinth.store.clone());
    assert!(queue.tick("bench", now, &jobs).await.unwrap());
    println!("{JOBS} enqueued after {:?}", began.elapsed());
    let stop = CancellationToken::new();
    let handlers = |_: &_| Handlers::new().with(Nothing);
    let (settings, asked) = (settings.clone(), stop.clone());
    let worker = tokio::spawn(async move { worker::run_with(&settings, asked, handlers).await });
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    loop {
        let open = "SELECT EXISTS (SELECT FROM jobs WHERE finished_at IS NULL)";
        if !sqlx::query_scalar::<_, bool>(open).fetch_one(&mut connection).await.unwrap() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = began.elapsed();
    println!("{JOBS} done after {took:?}: {:.0} jobs/s", f64::from(JOBS) / took.as_secs_f64());
    stop.cancel();
    worker.await.unwrap().unwrap();
    plinth.close().await;
    drop(connection);
    database.drop().await;
}

async fn organization_with_jobs(plinth: &bootstrap::Plinth, n: u32) -> Vec<Job> {
    let ports = plinth.application.ports();
    let (now, name) = (ports.clock.now(), || Name::parse("Harbour Works").unwrap());
    let slug = Slug::parse(&format!("harbour-{n}")).unwrap();
    let organization = Organization::found(Id::from_uuid(ports.ids.next()), name(), slug, now);
    let user = User {
        id: Id::from_uuid(ports.ids.next()),
        email: Email::parse(&format!("ada-{n}@example.com")).unwrap(),
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
    let each = JOBS / ORGANIZATIONS;
    let job = || {
        let draft = JobDraft::new("bench.nothing", JsonObject::default());
        let id = Id::from_uuid(ports.ids.next());
        Job::queue(id, organization.id, draft, JobCause::default(), now)
    };
    (0..each).map(|_| job()).collect()
}
