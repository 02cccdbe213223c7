//! A leader whose network is cut without a word is replaced.

use std::time::{Duration, Instant};

use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::{bridge::Bridge, caller::Caller, server::Api};

/// How soon another process leads.
const REPLACED: Duration = Duration::from_secs(15);

/// How long anything else may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Waits until a query answers true, and returns how long it took.
async fn until(connection: &mut PgConnection, what: &str, query: &'static str) -> Duration {
    let asked = Instant::now();
    loop {
        let is_so: bool = sqlx::query_scalar(query).fetch_one(&mut *connection).await.unwrap();
        if is_so {
            return asked.elapsed();
        }
        assert!(asked.elapsed() < TIMEOUT, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A worker process in this one, with its own connections.
async fn worker(url: &str, stop: CancellationToken) {
    let sources = Sources::none().with_variable("DATABASE_URL", url);
    let settings = Settings::load(&sources).unwrap();
    let handlers = |_: &_| Ok(plinth_jobs::Handlers::new());
    plinth_worker::run_with(&settings, stop, handlers).await.unwrap();
}

/// The audit log has every number once, and each entry has its place.
async fn is_whole(caller: &Caller) -> i64 {
    let (status, found) = caller.get("/audit-logs/verification").await;
    assert_eq!((status, &found["fault"], &found["complete"]), (200, &Value::Null, &json!(true)));
    found["verified_to"].as_i64().unwrap()
}

const EVERY_ENTRY_HAS_ITS_NUMBER: &str =
    "SELECT (SELECT count(*) FROM journal_sequence) = (SELECT count(*) FROM audit_logs)
        AND NOT EXISTS (SELECT FROM journal_pending)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_leads_within_fifteen_seconds_after_a_leader_was_cut_off() {
    let database = TestDatabase::create().await;
    let mut admin = PgConnection::connect(database.url()).await.unwrap();
    let bridge = Bridge::to(database.url());
    bridge.open();

    // Both leads are taken through the bridge, by an API server and a worker.
    let mut cut_off = Api::start(&bridge.url, &[]);
    let stop = CancellationToken::new();
    let url = bridge.url.clone();
    let first_worker = tokio::spawn({
        let stop = stop.clone();
        async move { worker(&url, stop).await }
    });
    let led = "SELECT count(*) = 2 FROM leases WHERE name IN ('sequencer', 'schedules')";
    until(&mut admin, "both leads are taken", led).await;
    until(&mut admin, "a schedule ticks", "SELECT count(*) > 0 FROM schedule_ticks").await;
    let mut api = Api::start(database.url(), &[]);
    let url = database.url().to_owned();
    let second_worker = tokio::spawn({
        let stop = stop.clone();
        async move { worker(&url, stop).await }
    });
    let ada = Caller::register(&api).await;
    ada.project("P-1").await;
    until(&mut admin, "the first leader numbers", EVERY_ENTRY_HAS_ITS_NUMBER).await;
    let holders = "CREATE TABLE first_leases AS SELECT * FROM leases";
    sqlx::query(holders).execute(&mut admin).await.unwrap();

    bridge.stall();
    for n in 0..20 {
        ada.project(&format!("Q-{n}")).await;
    }
    let others = "SELECT count(*) = 2 FROM leases l JOIN first_leases f USING (name)
        WHERE name IN ('sequencer', 'schedules') AND l.holder <> f.holder";
    let replaced = until(&mut admin, "others lead", others).await;
    let numbered = until(&mut admin, "entries are numbered", EVERY_ENTRY_HAS_ITS_NUMBER).await;
    println!("replaced after {replaced:?}, everything numbered {numbered:?} later");
    assert!(replaced + numbered < REPLACED, "{replaced:?} and {numbered:?}");
    let ticks = "SELECT ticked_at > now() - interval '6 seconds' FROM schedule_ticks
        WHERE name = 'reap_leases'";
    let ticked = until(&mut admin, "the schedule ticks on", ticks).await;
    assert!(replaced + numbered + ticked < REPLACED + Duration::from_secs(6), "{ticked:?}");
    let before = is_whole(&ada).await;

    // The old leaders come back, and learn that they lead no longer.
    bridge.go_on();
    for n in 0..20 {
        ada.project(&format!("R-{n}")).await;
    }
    until(&mut admin, "entries are numbered", EVERY_ENTRY_HAS_ITS_NUMBER).await;
    assert!(is_whole(&ada).await >= before + 20);

    // A leader that stops gives up its lead at once.
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    stop.cancel();
    first_worker.await.unwrap();
    second_worker.await.unwrap();
    let schedules = "SELECT NOT EXISTS (SELECT FROM leases WHERE name = 'schedules')";
    assert!(until(&mut admin, "the lead is given up", schedules).await < Duration::from_secs(5));
    cut_off.terminate();
    assert_eq!(cut_off.exit_code(), Some(0), "{}", cut_off.log());
    drop(bridge);
    database.drop().await;
}
