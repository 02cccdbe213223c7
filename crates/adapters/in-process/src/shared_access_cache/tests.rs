use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use plinth_domain::{Access, Id, Membership, Timestamp};
use tokio::time::sleep;
use uuid::Uuid;

use super::*;
use crate::InProcessBus;

/// A process's connection to the shared bus; a test can interrupt it.
struct Wire {
    shared: Arc<InProcessBus>,
    whole: Arc<AtomicBool>,
}

impl Bus for Wire {
    fn publish(&self, signal: Signal) {
        self.shared.publish(signal);
    }

    fn subscribe(&self) -> Box<dyn Signals> {
        self.shared.subscribe()
    }

    fn is_connected(&self) -> bool {
        self.whole.load(Ordering::SeqCst)
    }
}

/// Two processes on one bus, and whether the second one is connected.
fn two() -> (SharedAccessCache, SharedAccessCache, Arc<AtomicBool>) {
    let (shared, whole) = (Arc::new(InProcessBus::new()), Arc::new(AtomicBool::new(true)));
    let wire = Wire { shared: shared.clone(), whole: whole.clone() };
    let first = SharedAccessCache::new(InProcessAccessCache::new(), shared);
    (first, SharedAccessCache::new(InProcessAccessCache::new(), Arc::new(wire)), whole)
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

async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..2000 {
        if so() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not after 20 s");
}

#[tokio::test]
async fn a_revocation_by_one_process_invalidates_the_cache_of_the_other() {
    let (first, second, _) = two();
    for n in [3, 4] {
        second.put([n; 32], admission(n.into()), second.epoch());
    }
    first.forget(user(3));
    until("it is forgotten", || second.find(&[3; 32]).is_none()).await;
    assert_eq!(second.find(&[4; 32]), Some(admission(4)), "another user's access stays valid");
}

#[tokio::test]
async fn what_was_read_before_another_process_revoked_it_is_not_stored() {
    let (first, second, _) = two();
    let epoch = second.epoch();
    first.forget(user(3));
    until("it is heard", || second.epoch() != epoch).await;
    second.put([3; 32], admission(3), epoch);
    assert_eq!(second.find(&[3; 32]), None);
}

#[tokio::test]
async fn nothing_is_found_while_the_bus_is_disconnected() {
    let (_first, second, whole) = two();
    second.put([3; 32], admission(3), second.epoch());
    whole.store(false, Ordering::SeqCst);
    assert_eq!(second.find(&[3; 32]), None);
    whole.store(true, Ordering::SeqCst);
    assert_eq!(second.find(&[3; 32]), Some(admission(3)));
}

#[tokio::test]
async fn everything_is_invalidated_when_signals_may_have_been_lost() {
    let (first, second, _) = two();
    second.put([3; 32], admission(3), second.epoch());
    first.bus.publish(Signal::Missed);
    until("it is forgotten", || second.find(&[3; 32]).is_none()).await;
}

#[tokio::test]
async fn its_listener_ends_with_it() {
    let (_first, second, _) = two();
    let local = Arc::downgrade(&second.local);
    drop(second);
    until("the listener has dropped the cache", || local.upgrade().is_none()).await;
}
