use plinth_domain::{ModelFault, ModelProvider};
use plinth_testkit::provider::{Answer, Wire};

use crate::bench::{Bench, Outcome, WIRES, question};

const CANARY: &str = "sk-canary-1234";

#[tokio::test]
async fn the_secret_is_sent_in_its_header_and_nowhere_else() {
    let bench = Bench::start().await;
    for (provider, _) in WIRES {
        bench.ask(provider, true).await;
        let request = bench.provider.requests().pop().unwrap();
        let carriers = request.headers.iter().filter(|(_, value)| value.contains(CANARY));
        let expected = match provider {
            ModelProvider::Anthropic => ("x-api-key", CANARY.to_owned()),
            _ => ("authorization", format!("Bearer {CANARY}")),
        };
        let carriers: Vec<_> = carriers.map(|(name, value)| (&**name, value.clone())).collect();
        assert_eq!(carriers, [expected]);
        assert!(!request.text().contains(CANARY) && !request.path.contains(CANARY));
    }
}

#[tokio::test]
async fn the_secret_is_in_no_error_also_when_the_provider_repeats_it() {
    let bench = Bench::start().await;
    let message = format!("wrong key {CANARY} for Bearer {CANARY}");
    for (provider, wire) in WIRES {
        let mut outcomes: Vec<Outcome> = Vec::new();
        for status in [400, 401, 429, 500] {
            outcomes.push(bench.whole(provider, Answer::error(wire, status, "x", &message)).await);
            outcomes.push(bench.stream(provider, Answer::json(status, &*message)).await);
            let unknown = format!("{{\"key\": \"{CANARY}\"}}");
            outcomes.push(bench.stream(provider, Answer::json(status, unknown)).await);
        }
        let event = Answer::start_of(wire, &["a"]).piece(wire.error_event("x", &message));
        outcomes.push(bench.stream(provider, event).await);
        let kind = format!("text/html; boundary={CANARY}");
        outcomes.push(bench.stream(provider, Answer::body(200, &kind, "")).await);
        outcomes
            .push(bench.stream(provider, Answer::redirect(&format!("http://a/{CANARY}"))).await);
        let id = Answer::error(wire, 500, "x", "x").header("x-request-id", CANARY);
        outcomes.push(bench.stream(provider, id).await);
        for outcome in outcomes {
            let error = outcome.error.unwrap();
            assert!(!format!("{error:?} {error}").contains("canary"), "{error:?}");
        }
    }
    assert!(!format!("{:?}", bench.endpoint(ModelProvider::OpenAi)).contains("canary"));
}

#[tokio::test]
async fn a_secret_that_no_header_can_carry_is_refused_before_the_call() {
    let bench = Bench::start().await;
    let mut endpoint = bench.endpoint(ModelProvider::OpenAi);
    endpoint.secret = Some("sk-canary\r\nx-evil: 1".to_owned().into());
    let outcome = bench.chat(&endpoint, &question(false)).await;
    assert_eq!(outcome.fault(), Some(ModelFault::Auth));
    assert!(!outcome.detail().contains("canary"));
    assert_eq!(bench.provider.connections().len(), 0);
}

#[tokio::test]
async fn a_server_without_a_secret_gets_none() {
    let bench = Bench::start().await;
    let mut endpoint = bench.endpoint(ModelProvider::Custom);
    endpoint.secret = None;
    bench.provider.script([Answer::text(Wire::OpenAi, "a")]);
    assert_eq!(bench.chat(&endpoint, &question(false)).await.text, "a");
    assert_eq!(bench.provider.requests()[0].header("authorization"), None);
}
