//! The search over everything, with a provider of vectors over real sockets.

mod counted;
mod embedding;
mod found;
mod given;
mod rechunked;

use std::time::Duration;

use plinth_application::plans::Plan;
use plinth_jobs::{AllDocumentsEmbedder, DocumentEmbedder, Handlers};
use plinth_ports::Findings;
use plinth_testkit::provider::{Answer, FakeProvider, ReceivedRequest};
use serde_json::{Value, json};
use tokio_util::sync::DropGuard;

use crate::support::{Client, Options, TestApp};

/// A secret that must be nowhere but in requests to the provider.
pub(super) const CANARY: &str = "sk-canary-vectors-4711";
/// Longer than any job takes on a busy machine.
const SOON: Duration = Duration::from_mins(1);

/// A server with a worker that may call one provider of vectors.
pub(super) struct Library {
    pub(super) app: TestApp,
    pub(super) owner: Client,
    pub(super) provider: FakeProvider,
    _worker: DropGuard,
}

impl Library {
    pub(super) async fn new() -> Self {
        Self::with_plans(Vec::new).await
    }

    /// With plans of the installation.
    pub(super) async fn with_plans(plans: fn() -> Vec<Plan>) -> Self {
        let provider = FakeProvider::start().await;
        provider.answer_with(meaning);
        let port = provider.host_port().rsplit_once(':').unwrap().1.parse().unwrap();
        let options = Options { providers: [port, 0, 0], plans, ..Options::default() };
        let app = TestApp::postgres(options).await;
        let handlers = Handlers::new().with(DocumentEmbedder::default()).with(AllDocumentsEmbedder);
        let worker = app.worker(handlers);
        let owner = app.owner("Ada").await;
        Self { app, owner, provider, _worker: worker }
    }

    /// A model for vectors at the provider.
    pub(super) async fn model(&self, owner: &Client, name: &str) -> Value {
        let new = json!({
            "name": name, "provider": "custom", "model_id": "fake", "kind": "embedding",
            "base_url": self.provider.base_url(), "secret": CANARY,
        });
        owner.create("/models", new).await
    }

    /// Stores a document with this text.
    pub(super) async fn document(&self, owner: &Client, name: &str, text: &str) -> Value {
        let content = format!("%PDF-1.7 {name} {text}");
        let document = owner.upload(name, content.as_bytes()).await;
        let findings = Findings { text: Some(text.to_owned()), ..Findings::default() };
        self.app.process(owner, &document, findings).await;
        document
    }

    /// Waits until the jobs for vectors have ended.
    pub(super) async fn embedded(&self, owner: &Client) -> Vec<Value> {
        self.done(owner, "document.embed,document.embed_all").await
    }

    /// Waits until the jobs of these kinds have ended.
    pub(super) async fn done(&self, owner: &Client, kinds: &str) -> Vec<Value> {
        let look = async {
            loop {
                let jobs = owner.list(&format!("/jobs?kind={kinds}")).await;
                if jobs.iter().all(|job| !job["finished_at"].is_null()) {
                    return jobs;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(SOON, look).await.expect("the jobs end")
    }
}

/// Chooses the embedding model of the organization.
pub(super) async fn choose(owner: &Client, model: &Value) {
    let version = owner.get("/organization").await.expect(200).json()["version"].clone();
    let settings = json!({"settings": {"embedding_model_id": model["id"]}});
    let changed = owner.patch("/organization", version, settings).await.expect(200).json();
    assert_eq!(changed["settings"]["embedding_model_id"], model["id"]);
}

/// The answer to a search.
pub(super) async fn search(client: &Client, query: &str) -> Value {
    client.get(&format!("/search?{query}")).await.expect(200).json()
}

/// Kind and title of what was found.
pub(super) fn titles(answer: &Value) -> Vec<(&str, &str)> {
    let hits = answer["data"].as_array().unwrap().iter();
    hits.map(|hit| (hit["kind"].as_str().unwrap(), hit["title"].as_str().unwrap())).collect()
}

/// Vectors of three meanings: cold, money, and anything.
pub(super) fn meaning(request: &ReceivedRequest) -> Answer {
    let body = request.json();
    let has = |text: &str, words: &[&str]| {
        f32::from(u8::from(words.iter().any(|word| text.to_lowercase().contains(word))))
    };
    let vector = |text: &str| {
        let cold = has(text, &["frost", "cold", "winter"]);
        vec![cold, has(text, &["payment", "money", "owed"]), 0.1]
    };
    let inputs: Vec<String> = match &body["input"] {
        Value::String(one) => vec![one.clone()],
        many => many.as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect(),
    };
    let vectors: Vec<_> = inputs.iter().map(|text| vector(text)).collect();
    Answer::embeddings(&vectors, body["encoding_format"] == "base64")
}
