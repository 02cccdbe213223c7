use std::sync::Arc;

use plinth_domain::{Id, OrganizationId};
use plinth_in_process::UuidV7;
use plinth_local_servers::Redis;
use plinth_ports::{Bus, Ids, Invalidation, Signal};
use plinth_redis::RedisBus;
use tokio::time::{Duration, timeout};

use crate::support::{bus, connected, cut_off, flush, hears, soon, until};

fn events() -> Signal {
    Signal::Events(OrganizationId::from_uuid(UuidV7.next()))
}

/// The buses of two connected processes.
async fn two(redis: &Redis) -> (Arc<RedisBus>, Arc<RedisBus>) {
    let (first, second) = (bus(redis), bus(redis));
    connected(&first).await;
    connected(&second).await;
    (first, second)
}

/// Waits until each of two buses receives what the other publishes.
async fn hear_each_other(first: &RedisBus, second: &RedisBus) {
    for (from, to) in [(first, second), (second, first)] {
        let (signal, mut signals) = (events(), to.subscribe());
        from.publish(signal);
        hears(&mut signals, signal).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_signal_reaches_the_other_process() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    let mut signals = second.subscribe();
    for signal in [
        Signal::Journal,
        events(),
        Signal::Jobs,
        Signal::Access(Invalidation::Member(
            Id::from_uuid(UuidV7.next()),
            Id::from_uuid(UuidV7.next()),
        )),
        Signal::Access(Invalidation::User(Id::from_uuid(UuidV7.next()))),
        Signal::Missed,
    ] {
        first.publish(signal);
        assert_eq!(soon(signals.next()).await, signal);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_hears_its_own_signals_once() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    let (mut own, mut others) = (first.subscribe(), second.subscribe());
    let signal = events();
    first.publish(signal);
    // When the other bus has received it, Redis has sent it to both.
    hears(&mut others, signal).await;
    second.publish(Signal::Jobs);
    assert_eq!(soon(own.next()).await, signal);
    assert_eq!(soon(own.next()).await, Signal::Jobs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_signal_is_passed_over() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    let mut signals = second.subscribe();
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for message in ["", "coffee", "2 x journal", &"x".repeat(1_000_000)] {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg("plinth:signals").arg(message).exec_async(&mut connection).await.unwrap();
    }
    first.publish(Signal::Jobs);
    assert_eq!(soon(signals.next()).await, Signal::Jobs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_redis_stands_still_this_process_goes_on_and_then_all_do() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    let (mut own, mut others) = (first.subscribe(), second.subscribe());
    redis.pause().unwrap();
    first.publish(Signal::Jobs);
    assert_eq!(soon(own.next()).await, Signal::Jobs);
    cut_off(&first).await;
    cut_off(&second).await;
    let late = events();
    first.publish(late);
    redis.resume().unwrap();
    hears(&mut own, Signal::Missed).await;
    // In any order: the pending signal, and the report of lost signals.
    let (mut missed, mut heard) = (false, false);
    let both = async {
        while !(missed && heard) {
            let signal = others.next().await;
            missed |= signal == Signal::Missed;
            heard |= signal == late;
        }
    };
    // Signals that are sent before the other bus listens again are lost.
    if timeout(Duration::from_secs(5), both).await.is_err() {
        assert!(missed);
    }
    connected(&first).await;
    connected(&second).await;
    hear_each_other(&first, &second).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_every_listener_is_told_and_signals_flow_again() {
    let mut redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    let (mut own, mut others) = (first.subscribe(), second.subscribe());
    redis.kill();
    cut_off(&first).await;
    cut_off(&second).await;
    // At once, and again when the connection is restored.
    hears(&mut own, Signal::Missed).await;
    hears(&mut others, Signal::Missed).await;
    redis.restart().unwrap();
    hears(&mut own, Signal::Missed).await;
    hears(&mut others, Signal::Missed).await;
    connected(&first).await;
    connected(&second).await;
    hear_each_other(&first, &second).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flush_takes_no_signal_away() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    flush(&redis).await;
    hear_each_other(&first, &second).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_starts_while_redis_is_away_is_connected_once_it_is_there() {
    let mut redis = Redis::start().unwrap();
    redis.kill();
    let early = bus(&redis);
    let mut signals = early.subscribe();
    early.publish(Signal::Jobs);
    assert_eq!(soon(signals.next()).await, Signal::Jobs);
    assert!(!early.is_connected());
    redis.restart().unwrap();
    hears(&mut signals, Signal::Missed).await;
    connected(&early).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_when_a_process_ends_is_still_sent() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    let mut signals = second.subscribe();
    let last = events();
    first.publish(last);
    drop(first);
    hears(&mut signals, last).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_left_connected_when_a_bus_is_dropped() {
    let redis = Redis::start().unwrap();
    let (first, second) = two(&redis).await;
    hear_each_other(&first, &second).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    drop((first, second));
    until("only the question's own connection is left", async || {
        let mut list = redis::cmd("CLIENT");
        let list: String = list.arg("LIST").query_async(&mut connection).await.unwrap();
        list.lines().count() == 1
    })
    .await;
}
