//! The time of an answer does not tell which addresses have an account. Many answers are compared, so
//! the test is one of the heavy ones.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Options, Reply, TestApp};

/// How many addresses of each kind.
const ADDRESSES: usize = 1000;
/// How far the medians may be apart.
const GAP: Duration = Duration::from_millis(5);

/// How long an answer took, and what of it may be compared.
async fn timed(app: &TestApp, path: &str, body: Value) -> (Duration, (u16, String)) {
    let (client, begun) = (app.anonymous(), Instant::now());
    let Reply { status, headers, text } = client.post(path, body).await;
    let took = begun.elapsed();
    let id = headers["x-request-id"].to_str().unwrap();
    (took, (status.as_u16(), text.replace(id, "")))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

async fn compare(app: &TestApp, path: &str, body: impl Fn(&str) -> Value, status: u16) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..ADDRESSES {
        // The order changes, so that none comes always after the work of the other.
        let mut pair = [
            (format!("known-{n}@example.com"), &mut known),
            (format!("other-{n}@example.com"), &mut unknown),
        ];
        if n % 2 == 1 {
            pair.reverse();
        }
        let mut answers = Vec::new();
        for (email, times) in pair {
            let (took, answer) = timed(app, path, body(&email)).await;
            times.push(took);
            answers.push(answer);
        }
        assert_eq!(answers[0].0, status, "{answers:?}");
        assert_eq!(answers[0], answers[1]);
    }
    let (known, unknown) = (median(known), median(unknown));
    let gap = known.abs_diff(unknown);
    assert!(gap < GAP, "{path}: {known:?} and {unknown:?}");
}

async fn a_thousand_known_and_unknown_addresses_take_the_same_time(app: &TestApp) {
    for n in 0..ADDRESSES {
        app.owner(&format!("known {n}")).await;
    }
    app.settle().await;
    compare(app, "/auth/password/forgot", |email| json!({"email": email}), 202).await;
    app.settle().await;
    let wrong = |email: &str| json!({"email": email, "password": "not the password"});
    compare(app, "/auth/login", wrong, 401).await;
}

on_postgres! {
    Options { mails: true, ..Options::default() };
    a_thousand_known_and_unknown_addresses_take_the_same_time,
}
