//! Text as it comes, from any character on; clients that go away change nothing.

use std::time::Duration;

use futures::StreamExt;
use plinth_testkit::provider::{Answer, Wire};
use serde_json::Value;

use super::{SOON, Setup, hello, path};

/// The texts and ids of an event stream.
fn outputs(lines: &str) -> Vec<(String, u64)> {
    let (mut found, mut id) = (Vec::new(), 0);
    for line in lines.lines() {
        if let Some(number) = line.strip_prefix("id: ") {
            id = number.parse().unwrap();
        }
        if let Some(data) = line.strip_prefix("data: {\"text\"") {
            let data: Value = serde_json::from_str(&format!("{{\"text\"{data}")).unwrap();
            found.push((data["text"].as_str().unwrap().to_owned(), id));
        }
    }
    found
}

#[tokio::test]
async fn the_text_comes_as_the_provider_sends_it() {
    let setup = Setup::new().await;
    let tokens =
        Answer::tokens(Wire::OpenAi, &["Hel", "lo ", "wörld"]).slowly(Duration::from_millis(40));
    setup.provider.script([tokens]);
    let lines = setup.lines(&setup.model).await;
    let outputs = outputs(&lines);
    assert!(outputs.len() >= 3, "{lines}");
    assert_eq!(outputs.iter().map(|(text, _)| text.as_str()).collect::<String>(), "Hello wörld");
    assert_eq!(outputs.last().unwrap().1, 11, "an id is a number of characters");
    assert!(lines.contains("event: ended\ndata: {"), "{lines}");
    assert_eq!(setup.provider.requests()[0].json()["stream"], true);
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_end_the_execution_and_resumes_it() {
    let setup = Setup::new().await;
    let slow =
        Answer::tokens(Wire::OpenAi, &["a", "b", "c", "d", "e"]).slowly(Duration::from_millis(150));
    setup.provider.script([slow]);
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("accept", "text/event-stream").json(&hello(&setup.model));
    let reply = request.send().await.unwrap();
    let location = reply.headers()["location"].to_str().unwrap().to_owned();
    let mut bytes = reply.bytes_stream();
    let mut seen = String::new();
    while outputs(&seen).len() < 2 {
        seen += std::str::from_utf8(&bytes.next().await.unwrap().unwrap()).unwrap();
    }
    drop(bytes);
    let last = outputs(&seen).last().unwrap().1;
    let request = setup.owner.request(reqwest::Method::GET, &format!("{location}/events"));
    let request = request.header("last-event-id", last.to_string());
    let rest = tokio::time::timeout(SOON, setup.owner.read(request)).await.unwrap();
    let texts = |lines: &str| outputs(lines).into_iter().map(|(text, _)| text).collect::<String>();
    assert_eq!(texts(&seen) + &texts(&rest), "abcde");
    assert!(rest.contains("\"status\":\"succeeded\""), "{rest}");
}

#[tokio::test]
async fn an_execution_is_followed_over_another_server() {
    let setup = Setup::new().await;
    let other = setup.app.beside(setup.options);
    let tokens: Vec<String> = (0..30).map(|n| format!("{n} ")).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let slow = Answer::tokens(Wire::OpenAi, &tokens).slowly(Duration::from_millis(60));
    setup.provider.script([slow]);
    let request = setup.owner.request(reqwest::Method::POST, "/executions");
    let request = request.header("prefer", "wait=0").json(&hello(&setup.model));
    let running = setup.owner.send(request).await.expect(202).json();
    let there = setup.owner.at(&other.url);
    let request = there.request(reqwest::Method::GET, &path(&running, "/events"));
    let lines = tokio::time::timeout(SOON, there.read(request)).await.unwrap();
    let text: String = outputs(&lines).into_iter().map(|(text, _)| text).collect();
    assert_eq!(text, tokens.concat());
    assert!(outputs(&lines).len() > 1, "it comes in pieces: {lines}");
    other.stop().await;
}

#[tokio::test]
async fn clients_that_vanish_cost_nothing_twice() {
    let setup = Setup::new().await;
    setup.provider.answer_with(|_| {
        Answer::tokens(Wire::OpenAi, &["x", "y"]).slowly(Duration::from_millis(200))
    });
    let clients = (0..20).map(|_| async {
        let request = setup.owner.request(reqwest::Method::POST, "/executions");
        let request = request.header("accept", "text/event-stream").json(&hello(&setup.model));
        let reply = request.send().await.unwrap();
        drop(reply);
    });
    futures::future::join_all(clients).await;
    let ended = |owner: crate::support::Client| async move {
        let all = owner.list("/executions").await;
        all.len() == 20 && all.iter().all(|one| one["status"] == "succeeded")
    };
    let wait = async {
        while !ended(setup.owner.clone()).await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(SOON, wait).await.unwrap();
    assert_eq!(setup.provider.requests().len(), 20);
}
