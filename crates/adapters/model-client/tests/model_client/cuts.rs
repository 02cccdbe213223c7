use std::time::Duration;

use futures::StreamExt;
use plinth_domain::{ModelFault, ModelProvider};
use plinth_ports::{ChatEvent, ModelClient};
use plinth_testkit::provider::{Answer, Wire};

use crate::bench::{Bench, PATIENCE, WIRES, question};

/// Row 12 of the failure matrix.
#[tokio::test]
async fn a_cut_keeps_what_came_before() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        for cut in [
            Answer::start_of(wire, &["a", "b"]).cut(),
            Answer::start_of(wire, &["a", "b"]).until_close(),
            Answer::start_of(wire, &["a", "b"]),
        ] {
            let outcome = bench.stream(provider, cut).await;
            assert_eq!((outcome.text.as_str(), outcome.usage), ("ab", None));
            assert_eq!(outcome.fault(), Some(ModelFault::StreamCut));
        }
        let half = Answer::json(200, "{\"choices\":").cut().piece("[]}");
        let outcome = bench.whole(provider, half).await;
        assert_eq!(outcome.fault(), Some(ModelFault::StreamCut));
    }
}

/// Row 14 of the failure matrix.
#[tokio::test]
async fn the_end_of_a_stream_is_not_enough_for_a_success() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let answer = Answer::start_of(wire, &["a"]).piece(wire.done());
        let outcome = bench.stream(provider, answer).await;
        assert_eq!(outcome.text, "a");
        assert_eq!(outcome.fault(), Some(ModelFault::StreamIncomplete));
    }
}

/// Row 23 of the failure matrix, as far as the client is part of it.
#[tokio::test]
async fn a_caller_that_goes_away_closes_the_connection_within_a_second() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        for (stream, answer) in [
            (true, Answer::never()),
            (false, Answer::never()),
            (false, Answer::json(200, "{").stall().piece("}")),
            (true, Answer::start_of(wire, &[]).stall()),
        ] {
            let before = bench.provider.requests().len();
            bench.provider.script([answer]);
            let (endpoint, request) = (bench.endpoint(provider), question(stream));
            let models = bench.models.clone();
            let call = tokio::spawn(async move {
                let mut answer = models.chat(&endpoint, &request).await.unwrap();
                answer.events.next().await
            });
            let arrived = bench.provider.wait_for(|it| it.requests().len() > before, PATIENCE);
            assert!(arrived.await);
            call.abort();
            assert!(bench.is_closed().await, "{provider:?} {stream}");
        }
        bench.provider.script([Answer::start_of(wire, &["a"]).stall()]);
        let request = question(true);
        let mut answer = bench.models.chat(&bench.endpoint(provider), &request).await.unwrap();
        assert!(answer.events.next().await.unwrap().is_ok());
        drop(answer);
        assert!(bench.is_closed().await, "{provider:?} after a token");
    }
}

#[tokio::test]
async fn tokens_are_passed_on_as_they_come() {
    let bench = Bench::start().await;
    bench.provider.script([Answer::start_of(Wire::OpenAi, &["a"]).stall()]);
    let endpoint = bench.endpoint(ModelProvider::OpenAi);
    let mut answer = bench.models.chat(&endpoint, &question(true)).await.unwrap();
    assert!(matches!(answer.events.next().await, Some(Ok(ChatEvent::Named(_)))));
    assert!(matches!(answer.events.next().await, Some(Ok(ChatEvent::Text(text))) if text == "a"));
    let rest = tokio::time::timeout(Duration::from_millis(100), answer.events.next());
    assert!(rest.await.is_err(), "the rest has not come");
}
