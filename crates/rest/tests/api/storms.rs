//! Many events, many clients, and clients that connect, disconnect and do not read.

use std::time::Duration;

use futures::{StreamExt, stream};
use plinth_domain::JsonObject;
use plinth_in_process::UuidV7;
use plinth_ports::{Actor, Ids, JournalEntry, Origin, Outcome, Signal, Subject};
use serde_json::{Value, json};

use crate::support::{Client, Listener, Options, TestApp};

/// Appends audit records, some in one transaction and some concurrently, like commands do.
async fn happen(
    app: &TestApp,
    client: &Client,
    events: std::ops::Range<usize>,
    data: fn(usize) -> Value,
) {
    let token = client.token.as_deref().unwrap();
    let access = app.application.authenticate(token, None).await.unwrap().access;
    let scope = access.require(plinth_domain::Permission::EventRead).unwrap();
    let actor = Actor::from(access.principal());
    let mut numbers = events.peekable();
    while numbers.peek().is_some() {
        let mut unit = app.store.begin(scope).await.unwrap();
        for n in numbers.by_ref().take(16) {
            let entry = JournalEntry {
                id: plinth_domain::Id::from_uuid(UuidV7.next()),
                at: app.application.now(),
                actor,
                action: "project.updated",
                subject: Subject { kind: "project", id: None },
                project: None,
                before: None,
                after: Some(JsonObject::from_parsed(data(n).to_string())),
                outcome: Outcome::Succeeded,
                audit_only: false,
                origin: Origin::default(),
            };
            unit.journal().append(&entry).await.unwrap();
        }
        unit.commit().await.unwrap();
        app.bus.publish(Signal::Journal);
    }
}

fn small(n: usize) -> Value {
    json!({"n": n})
}

/// Subscribes, disconnects at a random moment, and continues after the last event.
async fn hear_between_cuts(client: &Client, count: usize, cuts: usize) -> Vec<i64> {
    let mut heard: Vec<i64> = Vec::new();
    // Linear congruence (Knuth): some numbers, the same each time.
    let mut random: u64 = 42;
    for cut in 0.. {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let until = if cut < cuts { usize::try_from((random >> 33) % 200).unwrap() } else { count };
        let after = heard.last().copied().unwrap_or(0);
        let mut ear = Listener::open(client).await;
        assert_eq!(ear.subscribe(&["projects"], Some(after)).await, after);
        let enough = (heard.len() + until).min(count);
        while heard.len() < enough {
            heard.push(ear.event().await["number"].as_i64().unwrap());
        }
        // Without a close frame, while events are being delivered.
        drop(ear);
        if heard.len() == count && cut >= cuts {
            return heard;
        }
    }
    unreachable!("it ends inside")
}

async fn the_union(app: &TestApp, count: usize) {
    let ada = app.owner("Ada").await;
    let quarter = |n: usize| Box::pin(happen(app, &ada, n * count / 4..(n + 1) * count / 4, small));
    let making = async { tokio::join!(quarter(0), quarter(1), quarter(2), quarter(3)) };
    let (heard, _) = tokio::join!(hear_between_cuts(&ada, count, 100), making);
    let all = ada.events("&topics=projects", 0, count).await;
    let all: Vec<_> = all.iter().map(|event| event["number"].as_i64().unwrap()).collect();
    assert_eq!(all.len(), count);
    assert_eq!(heard, all, "each once, in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_is_cut_off_a_hundred_times_hears_each_of_ten_thousand_events_once() {
    let app = TestApp::postgres(Options { connections: 8, ..Options::default() }).await;
    the_union(&app, 10_000).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_is_cut_off_a_hundred_times_hears_each_event_once_of_a_store_in_memory() {
    let app = TestApp::memory(Options::default()).await;
    the_union(&app, 800).await;
    app.stop().await;
}

/// The resident memory of this process, with server and clients, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// As much as an event may carry.
fn bulky(n: usize) -> Value {
    json!({"n": n, "text": "x".repeat(15_000)})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_that_do_not_read_cost_bounded_memory_and_delay_no_other() {
    rlimit::increase_nofile_limit(8_192).unwrap();
    let app = TestApp::postgres(Options::default()).await;
    let ada = app.owner("Ada").await;
    // Fifty concurrently, because each one mostly waits.
    let open = |_| async {
        let mut listener = Listener::open_narrow(&ada).await;
        listener.subscribe(&["projects"], None).await;
        listener
    };
    let deaf: Vec<_> = stream::iter(0..1_000).map(open).buffer_unordered(50).collect().await;
    assert_eq!(deaf.len(), 1_000);
    let mut attentive = Listener::open(&ada).await;
    attentive.subscribe(&["projects"], None).await;

    let before = resident();
    // 450 events of 15 KB: buffering all of them would take 7 MB per client, 7 GB for a thousand.
    let hearing = async {
        for n in 0..450 {
            assert_eq!(attentive.event().await["data"]["n"], n);
        }
    };
    tokio::join!(happen(&app, &ada, 0..450, bulky), hearing);
    let grown = resident().saturating_sub(before);
    println!("{} MiB more with 1,000 clients that do not read", grown >> 20);
    assert!(grown < 1_500 << 20, "{} MiB", grown >> 20);
    drop(deaf);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_client_catches_up_with_nothing_left_out() {
    let app = TestApp::postgres(Options::default()).await;
    let ada = app.owner("Ada").await;
    let mut slow = Listener::open(&ada).await;
    slow.subscribe(&["projects"], None).await;
    // More than its queue, the socket's and the kernel's buffers take.
    happen(&app, &ada, 0..800, bulky).await;
    for n in 0..800 {
        assert_eq!(slow.event().await["data"]["n"], n);
        if n % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    app.stop().await;
}
