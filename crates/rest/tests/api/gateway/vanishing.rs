//! Clients that go away: their executions are cancelled, and cost what came until then, once.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use plinth_testkit::provider::{Answer, FakeProvider, Wire};
use serde_json::{Value, json};

use super::{chat, hello, key, streamed};
use crate::{
    executions::{Setup, model},
    support::{Client, Options, TestApp},
};

/// Whether more requests than these are with the provider.
fn asked(before: usize) -> impl Fn(&FakeProvider) -> bool {
    move |provider| provider.requests().len() > before
}

fn closed(provider: &FakeProvider) -> bool {
    provider.open_connections() == 0
}

/// A price of a cent for each token of an answer, and a budget that holds it.
async fn priced(owner: &Client, model: &Value) {
    let prices = json!({"input_nano_usd": 0, "output_nano_usd": 10_000_000_000_000_i64,
        "valid_from": "2026-01-01T00:00:00Z"});
    let model = model["id"].as_str().unwrap();
    owner.create(&format!("/models/{model}/prices"), prices).await;
    let budget = json!({"scope": "organization", "period": "day",
        "hard_limit_nano_usd": 1_000_000_000_000_000_i64});
    owner.create("/budgets", budget).await;
}

/// Waits until this many executions have been cancelled, and returns them.
async fn cancelled(owner: &Client, count: usize, within: Duration) -> Vec<Value> {
    let deadline = Instant::now() + within;
    loop {
        let all = owner.list("/executions?status=cancelled").await;
        if all.len() == count {
            return all;
        }
        assert!(Instant::now() < deadline, "{} of {count} were cancelled", all.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What the budget has spent is what the executions cost, and nothing is held.
async fn booked_once(owner: &Client, executions: &[Value]) -> i64 {
    let cost = executions.iter().map(|one| one["cost_nano_usd"].as_i64().unwrap()).sum();
    let current = owner.list("/budgets").await[0]["current"].clone();
    assert_eq!(current["spent_nano_usd"], cost, "{current}");
    assert_eq!(current["reserved_nano_usd"], 0, "{current}");
    cost
}

/// Sends a request, drops it once the provider has it and `seen` has come, and returns how long the
/// connection to the provider stayed open afterwards.
async fn vanish(setup: &Setup, key: &Client, answer: Answer, body: Value, seen: &str) -> Duration {
    let before = setup.provider.requests().len();
    setup.provider.script([answer]);
    let request = chat(key, &body);
    let waiting = async {
        let mut text = String::new();
        let mut bytes = request.send().await.unwrap().bytes_stream();
        while seen.is_empty() || !text.contains(seen) {
            text += std::str::from_utf8(&bytes.next().await.unwrap().unwrap()).unwrap();
        }
    };
    if seen.is_empty() {
        let with_provider = async {
            assert!(setup.provider.wait_for(asked(before), Duration::from_secs(5)).await);
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        tokio::select! {
            () = waiting => panic!("there was an answer"),
            () = with_provider => {}
        }
    } else {
        waiting.await;
    }
    let gone = Instant::now();
    assert!(setup.provider.wait_for(closed, Duration::from_secs(1)).await);
    gone.elapsed()
}

fn endless() -> Answer {
    Answer::start_of(Wire::OpenAi, &["so far"])
        .endless(Wire::OpenAi.ping(), Duration::from_millis(50))
}

#[tokio::test]
async fn a_client_that_is_gone_before_the_first_token_cancels_the_execution() {
    let setup = Setup::new().await;
    let key = key(&setup).await;
    priced(&setup.owner, &setup.model).await;
    let pings = Answer::stream([Wire::OpenAi.ping()])
        .endless(Wire::OpenAi.ping(), Duration::from_millis(50));
    for answer in [pings, Answer::never()] {
        let took = vanish(&setup, &key, answer, streamed(&json!({})), "").await;
        println!("before the first token: closed after {took:?}");
    }
    let ended = cancelled(&setup.owner, 2, Duration::from_secs(5)).await;
    assert_eq!(ended[0]["error"]["code"], "execution.cancelled");
    assert_eq!(booked_once(&setup.owner, &ended).await, 0, "no token had come");
}

#[tokio::test]
async fn a_client_that_is_gone_in_the_middle_pays_for_what_came_once() {
    let setup = Setup::new().await;
    let key = key(&setup).await;
    priced(&setup.owner, &setup.model).await;
    let took = vanish(&setup, &key, endless(), streamed(&json!({})), "so far").await;
    println!("in the middle: closed after {took:?}");
    let ended = cancelled(&setup.owner, 1, Duration::from_secs(5)).await;
    let path = format!("/executions/{}", ended[0]["id"].as_str().unwrap());
    let whole = setup.owner.get(&path).await.expect(200).json();
    assert_eq!(whole["output"], "so far");
    assert_eq!(whole["usage_source"], "estimated");
    // Seven characters are two tokens.
    assert_eq!(booked_once(&setup.owner, &ended).await, 20_000_000);
}

#[tokio::test]
async fn a_client_that_waits_for_the_whole_and_goes_away_cancels_the_execution() {
    let setup = Setup::new().await;
    let key = key(&setup).await;
    priced(&setup.owner, &setup.model).await;
    let took = vanish(&setup, &key, Answer::never(), hello(&json!({})), "").await;
    println!("unstreamed: closed after {took:?}");
    let ended = cancelled(&setup.owner, 1, Duration::from_secs(5)).await;
    assert_eq!(booked_once(&setup.owner, &ended).await, 0);
}

#[tokio::test]
async fn a_server_that_stops_interrupts_what_clients_wait_for() {
    let setup = Setup::new().await;
    setup.provider.script([endless()]);
    let read = setup.owner.read(chat(&setup.owner, &streamed(&json!({}))));
    let stop = async {
        assert!(setup.provider.wait_for(asked(0), Duration::from_secs(5)).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
        setup.app.ask_to_stop();
    };
    let (text, ()) = tokio::join!(read, stop);
    assert!(text.contains("\"code\":\"server.stopping\""), "{text}");
    assert!(!text.contains("[DONE]"), "{text}");
    assert!(setup.provider.wait_for(closed, Duration::from_secs(2)).await);
}

const ORGANIZATIONS: usize = 4;
const CLIENTS: usize = 125;

#[tokio::test]
async fn five_hundred_clients_that_vanish_leave_no_connection_and_no_cost_twice() {
    rlimit::increase_nofile_limit(8_192).unwrap();
    let provider = FakeProvider::start().await;
    provider.answer_with(|_| endless());
    let port = provider.host_port().rsplit_once(':').unwrap().1.parse().unwrap();
    let options =
        Options { providers: [port, 0, 0], connections: 16, share: 8, ..Options::default() };
    let app = TestApp::postgres(options).await;
    let mut owners = Vec::new();
    for number in 0..ORGANIZATIONS {
        let owner = app.owner(&format!("Team {number}")).await;
        let patient = json!({"first_token_timeout_ms": 60_000, "idle_timeout_ms": 60_000,
            "total_timeout_ms": 120_000});
        let model = model(&owner, &provider, "main", patient).await;
        priced(&owner, &model).await;
        let key = owner.api_key(json!({"permissions": ["execution:create"]})).await;
        owners.push((owner, key));
    }
    let begun = Instant::now();
    let clients = owners.iter().flat_map(|(_, key)| (0..CLIENTS).map(move |_| key));
    // At most so many begin at once as the database takes.
    let opened = stream::iter(clients)
        .map(async |key| {
            let body = streamed(&json!({"max_tokens": 10}));
            let reply = chat(key, &body).send().await.unwrap();
            assert_eq!(reply.status(), 200);
            let mut bytes = reply.bytes_stream();
            let mut text = String::new();
            while !text.contains("so far") {
                text += std::str::from_utf8(&bytes.next().await.unwrap().unwrap()).unwrap();
            }
            bytes
        })
        .buffer_unordered(32);
    let streams: Vec<_> = opened.collect().await;
    assert_eq!(provider.open_connections(), ORGANIZATIONS * CLIENTS);
    println!("{} streams are open after {:?}", streams.len(), begun.elapsed());
    let gone = Instant::now();
    drop(streams);
    assert!(
        provider.wait_for(closed, Duration::from_secs(2)).await,
        "{}",
        provider.open_connections()
    );
    println!("all connections to the provider are closed after {:?}", gone.elapsed());
    for (owner, _) in &owners {
        let ended = cancelled(owner, CLIENTS, Duration::from_mins(1)).await;
        let cost = booked_once(owner, &ended).await;
        assert_eq!(cost, 20_000_000 * i64::try_from(CLIENTS).unwrap());
    }
    println!("all executions have ended, each booked once, after {:?}", gone.elapsed());
}
