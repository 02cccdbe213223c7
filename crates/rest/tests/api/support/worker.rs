//! A worker beside the API.

use std::{sync::Arc, time::Duration};

use plinth_in_process::{OsSecrets, UuidV7};
use plinth_jobs::{Dependencies, Handlers, Options, WebhookWorker, Worker};
use plinth_outgoing::Outgoing;
use plinth_ports::Ids;
use plinth_webhook_sender::SignedSender;
use serde_json::Value;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Client, TestApp};

/// Longer than any job takes on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

impl TestApp {
    /// Starts a worker, which ends when the guard is dropped.
    pub fn worker(&self, handlers: Handlers) -> DropGuard {
        let needs = Dependencies {
            application: self.application.clone(),
            queue: Arc::clone(&self.queue),
            leadership: Arc::clone(&self.leadership),
            bus: Arc::clone(&self.bus),
            ids: Arc::new(UuidV7),
            secrets: Arc::new(OsSecrets),
        };
        let options = Options { poll: Duration::from_millis(100), ..Options::default() };
        let stop = CancellationToken::new();
        drop(tokio::spawn(Worker::new(needs, handlers, options).run(stop.clone())));
        stop.drop_guard()
    }
}

impl TestApp {
    /// Sends events to webhooks until the guard is dropped.
    pub fn sending(&self) -> DropGuard {
        let worker = WebhookWorker {
            application: self.application.clone(),
            queue: Arc::clone(&self.webhooks),
            sender: Arc::new(SignedSender::new(Outgoing::new(self.addresses.clone()))),
            bus: Arc::clone(&self.bus),
            holder: UuidV7.next(),
            lease: Duration::from_secs(5),
            grace: Duration::from_secs(5),
        };
        let stop = CancellationToken::new();
        drop(tokio::spawn(worker.run(stop.clone())));
        stop.drop_guard()
    }
}

impl Client {
    /// Waits until the job has ended, and returns it.
    pub async fn ended(&self, job: &Value) -> Value {
        let path = format!("/jobs/{}", job["id"].as_str().unwrap());
        let look = async {
            loop {
                let job = self.get(&path).await.expect(200).json();
                if !job["finished_at"].is_null() {
                    return job;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, look).await.expect("the job ends")
    }
}
