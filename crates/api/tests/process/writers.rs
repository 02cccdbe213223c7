//! Tasks that write continuously and record what was acknowledged.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::caller::Caller;

const WRITERS: usize = 3;

/// How long a few writes may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Concurrent writers.
pub struct Writers {
    /// The projects of each writer, in the order of creation.
    projects: [Arc<Mutex<Vec<String>>>; WRITERS],
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Writers {
    /// Starts the writers.
    pub fn begin(caller: &Caller) -> Self {
        let (projects, stop) =
            (<[Arc<Mutex<Vec<String>>>; WRITERS]>::default(), CancellationToken::new());
        let mut tasks = JoinSet::new();
        for (writer, written) in projects.iter().enumerate() {
            let (caller, written, stop) = (caller.clone(), Arc::clone(written), stop.clone());
            tasks.spawn(async move {
                for n in 0.. {
                    if stop.is_cancelled() {
                        return;
                    }
                    let project = caller.project(&format!("W{writer}-{n}")).await;
                    written.lock().unwrap().push(project);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
        }
        Self { projects, stop, tasks }
    }

    /// Waits until each writer has written ten more projects.
    pub async fn wait_for_progress(&mut self) {
        let counts = || self.projects.each_ref().map(|written| written.lock().unwrap().len());
        let (wanted, deadline) = (counts().map(|count| count + 10), Instant::now() + TIMEOUT);
        while counts().iter().zip(&wanted).any(|(count, wanted)| count < wanted) {
            assert!(Instant::now() < deadline, "{:?} instead of {wanted:?}", counts());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Stops the writers, and returns the projects of each in the order of creation.
    pub async fn end(mut self) -> [Vec<String>; WRITERS] {
        self.stop.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.projects.map(|written| written.lock().unwrap().clone())
    }
}
