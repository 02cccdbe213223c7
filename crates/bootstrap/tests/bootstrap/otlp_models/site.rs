//! A whole API with a provider of models and a receiver of telemetry.

use std::{net::TcpListener, time::Duration};

use plinth_bootstrap::Plinth;
use plinth_settings::{Settings, Sources};
use plinth_telemetry::Guard;
use plinth_testkit::{TestDatabase, otlp::Receiver, provider::FakeProvider};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(super) const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// How long a step may take on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct Site {
    pub(super) provider: FakeProvider,
    receiver: Receiver,
    database: TestDatabase,
    files: tempfile::TempDir,
    guard: Guard,
    plinth: Plinth,
    stop: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Site {
    /// Starts all of it, with an owner of an organization.
    pub(super) async fn start(content: bool) -> Self {
        let (database, files) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
        let (receiver, provider) = (Receiver::start().unwrap(), FakeProvider::start().await);
        let sources = Sources::none()
            .with_variable("DATABASE_URL", database.url())
            .with_variable("PLINTH_STORAGE__PATH", files.path().to_str().unwrap())
            .with_variable("PLINTH_SECURITY__SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .with_variable("PLINTH_OUTGOING__ALLOW", provider.host_port())
            .with_variable("PLINTH_TELEMETRY__OTLP_ENDPOINT", receiver.endpoint())
            .with_variable("PLINTH_TELEMETRY__OTLP_PROTOCOL", "http")
            .with_variable("PLINTH_TELEMETRY__LOG_FILTER", "trace")
            .with_variable("PLINTH_TELEMETRY__MODEL_CONTENT", content.to_string());
        let settings = Settings::load(&sources).unwrap();
        let guard = plinth_telemetry::init(
            &settings.telemetry,
            settings.environment,
            "plinth-api",
            "1.2.3",
        );
        let plinth = plinth_bootstrap::assemble(&settings).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let server = tokio::spawn(plinth_rest::serve(
            listener,
            plinth.application.clone(),
            plinth_bootstrap::http_config(&settings),
            stop.clone(),
        ));
        let (guard, http) = (guard.unwrap(), reqwest::Client::new());
        let token = String::new();
        let mut site = Self {
            provider,
            receiver,
            database,
            files,
            guard,
            plinth,
            stop,
            server,
            http,
            url,
            token,
        };
        let account = json!({
            "email": "ada@example.com", "password": "correct horse battery", "name": "Ada",
            "organization": {"name": "Engines"},
        });
        let account = site.create("/auth/register", account).await;
        account["access_token"].as_str().unwrap().clone_into(&mut site.token);
        site
    }

    fn request(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .bearer_auth(&self.token)
            .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
            .timeout(TIMEOUT)
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Response {
        let request = self.request(self.http.post(format!("{}{path}", self.url)));
        request.json(&body).send().await.unwrap()
    }

    pub(super) async fn create(&self, path: &str, body: Value) -> Value {
        let created = self.post(&format!("/api/v1{path}"), body).await;
        assert_eq!(created.status(), 201, "{path}");
        created.json().await.unwrap()
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let request = self.request(self.http.get(format!("{}/api/v1{path}", self.url)));
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Waits until an execution has been cancelled.
    pub(super) async fn until_cancelled(&self) {
        let cancelled = async {
            while self.get("/executions?status=cancelled").await["data"] == json!([]) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, cancelled).await.unwrap();
    }

    /// Stops all of it but the receiver, which has everything by then.
    pub(super) async fn stop(self) -> Receiver {
        let Self { receiver, database, files, guard, plinth, stop, server, .. } = self;
        stop.cancel();
        server.await.unwrap().unwrap();
        plinth.close().await;
        tokio::task::spawn_blocking(move || guard.shutdown()).await.unwrap();
        let arrived = |r: &Receiver| {
            r.metrics().iter().any(|metric| metric.name == "plinth.execution.ended")
                && r.spans().iter().any(|span| span.name.starts_with("embeddings "))
        };
        assert!(receiver.wait_for(arrived, TIMEOUT).await, "{:#?}", receiver.spans());
        database.drop().await;
        drop(files);
        receiver
    }
}
