use std::time::Duration;

use plinth_domain::{ModelFault, ModelProvider};
use plinth_testkit::provider::{Answer, Wire};

use crate::bench::{Bench, WIRES};

const LIMIT: usize = 8 << 20;

/// Row 22 of the failure matrix.
#[tokio::test]
async fn a_line_of_more_than_8_mib_fails_at_the_limit() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let line = Answer::start_of(wire, &["a"]).endless("x".repeat(1 << 16), Duration::ZERO);
        let outcome = bench.stream(provider, line).await;
        assert_eq!(outcome.text, "a");
        assert_eq!(outcome.fault(), Some(ModelFault::TooLarge));
        assert!(bench.is_closed().await);
    }
    let long = "x".repeat(LIMIT - 1000);
    let outcome = bench.stream(ModelProvider::OpenAi, Answer::tokens(Wire::OpenAi, &[&long])).await;
    assert_eq!((outcome.text.len(), outcome.error), (long.len(), None), "below it, all is well");
}

#[tokio::test]
async fn the_text_of_an_answer_has_a_limit_however_short_its_lines_are() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let token = wire.delta(&"x".repeat(1 << 18));
        let endless = Answer::stream([wire.start()]).endless(token, Duration::ZERO);
        let outcome = bench.stream(provider, endless).await;
        assert_eq!(outcome.fault(), Some(ModelFault::TooLarge));
        assert!(outcome.text.len() <= LIMIT);
    }
}

#[tokio::test]
async fn a_whole_answer_of_more_than_8_mib_is_too_large() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let outcome = bench.whole(provider, Answer::text(wire, &"x".repeat(LIMIT))).await;
        assert_eq!(outcome.fault(), Some(ModelFault::TooLarge));
    }
}

/// Row 22 of the failure matrix: nothing is decompressed, so there is nothing to explode.
#[tokio::test]
async fn a_compressed_answer_is_refused_because_none_was_accepted() {
    let bench = Bench::start().await;
    let bomb = || Answer::json(200, vec![b' '; 32 << 20]).gzip();
    for (provider, _) in WIRES {
        for outcome in [bench.whole(provider, bomb()).await, bench.stream(provider, bomb()).await] {
            assert_eq!(outcome.fault(), Some(ModelFault::InvalidResponse));
            assert_eq!(outcome.error.unwrap().status, Some(200));
        }
    }
}

#[tokio::test]
async fn a_detail_has_500_characters_also_of_an_endless_error() {
    let bench = Bench::start().await;
    let endless = Answer::body(500, "text/plain", "no").until_close();
    let endless = endless.endless("x".repeat(1000), Duration::ZERO);
    let outcome = bench.whole(ModelProvider::OpenAi, endless).await;
    assert_eq!(outcome.fault(), Some(ModelFault::Unavailable));
    assert_eq!(outcome.detail().len(), 500);
    assert!(bench.is_closed().await);
}
