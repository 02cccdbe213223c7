//! Handlers whose effects can be counted, and the process that runs them.

use std::{io::Write, marker::PhantomData, time::Duration};

use async_trait::async_trait;
use plinth_application::{JobKind, projects::CreateProject};
use plinth_domain::{JsonObject, Name, ProjectCode, ProjectDraft, ProjectStatus, Schedule};
use plinth_jobs::{Handler, Handlers, JobContext, JobFailure};
use plinth_settings::{Settings, Sources};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Declares kinds of job without a payload.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $kind:literal,)*) => {$(
        $(#[$doc])*
        #[derive(Default, Serialize, Deserialize)]
        pub struct $name {}

        impl JobKind for $name {
            const KIND: &'static str = $kind;
        }
    )*};
}

kinds! {
    /// Continues for a while after its effect.
    Slow = "test.slow",
    /// Ends after its effect.
    Quick = "test.quick",
    /// Never ends after its effect.
    Endless = "test.endless",
    /// Ends its process.
    Deadly = "test.deadly",
}

/// Creates a project named after the job, with a random code: no constraint prevents a second one.
struct Effect<J> {
    rest: Duration,
    kind: PhantomData<J>,
}

fn effect_of<J: JobKind>(rest: Duration) -> Effect<J> {
    Effect { rest, kind: PhantomData }
}

#[async_trait]
impl<J: JobKind> Handler for Effect<J> {
    type Job = J;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, _job: J, ctx: JobContext) -> Result<(), JobFailure> {
        effect(&ctx).await?;
        if !self.rest.is_zero() {
            say("effect");
            tokio::time::sleep(self.rest).await;
        }
        Ok(())
    }
}

/// Ends its process at every attempt; its effect happens in the dead-letter call.
struct Killer;

#[async_trait]
impl Handler for Killer {
    type Job = Deadly;

    fn timeout(&self) -> Duration {
        Duration::from_mins(1)
    }

    async fn run(&self, _job: Deadly, _ctx: JobContext) -> Result<(), JobFailure> {
        std::process::exit(1)
    }

    async fn dead_letter(&self, _job: Option<Deadly>, ctx: JobContext) -> Result<(), JobFailure> {
        effect(&ctx).await
    }
}

async fn effect(ctx: &JobContext) -> Result<(), JobFailure> {
    #[expect(clippy::disallowed_methods, reason = "each attempt makes another")]
    let code = Uuid::new_v4().simple().to_string();
    let draft = ProjectDraft {
        code: ProjectCode::parse(&code).map_err(JobFailure::permanent)?,
        name: Name::parse(&ctx.job().id.to_string()).map_err(JobFailure::permanent)?,
        description: None,
        status: ProjectStatus::Planned,
        schedule: Schedule::default(),
        metadata: JsonObject::default(),
    };
    ctx.once("effect", CreateProject { draft }).await?;
    Ok(())
}

/// The variable that makes a process of these tests a worker on the database that it names.
pub const DATABASE: &str = "PLINTH_TEST_WORKER_DATABASE";
/// The variable that names the worker's Redis, if it has one.
pub const REDIS: &str = "PLINTH_TEST_WORKER_REDIS";

/// Runs jobs until SIGTERM.
pub async fn work(database: &str) {
    let settings = settings(database, std::env::var(REDIS).ok().as_deref());
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        plinth_bootstrap::asked_to_stop().await;
        asked.cancel();
    });
    let handlers = Handlers::new()
        .with(effect_of::<Slow>(Duration::from_millis(200)))
        .with(effect_of::<Quick>(Duration::ZERO))
        .with(effect_of::<Endless>(Duration::MAX))
        .with(Killer);
    plinth_worker::run_with(&settings, stop, |_| Ok(handlers)).await.unwrap();
}

/// The usual options, except for short leases.
pub fn settings(database: &str, redis: Option<&str>) -> Settings {
    let sources = Sources::none()
        .with_variable("DATABASE_URL", database)
        .with_variable("PLINTH_WORKER__LEASE_SECONDS", "4")
        .with_variable("PLINTH_WORKER__SHUTDOWN_GRACE_SECONDS", "5");
    let sources = match redis {
        Some(url) => sources.with_variable("REDIS_URL", url),
        None => sources,
    };
    Settings::load(&sources).unwrap()
}

/// Prints a line without buffering: buffered output is lost in a kill.
fn say(word: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{word}").unwrap();
    out.flush().unwrap();
}
