//! Leaderboards of evaluations, over real Redis.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Instant,
};

use plinth_local_servers::Redis;
use plinth_redis::{RedisConnection, RedisLeaderboards, RedisOptions};
use plinth_testkit::provider::{Answer, Wire};
use serde_json::{Value, json};

use crate::{
    datasets,
    evaluations::{dataset, ended, greeting, new, worker},
    evaluators::evaluator,
    executions::Setup,
    prompts::at,
    support::{Client, TestApp},
};

fn path(dataset: &Value, evaluator: &Value) -> String {
    let [dataset, evaluator] = [dataset, evaluator].map(|one| one["id"].as_str().unwrap());
    format!("/datasets/{dataset}/leaderboard?evaluator_id={evaluator}")
}

async fn board(client: &Client, path: &str) -> Vec<Value> {
    let found = client.get(path).await.expect(200).json();
    found["data"].as_array().unwrap().clone()
}

/// Rank, version and score of each place.
async fn places(client: &Client, path: &str) -> Vec<(u64, u64, f64)> {
    let board = board(client, path).await;
    let number = |place: &Value, field: &str| place[field].as_u64().unwrap();
    let place = |place: &Value| {
        let score = place["score"].as_f64().unwrap();
        (number(place, "rank"), number(place, "prompt_version"), score)
    };
    board.iter().map(place).collect()
}

/// A data set of four greetings, and a prompt with four versions that greet two, all, none and two of
/// them.
async fn contest(setup: &Setup) -> (Value, Value) {
    setup.provider.answer_with(|request| {
        let body = request.json();
        let content = body["messages"][0]["content"].as_str().unwrap_or_default();
        let is_right = content.starts_with("All")
            || (content.starts_with("Half") && ["Ada", "Bob"].iter().any(|n| content.contains(n)));
        let name = content.split_whitespace().last().unwrap_or_default();
        let text = if is_right { format!("Hello, {name}") } else { "Nothing".to_owned() };
        Answer::text(Wire::OpenAi, &text)
    });
    let model = &setup.model["id"];
    let content = |word: &str| format!("{word} {{{{ name }}}}");
    let prompt = json!({"name": "greeting", "content": content("Half"), "model_id": model});
    let prompt = setup.owner.create("/prompts", prompt).await;
    for word in ["All", "None", "Half of"] {
        let version = json!({"content": content(word), "model_id": model});
        setup.owner.post(&format!("{}/versions", at(&prompt)), version).await.expect(201);
    }
    let items = ["Ada", "Bob", "Cyd", "Dan"].map(greeting);
    (prompt, dataset(&setup.owner, &items).await)
}

async fn evaluate(
    owner: &Client,
    (prompt, dataset): (&Value, &Value),
    evaluator: &Value,
    version: u16,
) -> Value {
    let mut new = new(prompt, dataset, &[evaluator]);
    new["prompt_version"] = json!(version);
    let done = ended(owner, &owner.create("/evaluations", new).await).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    done
}

/// Runs a command in Redis; what it answers, in the protocol's form.
fn ask(redis: &Redis, command: &str) -> String {
    let url = redis.url();
    let (password, address) = url.strip_prefix("redis://:").unwrap().split_once('@').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "AUTH {password}\r\n{command}\r\nQUIT\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.strip_prefix("+OK\r\n").unwrap().strip_suffix("+OK\r\n").unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn versions_are_ranked_over_redis_and_without_it() {
    let setup = Setup::new().await;
    let Setup { app, owner, .. } = &setup;
    let (prompt, dataset) = contest(&setup).await;
    let exact = evaluator(owner, json!({"kind": "exact"})).await;
    let path = path(&dataset, &exact);
    let redis = Redis::start().unwrap();
    let connection = RedisConnection::new(RedisOptions::new(&redis.url())).unwrap();
    let boards = Arc::new(RedisLeaderboards::new(connection));
    let other = app.with_leaderboards(setup.options, boards);
    let there = owner.at(&other.url);
    assert_eq!(places(&there, &path).await, []);

    let _worker = worker(&other);
    let both = (&prompt, &dataset);
    evaluate(owner, both, &exact, 1).await;
    evaluate(owner, both, &exact, 2).await;
    evaluate(owner, both, &exact, 3).await;
    let last = evaluate(owner, both, &exact, 4).await;
    let all = [(1, 2, 1.0), (2, 1, 0.5), (2, 4, 0.5), (4, 3, 0.0)];
    assert_eq!(places(&there, &path).await, all);
    assert_eq!(places(owner, &path).await, all, "without Redis");
    assert_eq!(places(&there, &format!("{path}&limit=2")).await, all[..2]);
    let first = board(owner, &path).await.remove(0);
    assert_eq!((&first["prompt_name"], &first["model_name"]), (&json!("greeting"), &json!("main")));
    assert_eq!((&first["evaluations"], &first["evaluator_number"]), (&json!(1), &json!(1)));

    // The organization is a part of the key.
    let key = format!(
        "plinth:lb:{}:evaluations:{}:{}:1",
        owner.organization,
        dataset["id"].as_str().unwrap(),
        exact["id"].as_str().unwrap(),
    );
    let keys = ask(&redis, "KEYS plinth:lb:*");
    assert_eq!(keys, format!("*1\r\n${}\r\n{key}\r\n", key.len()));
    // What another one wrote there shows nothing that the store does not have.
    ask(&redis, &format!("ZADD {key} -9 rubbish"));
    assert_eq!(places(&there, &path).await, all);
    assert_eq!(ask(&redis, "FLUSHALL"), "+OK\r\n");
    assert_eq!(places(&there, &path).await, all);
    assert_eq!(ask(&redis, &format!("EXISTS {key}")), ":1\r\n");

    // A removed evaluation and a new name are seen at once.
    let gone = format!("/evaluations/{}", last["id"].as_str().unwrap());
    owner.delete(&gone, "*").await.expect(204);
    owner.patch(&at(&prompt), "*", json!({"name": "hello"})).await.expect(200);
    assert_eq!(places(&there, &path).await, [(1, 2, 1.0), (2, 1, 0.5), (3, 3, 0.0)]);
    assert_eq!(board(&there, &path).await[0]["prompt_name"], "hello");

    redis.pause().unwrap();
    let begun = Instant::now();
    assert_eq!(places(&there, &path).await.len(), 3);
    assert!(begun.elapsed().as_secs() < 3, "{:?}", begun.elapsed());
    redis.resume().unwrap();
    // Another definition has scores of its own.
    let definition = json!({"definition": {"ignore_case": true}});
    let evaluators = format!("/evaluators/{}", exact["id"].as_str().unwrap());
    owner.patch(&evaluators, 1, definition).await.expect(200);
    assert_eq!(places(&there, &path).await, []);
    other.stop().await;
}

async fn a_leaderboard_is_of_one_organization_and_within_bounds(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let set = datasets::sample(&ada).await.create(&ada).await;
    let exact = evaluator(&ada, json!({"kind": "exact"})).await;
    let others = evaluator(&bob, json!({"kind": "exact"})).await;
    assert!(board(&ada, &path(&set, &exact)).await.is_empty());
    ada.get(&path(&set, &others)).await.refused(404, "not_found");
    bob.get(&path(&set, &exact)).await.refused(404, "not_found");
    bob.get(&path(&set, &others)).await.refused(404, "not_found");
    for bad in ["limit=0", "limit=101", "limit=x", "cursor=x"] {
        ada.get(&format!("{}&{bad}", path(&set, &exact))).await.refused(400, "query.invalid");
    }
    let without = format!("{}/leaderboard", datasets::at(&set));
    ada.get(&without).await.refused(400, "query.invalid");
}

on_postgres! {
    a_leaderboard_is_of_one_organization_and_within_bounds,
}
