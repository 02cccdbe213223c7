//! Workers are killed, or asked to stop, in the middle of executions.

use std::{
    env,
    process::{Child, Command, Stdio},
};

use plinth_jobs::{ExecutionReaper, ExecutionRunner, Handlers};
use plinth_settings::{Settings, Sources};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Setup, end_interrupted, has_begun, start};

const KILLS: usize = 20;

/// The variable with the database of a worker, and the one with the server that it may call.
const DATABASE: &str = "TEST_WORKER_DATABASE";
const ALLOWED: &str = "TEST_WORKER_ALLOWED";

/// The test that is a worker in a second process of this program.
const TEST: &str = "executions::workers::a_worker_that_is_asked_to_stop_ends_its_executions";

/// A worker, killed when this is dropped.
struct Worker(Child);

impl Worker {
    fn start(setup: &Setup) -> Self {
        let mut program = Command::new(env::current_exe().unwrap());
        program.args(["--exact", TEST, "--nocapture"]).stdin(Stdio::null()).stdout(Stdio::null());
        program.env(DATABASE, setup.database.url()).env(ALLOWED, &setup.allowed);
        Self(program.spawn().unwrap())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Works until SIGTERM.
async fn work(database: String) {
    let (stop, mut terminated) =
        (CancellationToken::new(), signal(SignalKind::terminate()).unwrap());
    let sources = Sources::none()
        .with_variable("DATABASE_URL", database)
        .with_variable("PLINTH_OUTGOING__ALLOW", env::var(ALLOWED).unwrap());
    let settings = Settings::load(&sources).unwrap();
    let handlers = Handlers::new().with(ExecutionRunner).with(ExecutionReaper);
    let stopping = async {
        terminated.recv().await;
        stop.cancel();
    };
    let working = plinth_worker::run_with(&settings, stop.clone(), |_| Ok(handlers));
    let (worked, ()) = tokio::join!(working, stopping);
    worked.unwrap();
}

#[tokio::test]
async fn every_execution_of_a_killed_worker_ends_with_what_it_had() {
    let setup = Setup::new().await;
    let api = setup.serve();
    let (owner, model) = setup.register(&api).await;
    let mut executions = Vec::new();
    for _ in 0..KILLS {
        let path = start(&owner, &model, "respond-async").await;
        let mut worker = Worker::start(&setup);
        has_begun(&owner, &path).await;
        executions.push(path);
        worker.kill();
    }
    let _worker = Worker::start(&setup);
    end_interrupted(&owner, &executions).await;
    assert_eq!(setup.provider.requests().len(), KILLS, "nothing is run again by itself");
}

#[tokio::test]
async fn a_worker_that_is_asked_to_stop_ends_its_executions() {
    if let Ok(database) = env::var(DATABASE) {
        return work(database).await;
    }
    let setup = Setup::new().await;
    let api = setup.serve();
    let (owner, model) = setup.register(&api).await;
    let path = start(&owner, &model, "respond-async").await;
    let mut worker = Worker::start(&setup);
    has_begun(&owner, &path).await;
    let kill = ["-c", "kill -s TERM \"$0\"", &worker.0.id().to_string()];
    assert!(Command::new("sh").args(kill).status().unwrap().success());
    assert!(worker.0.wait().unwrap().success());
    assert_eq!(owner.get(&path).await.1["status"], "failed");
    end_interrupted(&owner, &[path]).await;
}
