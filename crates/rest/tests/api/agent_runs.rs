//! Runs of agents: the real sidecar, a worker, and a provider of models over real sockets. But in
//! `gateway`, the sidecar asks the provider itself, so that tests see what it sends.

mod gateway;
mod invoice_reader;
mod question;
mod recovery;
mod rights;

use std::{sync::Arc, time::Duration};

use plinth_agents::{Agents, AgentsConfig};
use plinth_application::agents::AgentSetup;
use plinth_domain::{AgentQuestion, Id, JsonObject, Permission, Text};
use plinth_jobs::{AgentRunHandler, Handlers};
use plinth_ports::Findings;
use plinth_testkit::{
    provider::FakeProvider,
    sidecar::{Sidecar, TOKEN},
};
use serde_json::{Value, json};
use tokio_util::sync::DropGuard;

use crate::support::{Client, Options, TestApp};

/// Longer than any run takes on a busy machine.
const SOON: Duration = Duration::from_mins(1);

/// A server with a worker that has a sidecar, and an owner.
pub(crate) struct Setup {
    pub(crate) app: TestApp,
    pub(crate) owner: Client,
    pub(crate) provider: FakeProvider,
    pub(crate) sidecar: Sidecar,
    pub(crate) worker: DropGuard,
}

impl Setup {
    pub(crate) async fn new() -> Self {
        let (sidecar, provider) = (Sidecar::start().await, FakeProvider::start().await);
        let app = TestApp::postgres(Options::default()).await;
        let worker = worker(&app, &sidecar, &provider);
        let owner = app.owner("Acme").await;
        Self { app, owner, provider, sidecar, worker }
    }

    /// Stores a document with this text.
    pub(crate) async fn document(&self, name: &str, text: &str) -> Value {
        let content = format!("%PDF-1.7 {name} {text}");
        let document = self.owner.upload(name, content.as_bytes()).await;
        let findings = Findings { text: Some(text.to_owned()), ..Findings::default() };
        self.app.process(&self.owner, &document, findings).await;
        document
    }

    /// Asks a question.
    pub(crate) async fn ask(&self) -> Value {
        self.owner.post("/agents/runs", question()).await.expect(202).json()
    }

    /// Waits until the run has one of these statuses.
    pub(crate) async fn until(&self, run: &Value, statuses: &[&str]) -> Value {
        until(&self.owner, run, statuses).await
    }

    /// All events of a run.
    pub(crate) async fn events(&self, run: &Value) -> Vec<Value> {
        let mut events: Vec<Value> = Vec::new();
        loop {
            let after = format!("/events?limit=200&after={}", events.len());
            let page = self.owner.get(&path(run, &after)).await.expect(200).json();
            events.extend(page["data"].as_array().unwrap().clone());
            if page["has_more"] == false {
                break;
            }
        }
        let numbers: Vec<_> =
            events.iter().map(|event| event["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>(), "no hole");
        events
    }
}

/// A worker that runs agents in this sidecar, which asks the provider itself.
pub(crate) fn worker(app: &TestApp, sidecar: &Sidecar, provider: &FakeProvider) -> DropGuard {
    worker_with(app, sidecar, provider.base_url())
}

/// A worker that runs agents in this sidecar with this gateway.
fn worker_with(app: &TestApp, sidecar: &Sidecar, gateway_url: String) -> DropGuard {
    let config =
        AgentsConfig { address: sidecar.address(), token: TOKEN.into(), allow_plain: false };
    let setup = AgentSetup {
        runner: Arc::new(Agents::new(&config).unwrap()),
        gateway_url,
        api_url: format!("{}/api/v1", app.url),
        timeout: Duration::from_secs(30),
    };
    app.worker(Handlers::new().with(AgentRunHandler::new(setup, 4)))
}

pub(crate) async fn until(client: &Client, run: &Value, statuses: &[&str]) -> Value {
    let look = async {
        loop {
            let run = client.get(&path(run, "")).await.expect(200).json();
            let status = run["status"].as_str().unwrap();
            if statuses.contains(&status) {
                return run;
            }
            let ended = ["succeeded", "failed", "cancelled"].contains(&status);
            assert!(!ended, "{run}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    };
    tokio::time::timeout(SOON, look).await.expect("the run goes on")
}

pub(crate) fn path(run: &Value, rest: &str) -> String {
    format!("/agents/runs/{}{rest}", run["id"].as_str().unwrap())
}

pub(crate) fn question() -> Value {
    json!({
        "graph": "document_qa", "input": {"question": "What is the penalty for delay?"},
        "model": "fast",
    })
}

pub(crate) fn kinds(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

/// The run that an operation needs, and its body. No worker runs it.
pub(crate) async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let others = ["list_agent_runs", "get_agent_run", "cancel_agent_run", "get_agent_run_events"];
    Some(match operation {
        "create_agent_run" => (json!({}), Some(question())),
        "resume_agent_run" => {
            let run = owner.create_run().await;
            wait(owner, &run).await;
            (run, Some(json!({"question_id": "q1", "answer": {"accept": true}})))
        }
        other if others.contains(&other) => (owner.create_run().await, None),
        _ => return None,
    })
}

impl Client {
    async fn create_run(&self) -> Value {
        self.post("/agents/runs", question()).await.expect(202).json()
    }
}

/// Lets a run ask the question `q1`, as a worker does.
pub(crate) async fn wait(owner: &Client, run: &Value) {
    let application = owner.application.as_ref().unwrap();
    let token = owner.token.as_ref().unwrap();
    let access = application.authenticate(token, None).await.unwrap().access;
    let scope = access.require(Permission::AgentRunCreate).unwrap();
    let mut unit = owner.store.as_ref().unwrap().begin(scope).await.unwrap();
    let id = Id::from_uuid(run["id"].as_str().unwrap().parse().unwrap());
    let before = unit.agent_runs().lock(id).await.unwrap().unwrap();
    let question = AgentQuestion { id: Text::parse("q1").unwrap(), body: JsonObject::default() };
    let running = before.begin(Id::from_uuid(uuid::Uuid::from_u128(7)), unit.now()).unwrap();
    unit.agent_runs().update(&running).await.unwrap();
    let asked = running.ask(question, unit.now()).unwrap();
    unit.agent_runs().update(&asked).await.unwrap();
    unit.commit().await.unwrap();
}
