//! A small request makes neither a large row nor a large answer.

use futures::future::join_all;
use plinth_testkit::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::{
    caller::Caller,
    memory::{memory, peak_above, reset_peak},
    server::Api,
};

const KIB: usize = 1024;

/// The largest row that a request may make.
const ROW: i64 = 64 * 1024;

/// The largest answer.
const ANSWER: usize = 8 * KIB * KIB;

/// How much more memory sixteen of the worst list requests may take at once.
const ALLOWANCE: usize = 64 * KIB * KIB;

/// The size of each row, as the server reads it.
const ROWS: &str = "
    SELECT max(octet_length(metadata::text) + octet_length(description) + octet_length(search)
        + octet_length(name)) FROM projects
    UNION ALL SELECT max(octet_length(coalesce(before::text, '')) + octet_length(coalesce(after::text, '')))
        FROM audit_logs
    UNION ALL SELECT max(octet_length(body) + octet_length(headers::text)) FROM idempotency_keys";

/// The largest project that is accepted: text of four bytes a letter, numbers that are stored longer
/// than they are written, and as much metadata as fits.
fn worst(n: usize) -> Value {
    let numbers: Vec<f64> = (0..700).map(|_| 9e18).collect();
    json!({
        "code": format!("P-{n}"), "name": "𝔘".repeat(200), "description": "𝔘".repeat(5000),
        "metadata": {"n": numbers},
    })
}

async fn answer(caller: &Caller, path: &str) -> usize {
    let request = caller.request(Method::GET, path).send().await.unwrap();
    assert_eq!(request.status(), 200, "{path}");
    request.bytes().await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_of_the_worst_lists_at_once_take_little_memory() {
    let database = TestDatabase::create().await;
    let often = "1000000";
    let variables = [
        ("PLINTH_RATE_LIMITS__CREDENTIAL_PER_MINUTE", often),
        ("PLINTH_RATE_LIMITS__CREDENTIAL_BURST", often),
        // The lists of one organization wait for each other; how long is not what this is about.
        ("PLINTH_DATABASE__ACQUIRE_TIMEOUT_MS", "60000"),
    ];
    let mut api = Api::start(database.url(), &variables);
    let ada = Caller::register(&api).await;
    // This also starts every thread and connection before the measurement.
    join_all((0..16).map(|_| answer(&ada, "/projects"))).await;
    let idle = memory(&api, "VmRSS");
    reset_peak(&api);
    for n in 0..210 {
        let create = ada.request(Method::POST, "/projects").header("Idempotency-Key", n);
        let created = create.json(&worst(n)).send().await.unwrap();
        assert_eq!(created.status(), 201, "{}", created.text().await.unwrap());
        let created: Value = created.json().await.unwrap();
        let path = format!("/projects/{}", created["id"].as_str().unwrap());
        let change = json!({"status": "active", "description": "𝔙".repeat(5000)});
        let change = ada.request(Method::PATCH, &path).header("If-Match", "*").json(&change);
        assert_eq!(change.send().await.unwrap().status(), 200);
    }
    let written = peak_above(&api, idle);

    let mut admin = PgConnection::connect(database.url()).await.unwrap();
    let rows: Vec<i64> = sqlx::query_scalar::<_, i32>(ROWS)
        .fetch_all(&mut admin)
        .await
        .unwrap()
        .into_iter()
        .map(i64::from)
        .collect();
    assert!(rows.iter().all(|row| *row > ROW / 2 && *row <= ROW), "{rows:?}");

    let lists = [
        "/projects?limit=200",
        "/projects?limit=200&sort=name",
        "/audit-logs?limit=200",
        "/events?limit=200&after=0",
    ];
    let mut largest = 0;
    for _ in 0..5 {
        let answers = join_all((0..16).map(|n| answer(&ada, lists[n % lists.len()]))).await;
        largest = answers.into_iter().max().unwrap().max(largest);
    }
    let read = peak_above(&api, idle);
    println!(
        "{idle} bytes idle; more: writing {written}, sixteen lists {read}; largest answer {largest}, rows {rows:?}"
    );
    assert!(largest <= ANSWER, "{largest}");
    assert!(written.max(read) <= ALLOWANCE, "{written} {read}");
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    database.drop().await;
}
