use std::time::Duration;

use plinth_domain::{ModelFault, ModelProvider};
use plinth_testkit::provider::{Answer, FakeProvider, Wire};

use crate::bench::{Bench, WIRES};

/// Rows 1 to 6 of the failure matrix.
#[tokio::test]
async fn each_status_has_its_fault() {
    let bench = Bench::start().await;
    for (status, kind, fault) in [
        (401, "authentication_error", ModelFault::Auth),
        (403, "permission_error", ModelFault::Auth),
        (400, "invalid_request_error", ModelFault::Rejected),
        (413, "request_too_large", ModelFault::Rejected),
        (422, "invalid_request_error", ModelFault::Rejected),
        (404, "not_found_error", ModelFault::ModelUnknown),
        (429, "rate_limit_error", ModelFault::RateLimited),
        (500, "api_error", ModelFault::Unavailable),
        (502, "api_error", ModelFault::Unavailable),
        (503, "api_error", ModelFault::Unavailable),
        (529, "overloaded_error", ModelFault::Unavailable),
    ] {
        for (provider, wire) in WIRES {
            let answer = || {
                let error = Answer::error(wire, status, kind, "the reason");
                error.header("request-id", "req_1")
            };
            let streamed = bench.stream(provider, answer()).await.error.unwrap();
            let whole = bench.whole(provider, answer()).await.error.unwrap();
            assert_eq!(streamed, whole);
            assert_eq!((whole.fault, whole.status), (fault, Some(status)));
            assert_eq!(whole.detail, "the reason");
            assert_eq!(whole.provider_request_id.as_deref(), Some("req_1"));
        }
    }
}

/// Row 5 of the failure matrix.
#[tokio::test]
async fn an_account_without_credit_is_no_rate_limit() {
    let bench = Bench::start().await;
    let error = Answer::error(Wire::OpenAi, 429, "insufficient_quota", "You exceeded your quota");
    let outcome = bench.whole(ModelProvider::OpenAi, error.header("retry-after", "1")).await;
    assert_eq!(outcome.fault(), Some(ModelFault::Quota));
}

/// Row 4 of the failure matrix.
#[tokio::test]
async fn a_provider_says_when_it_wants_the_next_request() {
    let bench = Bench::start().await;
    let date = ("date", "Sun, 29 Nov 2026 10:00:00 GMT");
    for (headers, wait) in [
        (vec![], None),
        (vec![("retry-after", "7")], Some(Duration::from_secs(7))),
        (vec![("retry-after", "7"), ("retry-after-ms", "250")], Some(Duration::from_millis(250))),
        (
            vec![date, ("retry-after", "Sun, 29 Nov 2026 10:00:09 GMT")],
            Some(Duration::from_secs(9)),
        ),
        (vec![date, ("retry-after", "Sun, 29 Nov 2026 09:00:00 GMT")], Some(Duration::ZERO)),
        (vec![("retry-after", "Sun, 29 Nov 2026 10:00:09 GMT")], None),
        (vec![("retry-after", "soon")], None),
    ] {
        let error = Answer::error(Wire::OpenAi, 429, "rate_limit_exceeded", "slow down");
        let error = headers.iter().fold(error, |error, (name, value)| error.header(name, value));
        let outcome = bench.stream(ModelProvider::OpenAi, error).await;
        assert_eq!(outcome.fault(), Some(ModelFault::RateLimited));
        assert_eq!(outcome.error.unwrap().retry_after, wait, "{headers:?}");
    }
}

/// Rows 7 and 24 of the failure matrix; crate plinth-outgoing tests every form of an address.
#[tokio::test]
async fn an_address_is_unreachable_or_forbidden() {
    let bench = Bench::start().await;
    let other = FakeProvider::start().await;
    let redirect = bench.whole(ModelProvider::OpenAi, Answer::redirect(&other.base_url())).await;
    let mut endpoint = bench.endpoint(ModelProvider::OpenAi);
    endpoint.base_url = other.base_url();
    let private = bench.chat(&endpoint, &crate::bench::question(true)).await;
    for outcome in [&redirect, &private] {
        assert_eq!(outcome.fault(), Some(ModelFault::AddressForbidden));
    }
    assert_eq!(redirect.error.unwrap().status, Some(307));
    assert_eq!(other.connections().len(), 0);

    let closed = bench.whole(ModelProvider::OpenAi, Answer::raw("")).await;
    assert_eq!(closed.fault(), Some(ModelFault::Unreachable));
    let Bench { provider, models, timeouts } = bench;
    let address = provider.base_url();
    drop(provider);
    let bench = Bench { provider: other, models, timeouts };
    endpoint.base_url = address;
    let refused = bench.chat(&endpoint, &crate::bench::question(false)).await;
    assert_eq!(refused.fault(), Some(ModelFault::Unreachable), "{refused:?}");
}

/// Row 15 of the failure matrix.
#[tokio::test]
async fn an_error_in_a_successful_answer_is_that_error() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let error = || Answer::json(200, wire.error_body("rate_limit_error", "slow").to_string());
        let event = || Answer::stream([wire.error_event("rate_limit_error", "slow")]);
        // A text has no name.
        let fault = match wire {
            Wire::HuggingFace => ModelFault::Failed,
            _ => ModelFault::RateLimited,
        };
        for outcome in [
            bench.whole(provider, error()).await,
            bench.stream(provider, error()).await,
            bench.stream(provider, event()).await,
        ] {
            assert_eq!((outcome.fault(), outcome.detail()), (Some(fault), "slow"));
        }
    }
}

/// Row 16 of the failure matrix.
#[tokio::test]
async fn an_error_in_the_middle_fails_with_what_came_before() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let error = wire.error_event("overloaded_error", "Overloaded");
        let answer = Answer::start_of(wire, &["a", "b"]).piece(error).piece(wire.done());
        let outcome = bench.stream(provider, answer).await;
        assert_eq!(outcome.text, "ab");
        assert_eq!((outcome.fault(), outcome.detail()), (Some(ModelFault::Failed), "Overloaded"));
    }
    let named = "event: error\ndata: {\"message\": \"broken\"}\n\n";
    let answer = Answer::start_of(Wire::OpenAi, &["a"]).piece(named);
    let outcome = bench.stream(ModelProvider::OpenAi, answer).await;
    assert_eq!((outcome.fault(), outcome.detail()), (Some(ModelFault::Failed), "broken"));
}

/// Row 17 of the failure matrix.
#[tokio::test]
async fn a_page_of_html_is_no_answer_and_is_not_repeated() {
    let bench = Bench::start().await;
    let page = || Answer::body(200, "text/html; charset=utf-8", "<html>log in</html>");
    for (provider, _) in WIRES {
        for outcome in [bench.whole(provider, page()).await, bench.stream(provider, page()).await] {
            assert_eq!(outcome.fault(), Some(ModelFault::InvalidResponse));
            assert!(!outcome.detail().contains("log in"), "{}", outcome.detail());
        }
    }
}

/// Row 21 of the failure matrix.
#[tokio::test]
async fn what_cannot_be_read_is_invalid_and_what_came_before_is_kept() {
    let bench = Bench::start().await;
    for (provider, wire) in WIRES {
        let mut bad_utf8 = wire.delta("X").into_bytes();
        let place = bad_utf8.iter().position(|byte| *byte == b'X').unwrap();
        bad_utf8[place] = 0xff;
        for broken in [b"data: {\"choices\": [\n\n".to_vec(), b"data: 7\n\n".to_vec(), bad_utf8] {
            let answer = Answer::start_of(wire, &["a"]).piece(broken).piece(wire.delta("b"));
            let outcome = bench.stream(provider, answer).await;
            assert_eq!(outcome.text, "a");
            assert_eq!(outcome.fault(), Some(ModelFault::InvalidResponse), "{provider:?}");
        }
        for broken in ["", "null", "[]", "{}", "{\"choices\":[{}],\"content\":[]}", "Hello"] {
            let outcome = bench.whole(provider, Answer::json(200, broken)).await;
            assert_eq!(outcome.fault(), Some(ModelFault::InvalidResponse), "{broken}");
        }
    }
}
