//! Executions of prompts and of messages, with a provider over real sockets.

mod cached;
mod cancelling;
mod estimates;
mod events;
mod keys;
mod matrix;
mod plans;
mod retention;
mod scores;
mod statements;
mod streaming;
mod usage;

use std::time::Duration;

use plinth_application::plans::Plan;
use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use serde_json::{Value, json};

use crate::support::{ALLOWED_ADDRESS, Client, Options, Reply, TestApp};

/// How long an execution may take to end in these tests.
const SOON: Duration = Duration::from_secs(20);

/// A server that may call one provider, and an owner with a model there.
pub(crate) struct Setup {
    pub(crate) app: TestApp,
    pub(crate) owner: Client,
    pub(crate) provider: FakeProvider,
    pub(crate) second: FakeProvider,
    pub(crate) model: Value,
    pub(crate) options: Options,
}

fn options(providers: [&FakeProvider; 2]) -> Options {
    let port =
        |provider: &FakeProvider| provider.host_port().rsplit_once(':').unwrap().1.parse().unwrap();
    let [first, second] = providers.map(port);
    Options { providers: [first, second, 0], ..Options::default() }
}

impl Setup {
    pub(crate) async fn new() -> Self {
        Self::with_plans(Vec::new).await
    }

    /// With plans of the installation.
    pub(crate) async fn with_plans(plans: fn() -> Vec<Plan>) -> Self {
        let provider = FakeProvider::start().await;
        let second = FakeProvider::start().await;
        let options = Options { plans, ..options([&provider, &second]) };
        let app = TestApp::postgres(options).await;
        let owner = app.owner("Acme").await;
        let model = model(&owner, &provider, "main", json!({})).await;
        Self { app, owner, provider, second, model, options }
    }

    /// The event stream of an execution, to its end.
    pub(crate) async fn events(&self, path: &str) -> String {
        let read = self.owner.read(self.owner.request(reqwest::Method::GET, path));
        tokio::time::timeout(SOON, read).await.unwrap()
    }

    /// Executes a message, and waits for the end.
    pub(crate) async fn execute(&self, answer: Answer) -> Value {
        self.provider.script([answer]);
        self.run(&self.model).await
    }

    pub(crate) async fn run(&self, model: &Value) -> Value {
        self.owner.post("/executions", hello(model)).await.expect(200).json()
    }

    /// The same, streamed by the provider. Returns the execution when it has ended.
    pub(crate) async fn stream(&self, answer: Answer) -> Value {
        self.provider.script([answer]);
        let lines = self.lines(&self.model).await;
        let ended = lines.lines().rev().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(ended).unwrap()
    }

    /// The whole event stream of an execution.
    pub(crate) async fn lines(&self, model: &Value) -> String {
        let request = self.owner.request(reqwest::Method::POST, "/executions");
        let request = request.header("accept", "text/event-stream").json(&hello(model));
        tokio::time::timeout(SOON, self.owner.read(request)).await.unwrap()
    }
}

/// A model at the provider, with short time-outs.
pub(crate) async fn model(
    owner: &Client,
    provider: &FakeProvider,
    name: &str,
    other: Value,
) -> Value {
    let mut new = json!({
        "name": name, "provider": "custom", "model_id": "fake", "kind": "chat",
        "base_url": provider.base_url(), "secret": format!("sk-canary-{name}"),
        "connect_timeout_ms": 1000, "first_token_timeout_ms": 700, "idle_timeout_ms": 700,
        "total_timeout_ms": 5000,
    });
    new.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    owner.create("/models", new).await
}

/// A request to execute one message.
pub(crate) fn hello(model: &Value) -> Value {
    json!({"model_id": model["id"], "messages": [{"role": "user", "content": "Hello"}]})
}

/// A prompt with a variable, of this model.
pub(crate) async fn prompt(owner: &Client, model: &Value) -> Value {
    let new = json!({
        "name": "greeting", "content": "Greet {{ name }}.", "model_id": model["id"],
        "input_schema": {"type": "object", "properties": {"name": {"type": "string"}},
            "required": ["name"]},
    });
    owner.create("/prompts", new).await
}

/// A body is refused, at one place, by this code.
#[track_caller]
fn faulty(reply: Reply, code: &str) {
    let problem = reply.refused(422, "body.invalid").json();
    assert_eq!(problem["errors"][0]["code"], code, "{problem}");
}

/// The execution, or the prompt, that an operation needs, and its body. No provider is called: the
/// one server that may be called does not exist.
pub(crate) async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let is_known = ["list_executions", "create_execution", "execute_prompt", "get_execution"];
    let others = [
        "get_execution_output",
        "cancel_execution",
        "stream_execution",
        "list_execution_scores",
        "score_execution",
        "delete_execution_score",
        "get_prompt_scores",
    ];
    if !is_known.contains(&operation) && !others.contains(&operation) {
        return None;
    }
    let new = json!({
        "name": format!("m-{}", crate::support::records::fresh()), "provider": "custom",
        "model_id": "x", "base_url": format!("http://{ALLOWED_ADDRESS}"),
    });
    let model = owner.create("/models", new).await;
    Some(match operation {
        "create_execution" => (json!({}), Some(hello(&model))),
        "execute_prompt" => {
            let prompt = crate::prompts::sample(owner).await.create(owner).await;
            (prompt, Some(json!({"model_id": model["id"]})))
        }
        "get_prompt_scores" => (crate::prompts::sample(owner).await.create(owner).await, None),
        _ => {
            let request = owner.request(reqwest::Method::POST, "/executions");
            let request = request.header("prefer", "respond-async").json(&hello(&model));
            let body =
                (operation == "score_execution").then(|| json!({"name": "helpful", "value": true}));
            (owner.send(request).await.expect(202).json(), body)
        }
    })
}

fn path(record: &Value, rest: &str) -> String {
    format!("/executions/{}{rest}", record["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_prompt_is_executed_with_its_variables_and_every_token_is_counted() {
    let setup = Setup::new().await;
    let Setup { owner, provider, model, .. } = &setup;
    let prices = json!({"input_nano_usd": 1_000_000_000, "output_nano_usd": 2_000_000_000,
        "cache_read_nano_usd": 100_000_000, "cache_write_nano_usd": 0,
        "valid_from": "2026-01-01T00:00:00Z"});
    owner.create(&format!("/models/{}/prices", model["id"].as_str().unwrap()), prices).await;
    let prompt = prompt(owner, model).await;
    provider.script([Answer::text(Wire::OpenAi, "Hello, Ada")]);
    let execute = format!("/prompts/{}/execute", prompt["id"].as_str().unwrap());
    let reply = owner.post(&execute, json!({"variables": {"name": "Ada"}})).await.expect(200);
    let execution = reply.json();
    assert_eq!(execution["status"], "succeeded");
    assert_eq!(execution["output"], "Hello, Ada");
    assert_eq!(execution["output_complete"], true);
    assert_eq!(execution["finish_reason"], "stop");
    assert_eq!(execution["prompt_version"], 1);
    assert_eq!(execution["usage_source"], "provider");
    let tokens =
        ["tokens_input", "tokens_output", "tokens_cached"].map(|name| execution[name].as_i64());
    assert_eq!(tokens, [Some(9), Some(2), Some(4)]);
    // 5 uncached, 4 cached, 2 of the answer, in nano-USD.
    assert_eq!(execution["cost_nano_usd"], 5 * 1000 + 4 * 100 + 2 * 2000);
    assert_eq!(execution["attempts"][0]["http_status"], 200);
    let sent = &provider.requests()[0];
    assert_eq!(sent.json()["messages"], json!([{"role": "user", "content": "Greet Ada."}]));
    assert_eq!(sent.header("authorization"), Some("Bearer sk-canary-main"));
    let listed = owner.list("/executions?prompt_version=1").await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].get("output"), None, "lists have no texts");
    let prompt_id = prompt["id"].as_str().unwrap();
    assert_eq!(
        owner.list(&format!("/executions?prompt_id={prompt_id}&status=failed")).await.len(),
        0
    );
}

#[tokio::test]
async fn neither_the_audit_log_nor_the_events_hold_what_was_asked_or_answered() {
    let setup = Setup::new().await;
    setup.execute(Answer::text(Wire::OpenAi, "a-secret-answer")).await;
    let logs = setup.owner.get("/audit-logs?subject_kind=execution").await.expect(200);
    let actions: Vec<_> =
        logs.json()["data"].as_array().unwrap().iter().map(|e| e["action"].clone()).collect();
    assert_eq!(actions, ["execution.succeeded", "execution.started"]);
    for canary in ["a-secret-answer", "Hello", "sk-canary"] {
        assert!(!logs.text.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn with_a_key_a_prompt_is_executed_once() {
    let setup = Setup::new().await;
    setup.provider.script([Answer::text(Wire::OpenAi, "once")]);
    let first = setup.owner.post_once("/executions", "k1", hello(&setup.model)).await.expect(200);
    let again = setup.owner.post_once("/executions", "k1", hello(&setup.model)).await.expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(again.json()["output"], "once");
    assert_eq!(setup.provider.requests().len(), 1);
}

#[tokio::test]
async fn a_client_waits_as_long_as_it_prefers_and_the_execution_goes_on() {
    let setup = Setup::new().await;
    let slow = Answer::text(Wire::OpenAi, "late").slowly(Duration::from_millis(400));
    setup.provider.script([slow]);
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("prefer", "wait=0").json(&hello(&setup.model));
    let reply = setup.owner.send(request).await.expect(202);
    assert_eq!(reply.json()["status"], "running");
    let location = reply.header("location").to_owned();
    let events = setup.events(&format!("{location}/events")).await;
    assert!(events.contains("event: ended"), "{events}");
    let ended = setup.owner.get(&location).await.expect(200).json();
    assert_eq!(ended["output"], "late");
}

#[tokio::test]
async fn a_worker_runs_what_is_asked_for_asynchronously() {
    let setup = Setup::new().await;
    setup.provider.script([Answer::text(Wire::OpenAi, "by a worker")]);
    let handlers = plinth_jobs::Handlers::new().with(plinth_jobs::ExecutionRunner);
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("prefer", "respond-async").json(&hello(&setup.model));
    let reply = setup.owner.send(request).await.expect(202);
    assert_eq!(reply.json()["status"], "queued");
    let _worker = setup.app.worker(handlers);
    let lines = setup.events(&path(&reply.json(), "/events")).await;
    assert!(lines.contains("by a worker"), "{lines}");
    let ended = setup.owner.get(&path(&reply.json(), "")).await.expect(200).json();
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(ended["caused_by"], reply.json()["caused_by"]);
}

#[tokio::test]
async fn a_request_that_cannot_be_executed_is_refused_before_anything_is_stored() {
    let setup = Setup::new().await;
    let Setup { owner, model, .. } = &setup;
    let mut body = hello(model);
    body["messages"] = json!([]);
    faulty(owner.post("/executions", body).await, "list.empty");
    let mut body = hello(model);
    body["messages"][0]["role"] = json!("robot");
    faulty(owner.post("/executions", body).await, "value.unknown");
    let mut body = hello(model);
    body["model_id"] = json!("01890000-0000-7000-8000-000000000000");
    faulty(owner.post("/executions", body).await, "reference.unknown");
    let mut body = hello(model);
    body["parameters"] = json!({"stream": true});
    faulty(owner.post("/executions", body).await, "value.unknown");
    for several in [json!({"n": 2}), json!({"max_tokens": 0.5})] {
        let mut body = hello(model);
        body["parameters"] = several;
        faulty(owner.post("/executions", body).await, "number.out_of_range");
    }
    let mut body = hello(model);
    body["messages"][0]["content"] = json!("x".repeat(300 * 1024));
    faulty(owner.post("/executions", body).await, "text.too_long");
    let disabled = json!({"status": "disabled"});
    owner
        .patch(&format!("/models/{}", model["id"].as_str().unwrap()), "*", disabled)
        .await
        .expect(200);
    owner.post("/executions", hello(model)).await.refused(409, "model.disabled");
    let prompt = prompt(owner, model).await;
    let execute = format!("/prompts/{}/execute", prompt["id"].as_str().unwrap());
    owner
        .patch(
            &format!("/prompts/{}", prompt["id"].as_str().unwrap()),
            "*",
            json!({"is_active": false}),
        )
        .await
        .expect(200);
    owner
        .post(&execute, json!({"variables": {"name": "Ada"}}))
        .await
        .refused(409, "prompt.inactive");
    assert_eq!(owner.list("/executions").await.len(), 0);
    assert_eq!(setup.provider.requests().len(), 0);
}

#[tokio::test]
async fn variables_that_do_not_fit_the_schema_are_refused() {
    let setup = Setup::new().await;
    let prompt = prompt(&setup.owner, &setup.model).await;
    let execute = format!("/prompts/{}/execute", prompt["id"].as_str().unwrap());
    for variables in [json!({}), json!({"name": 7})] {
        setup.owner.post(&execute, json!({"variables": variables})).await.expect(422);
    }
    assert_eq!(setup.owner.list("/executions").await.len(), 0);
}

#[tokio::test]
async fn another_organization_neither_sees_nor_ends_an_execution() {
    let setup = Setup::new().await;
    let execution = setup.execute(Answer::text(Wire::OpenAi, "ours")).await;
    let stranger = setup.app.owner("Other").await;
    for rest in ["", "/output", "/events"] {
        stranger.get(&path(&execution, rest)).await.expect(404);
    }
    stranger.post(&path(&execution, "/cancel"), json!({})).await.expect(404);
    faulty(stranger.post("/executions", hello(&setup.model)).await, "reference.unknown");
}

#[tokio::test]
async fn a_long_text_is_kept_whole_and_shown_by_its_beginning() {
    let setup = Setup::new().await;
    let long: String = "wörter ".repeat(60_000);
    let execution = setup.execute(Answer::text(Wire::OpenAi, &long)).await;
    assert_eq!(execution["status"], "succeeded");
    assert_eq!(execution["output_truncated"], true);
    assert_eq!(execution["output_characters"], long.chars().count());
    assert!(execution["output"].as_str().unwrap().len() <= 32 * 1024);
    let whole = setup.owner.get(&path(&execution, "/output")).await.expect(200);
    assert_eq!(whole.text, long);
    let events = setup.events(&path(&execution, "/events?after=419990")).await;
    let text: String = events
        .lines()
        .filter_map(|line| line.strip_prefix("data: {\"text\":\""))
        .map(|rest| rest.trim_end_matches("\"}").to_owned())
        .collect();
    assert_eq!(text, "wörter wörter ".chars().skip(4).collect::<String>());
}

/// A price of a cent for each token of an answer, and a budget of this many nano-USD.
async fn limited(setup: &Setup, nano_usd: i64) {
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 10_000_000_000_000_i64,
        "valid_from": "2026-01-01T00:00:00Z"});
    let model = setup.model["id"].as_str().unwrap();
    setup.owner.create(&format!("/models/{model}/prices"), prices).await;
    let budget = json!({"scope": "organization", "period": "day", "hard_limit_nano_usd": nano_usd});
    setup.owner.create("/budgets", budget).await;
}

/// A message with an answer of at most ten tokens, which cost ten cents.
fn short(model: &Value) -> Value {
    let mut body = hello(model);
    body["parameters"] = json!({"max_tokens": 10});
    body
}

#[tokio::test]
async fn fifty_at_the_edge_of_a_budget_never_pass_it() {
    let setup = Setup::new().await;
    // Ten executions of ten cents fit; each costs two cents in the end.
    limited(&setup, 1_000_000_000).await;
    setup.provider.answer_with(|_| {
        Answer::tokens(Wire::OpenAi, &["a", "b"]).slowly(Duration::from_millis(300))
    });
    let calls = (0..50).map(|_| setup.owner.post("/executions", short(&setup.model)));
    let replies = futures::future::join_all(calls).await;
    let refused = replies.iter().filter(|reply| reply.status == 429);
    assert!(refused.clone().all(|reply| reply.code() == "budget.exceeded"));
    let ran = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((10..50).contains(&ran) && ran + refused.count() == 50, "{ran}");
    let budget = &setup.owner.list("/budgets").await[0]["current"];
    assert_eq!(budget["reserved_nano_usd"], 0, "{budget}");
    // On a busy machine one may time out before its first token, and costs nothing.
    let stored = setup.owner.list("/executions").await;
    let succeeded = stored.iter().filter(|execution| execution["status"] == "succeeded").count();
    assert!(succeeded > 0, "{stored:?}");
    let cost = 20_000_000 * i64::try_from(succeeded).unwrap();
    assert_eq!(budget["spent_nano_usd"], cost, "{budget}");
}

#[tokio::test]
async fn a_budget_that_is_used_up_refuses_and_its_soft_limit_is_told_once() {
    let setup = Setup::new().await;
    limited(&setup, 110_000_000).await;
    for _ in 0..5 {
        setup.provider.script([Answer::tokens(Wire::OpenAi, &["a", "b"])]);
        let reply = setup.owner.post("/executions", short(&setup.model)).await;
        assert!([200, 429].contains(&reply.status.as_u16()), "{}", reply.text);
    }
    let refused = setup.owner.post("/executions", short(&setup.model)).await;
    assert_eq!(refused.header("retry-after"), "86400", "another day begins then at the latest");
    let budget = setup.owner.list("/budgets").await[0]["id"].as_str().unwrap().to_owned();
    assert!(refused.text.contains(&budget), "{}", refused.text);
    refused.refused(429, "budget.exceeded");
    let stored = setup.owner.list("/executions").await;
    let spent = &setup.owner.list("/budgets").await[0]["current"]["spent_nano_usd"];
    assert_eq!(*spent, 20_000_000 * i64::try_from(stored.len()).unwrap());
    assert!(spent.as_i64().unwrap() <= 110_000_000);
}

#[tokio::test]
async fn under_a_budget_a_model_without_a_price_is_not_called() {
    let setup = Setup::new().await;
    let budget = json!({"scope": "organization", "period": "month", "hard_limit_nano_usd": 1});
    setup.owner.create("/budgets", budget).await;
    let refused = setup.owner.post("/executions", hello(&setup.model)).await;
    refused.refused(409, "budget.price_unknown");
    assert_eq!(setup.provider.requests().len(), 0);
}
