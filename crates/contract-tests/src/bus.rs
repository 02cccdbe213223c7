//! A bus delivers signals to all subscribers, and reports lost ones.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use plinth_ports::{Bus, Invalidation, Signal, Signals};
use tokio::time::timeout;

use crate::fixture::id;

/// Longer than the delivery of any signal takes.
const TIMEOUT: Duration = Duration::from_secs(20);

async fn next(signals: &mut Box<dyn Signals>) -> Signal {
    timeout(TIMEOUT, signals.next()).await.unwrap()
}

fn one_of_each() -> [Signal; 8] {
    let access = [
        Invalidation::Member(id(), id()),
        Invalidation::User(id()),
        Invalidation::Organization(id()),
    ];
    let access = access.map(Signal::Access);
    let [member, user, organization] = access;
    let (events, catalogue) = (Signal::Events(id()), Signal::Catalogue(id()));
    [Signal::Journal, events, Signal::Jobs, member, user, organization, catalogue, Signal::Missed]
}

pub async fn every_subscriber_receives_what_is_published(bus: Arc<dyn Bus>) {
    assert!(bus.is_connected());
    let (mut first, mut second) = (bus.subscribe(), bus.subscribe());
    for signal in one_of_each() {
        bus.publish(signal);
        assert_eq!(next(&mut first).await, signal);
        assert_eq!(next(&mut second).await, signal);
    }
}

pub async fn signals_arrive_in_the_order_in_which_they_were_published(bus: Arc<dyn Bus>) {
    let mut signals = bus.subscribe();
    let published = one_of_each();
    for signal in published {
        bus.publish(signal);
    }
    for signal in published {
        assert_eq!(next(&mut signals).await, signal);
    }
}

pub async fn a_subscriber_receives_nothing_that_was_published_before(bus: Arc<dyn Bus>) {
    bus.publish(Signal::Jobs);
    let mut signals = bus.subscribe();
    bus.publish(Signal::Journal);
    assert_eq!(next(&mut signals).await, Signal::Journal);
}

pub async fn a_wait_that_is_dropped_loses_nothing(bus: Arc<dyn Bus>) {
    let mut signals = bus.subscribe();
    for signal in one_of_each() {
        timeout(Duration::from_millis(5), signals.next()).await.unwrap_err();
        bus.publish(signal);
        assert_eq!(next(&mut signals).await, signal);
    }
}

pub async fn a_subscriber_that_is_too_slow_is_told_that_signals_were_lost(bus: Arc<dyn Bus>) {
    let mut signals = bus.subscribe();
    for _ in 0..20_000 {
        bus.publish(Signal::Events(id()));
    }
    let missed = async { while signals.next().await != Signal::Missed {} };
    timeout(TIMEOUT, missed).await.unwrap();
    bus.publish(Signal::Jobs);
    let heard = async { while signals.next().await != Signal::Jobs {} };
    timeout(TIMEOUT, heard).await.unwrap();
}

#[expect(clippy::unused_async, reason = "behaviours of a contract are called alike")]
pub async fn a_handler_has_handled_a_signal_when_it_was_published(bus: Arc<dyn Bus>) {
    let handled = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&handled);
    bus.attend(Box::new(move |signal| all.lock().unwrap().push(signal)));
    for signal in one_of_each() {
        bus.publish(signal);
        assert_eq!(handled.lock().unwrap().last(), Some(&signal));
    }
}

pub async fn a_confirmation_is_bounded(bus: Arc<dyn Bus>) {
    bus.publish(Signal::Access(Invalidation::User(id())));
    timeout(Duration::from_secs(5), bus.confirmed()).await.unwrap();
}
