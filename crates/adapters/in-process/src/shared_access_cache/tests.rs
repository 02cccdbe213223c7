use std::sync::atomic::{AtomicBool, Ordering};

use plinth_domain::{Access, Id, Membership, Timestamp};
use plinth_ports::{SignalHandler, Signals};
use uuid::Uuid;

use super::*;
use crate::InProcessBus;

/// A process's connection to the shared bus; a test can interrupt it.
struct Wire {
    shared: Arc<InProcessBus>,
    whole: Arc<AtomicBool>,
}

#[async_trait]
impl Bus for Wire {
    fn publish(&self, signal: Signal) {
        self.shared.publish(signal);
    }

    async fn confirmed(&self) {
        self.shared.confirmed().await;
    }

    fn attend(&self, handler: SignalHandler) {
        self.shared.attend(handler);
    }

    fn subscribe(&self) -> Box<dyn Signals> {
        self.shared.subscribe()
    }

    fn is_connected(&self) -> bool {
        self.whole.load(Ordering::SeqCst)
    }
}

/// The grace of these tests.
const GRACE: Grace =
    Grace { after_doubt: Duration::from_millis(300), after_look_up: Duration::from_millis(300) };

/// Two processes on one bus, and whether the second one is connected.
fn two() -> (SharedAccessCache, SharedAccessCache, Arc<AtomicBool>) {
    let (shared, whole) = (Arc::new(InProcessBus::new()), Arc::new(AtomicBool::new(true)));
    let wire = Wire { shared: shared.clone(), whole: whole.clone() };
    let first = SharedAccessCache::new(InProcessAccessCache::new(), shared);
    (
        first,
        SharedAccessCache::with_grace(InProcessAccessCache::new(), Arc::new(wire), GRACE),
        whole,
    )
}

fn admission(user: u128) -> CachedAccess {
    let at = Timestamp::UNIX_EPOCH;
    let id = Uuid::from_u128;
    let (membership, organization) = (Id::from_uuid(id(1)), Id::from_uuid(id(2)));
    let membership = Membership::found(membership, organization, Id::from_uuid(id(user)), at);
    CachedAccess { access: Access::of_member(&membership), until: at }
}

fn user(user: u128) -> Invalidation {
    Invalidation::User(Id::from_uuid(Uuid::from_u128(user)))
}

fn found(cache: &SharedAccessCache, token: u8) -> Option<CachedAccess> {
    cache.find(&[token; 32]).and_then(Cached::admitted)
}

#[test]
fn a_revocation_by_one_process_has_ended_in_the_other_when_it_was_published() {
    let (first, second, _) = two();
    for n in [3, 4] {
        second.put([n; 32], admission(n.into()), second.epoch());
    }
    first.forget(user(3));
    assert_eq!(found(&second, 3), None);
    assert_eq!(found(&second, 4), Some(admission(4)), "another user's access stays valid");
}

#[test]
fn what_was_read_before_another_process_revoked_it_is_not_stored() {
    let (first, second, _) = two();
    let epoch = second.epoch();
    first.forget(user(3));
    second.put([3; 32], admission(3), epoch);
    assert_eq!(found(&second, 3), None);
}

#[test]
fn while_the_bus_is_disconnected_an_admission_is_found_for_a_short_grace() {
    let (first, second, whole) = two();
    // A token with nearly all of the grace.
    second.put([253; 32], admission(3), second.epoch());
    second.put([254; 32], admission(4), second.epoch());
    whole.store(false, Ordering::SeqCst);
    // What a bus publishes when it loses its connection.
    hear(&Arc::downgrade(&second.shared), &Arc::downgrade(&second.bus), Signal::Missed);
    assert_eq!(found(&second, 253), Some(admission(3)));
    second.forget(user(3));
    assert_eq!(found(&second, 253), None, "this process has revoked it");
    let lost = Instant::now();
    while found(&second, 254).is_some() {
        assert!(lost.elapsed() < GRACE.after_doubt * 10, "it has no end");
        std::thread::sleep(Duration::from_millis(5));
    }
    // What is read meanwhile has a grace of its own.
    second.put([254; 32], admission(4), second.epoch());
    assert_eq!(found(&second, 254), Some(admission(4)));
    drop(first);
}

#[test]
fn after_an_interruption_the_queries_are_spread_and_then_nothing_doubtful_is_found() {
    let (_first, second, whole) = two();
    let (local, bus) = (InProcessAccessCache::new(), Arc::clone(&second.bus));
    let second_long = Duration::from_secs(1);
    let grace = Grace { after_doubt: second_long, after_look_up: second_long };
    let spread = SharedAccessCache::with_grace(local, bus, grace);
    for n in 0..=255 {
        spread.put([n; 32], admission(n.into()), spread.epoch());
    }
    whole.store(false, Ordering::SeqCst);
    hear(&Arc::downgrade(&spread.shared), &Arc::downgrade(&spread.bus), Signal::Missed);
    whole.store(true, Ordering::SeqCst);
    let count = || (0..=255).filter(|n| found(&spread, *n).is_some()).count();
    let (began, mut steps) = (Instant::now(), vec![256]);
    while began.elapsed() < second_long {
        steps.push(count());
        std::thread::sleep(second_long / 10);
    }
    // However slow the machine is: fewer and fewer, and never all at once on a fast one.
    assert!(steps.windows(2).all(|two| two[0] >= two[1]), "{steps:?}");
    assert_eq!(count(), 0);
}

#[test]
fn everything_is_invalidated_when_signals_of_a_connected_bus_may_have_been_lost() {
    let (first, second, _) = two();
    second.put([3; 32], admission(3), second.epoch());
    first.bus.publish(Signal::Missed);
    assert_eq!(found(&second, 3), None);
}

#[test]
fn its_handler_keeps_neither_cache_nor_bus() {
    let (first, second, _) = two();
    let (shared, bus) = (Arc::downgrade(&second.shared), Arc::downgrade(&first.bus));
    drop(second);
    assert!(shared.upgrade().is_none());
    drop(first);
    assert!(bus.upgrade().is_none());
}
