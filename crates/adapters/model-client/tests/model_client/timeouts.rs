use std::time::Duration;

use plinth_domain::{ModelFault, ModelProvider};
use plinth_testkit::provider::{Answer, Wire};
use tokio::net::TcpListener;

use crate::bench::{Bench, PATIENCE, WIRES, question};

const SHORT: Duration = Duration::from_millis(300);
/// Long enough for what must come in time on a busy machine.
const LONG: Duration = Duration::from_millis(1500);
const TICK: Duration = Duration::from_millis(20);

/// Rows 8 and 9 of the failure matrix.
#[tokio::test]
async fn the_first_token_is_late_without_a_head_and_with_pings_only() {
    let mut bench = Bench::warm().await;
    bench.timeouts.first_token = SHORT;
    bench.timeouts.idle = SHORT / 2;
    for (provider, wire) in WIRES {
        for answer in [
            Answer::never(),
            Answer::raw("HTTP/1.1 200 OK\r\n").endless("x-slow: 1\r\n", TICK),
            Answer::stream([wire.ping()]).endless(wire.ping(), TICK),
            Answer::stream([wire.start()]).endless(wire.ping(), TICK),
            Answer::stream(["data: {"]).endless(" ", TICK),
        ] {
            let started = std::time::Instant::now();
            let outcome = bench.stream(provider, answer).await;
            assert_eq!(outcome.fault(), Some(ModelFault::FirstTokenTimeout));
            assert!(started.elapsed() >= SHORT);
            assert!(bench.is_closed().await);
        }
    }
}

/// Row 10 of the failure matrix.
#[tokio::test]
async fn silence_after_tokens_is_a_timeout_that_keeps_them() {
    let mut bench = Bench::warm().await;
    bench.timeouts.idle = SHORT * 2;
    for (provider, wire) in WIRES {
        for stall in [
            Answer::start_of(wire, &["a", "b"]).stall(),
            // The bytes of one line are no line.
            Answer::start_of(wire, &["a", "b"]).endless(" ", TICK),
        ] {
            let outcome = bench.stream(provider, stall).await;
            assert_eq!(outcome.text, "ab");
            assert_eq!(outcome.fault(), Some(ModelFault::IdleTimeout));
            assert!(bench.is_closed().await);
        }
    }
}

#[tokio::test]
async fn pings_keep_a_stream_alive_once_it_has_begun() {
    let calls = WIRES.map(async |(provider, wire)| {
        let mut bench = Bench::warm().await;
        bench.timeouts.idle = LONG;
        let mut answer = Answer::start_of(wire, &["a"]);
        for _ in 0..6 {
            answer = answer.pause(LONG / 5).piece(wire.ping());
        }
        let answer = answer.piece(wire.delta("b")).piece(wire.finish(wire.stop(), 2));
        bench.stream(provider, answer).await
    });
    for outcome in futures::future::join_all(calls).await {
        assert_eq!((outcome.text.as_str(), outcome.error), ("ab", None));
    }
}

/// Row 11 of the failure matrix.
#[tokio::test]
async fn an_endless_slow_answer_ends_with_the_whole_time() {
    let calls = WIRES.map(async |(provider, wire)| {
        let mut bench = Bench::warm().await;
        bench.timeouts.total = LONG;
        let answer = Answer::start_of(wire, &["a"]).endless(wire.delta("b"), TICK);
        let outcome = bench.stream(provider, answer).await;
        assert!(bench.is_closed().await);
        outcome
    });
    for outcome in futures::future::join_all(calls).await {
        assert!(outcome.text.starts_with("ab"));
        assert_eq!(outcome.fault(), Some(ModelFault::TotalTimeout));
    }
}

#[tokio::test]
async fn an_answer_that_is_not_streamed_has_the_whole_time_for_its_head() {
    let mut bench = Bench::warm().await;
    bench.timeouts.first_token = SHORT / 10;
    for (provider, wire) in WIRES {
        let late = Answer::text(wire, "a").slowly(SHORT);
        let outcome = bench.whole(provider, late).await;
        assert_eq!((outcome.text.as_str(), outcome.error), ("a", None));
    }
    bench.timeouts.total = SHORT;
    let outcome = bench.whole(ModelProvider::OpenAi, Answer::never()).await;
    assert_eq!(outcome.fault(), Some(ModelFault::TotalTimeout));
    assert!(bench.is_closed().await);
    bench.timeouts.total = PATIENCE;
    bench.timeouts.idle = SHORT;
    let outcome =
        bench.whole(ModelProvider::OpenAi, Answer::json(200, "{").stall().piece("}")).await;
    assert_eq!(outcome.fault(), Some(ModelFault::IdleTimeout));
}

#[tokio::test]
async fn a_model_that_thinks_aloud_has_begun() {
    let mut bench = Bench::warm().await;
    bench.timeouts.first_token = LONG;
    let thought = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n";
    let answer = Answer::stream([thought]).pause(LONG + SHORT).piece(Wire::OpenAi.delta("a"));
    let answer = answer.piece(Wire::OpenAi.finish("stop", 1));
    let outcome = bench.stream(ModelProvider::Custom, answer).await;
    assert_eq!((outcome.text.as_str(), outcome.error), ("a", None));
}

#[tokio::test]
async fn the_usage_is_not_waited_for_long() {
    let mut bench = Bench::warm().await;
    bench.timeouts.idle = SHORT;
    let finish = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let answer = Answer::start_of(Wire::OpenAi, &["a"]).piece(finish).stall();
    let outcome = bench.stream(ModelProvider::OpenAi, answer).await;
    assert_eq!((outcome.text.as_str(), outcome.error, outcome.usage), ("a", None, None));
}

#[tokio::test]
async fn connecting_has_a_fault_for_its_time() {
    let mut bench = Bench::warm().await;
    bench.timeouts.connect = SHORT;
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let rules = plinth_outgoing::AddressRules::new([address.parse().unwrap()]);
    bench.models = plinth_model_client::HttpModels::new(plinth_outgoing::Outgoing::new(rules));
    let mut endpoint = bench.endpoint(ModelProvider::Custom);
    endpoint.base_url = format!("https://{address}/v1");
    let outcome = bench.chat(&endpoint, &question(true)).await;
    assert_eq!(outcome.fault(), Some(ModelFault::ConnectTimeout));
}
