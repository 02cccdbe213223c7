//! What a worker has in its hands: the leases of its jobs, and how to reach
//! those who work on them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use plinth_ports::{Held, Lease};
use tokio_util::sync::CancellationToken;

/// Why a job is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// Somebody called it off.
    CalledOff,
    /// The worker stops: another one shall do it.
    Stopping,
    /// The lease is somebody else's now: nothing may be said any more.
    Lost,
}

/// Asks one attempt to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bell {
    /// Rung when it is to stop.
    pub(crate) rung: CancellationToken,
    why: Arc<OnceLock<Halt>>,
}

impl Bell {
    /// Only the first reason counts.
    pub(crate) fn ring(&self, why: Halt) {
        let _ = self.why.set(why);
        self.rung.cancel();
    }

    /// Why it was rung.
    pub(crate) fn why(&self) -> Option<Halt> {
        self.why.get().copied()
    }
}

/// The jobs that are claimed and not settled.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<HashMap<Lease, Bell>>);

impl Desk {
    /// Puts a job on the desk; it is taken off with the answer.
    pub(crate) fn put(self: &Arc<Self>, lease: Lease) -> OnDesk {
        let bell = Bell::default();
        self.all(|jobs| jobs.insert(lease, bell.clone()));
        OnDesk { desk: Arc::clone(self), lease, bell }
    }

    /// Rings for every job of which `held`, the answer to `asked`, says that it
    /// should stop.
    pub(crate) fn compare(&self, asked: &[Lease], held: &[Held]) {
        let held: HashMap<Lease, bool> =
            held.iter().map(|held| (held.lease, held.cancel_requested)).collect();
        self.all(|jobs| {
            for (lease, bell) in jobs.iter() {
                match held.get(lease) {
                    Some(true) => bell.ring(Halt::CalledOff),
                    None if asked.contains(lease) => bell.ring(Halt::Lost),
                    Some(false) | None => {}
                }
            }
        });
    }

    /// Rings for every job.
    pub(crate) fn halt_all(&self, why: Halt) {
        self.all(|jobs| jobs.values().for_each(|bell| bell.ring(why)));
    }

    /// The leases of the jobs on the desk.
    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.all(|jobs| jobs.keys().copied().collect())
    }

    fn all<T>(&self, look: impl FnOnce(&mut HashMap<Lease, Bell>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A job from its claim until its outcome is stored, or given up. As long as
/// this lives, the lease is extended; what gets lost on its way is run again.
pub(crate) struct OnDesk {
    desk: Arc<Desk>,
    lease: Lease,
    pub(crate) bell: Bell,
}

impl OnDesk {
    pub(crate) const fn lease(&self) -> Lease {
        self.lease
    }
}

impl Drop for OnDesk {
    fn drop(&mut self) {
        self.desk.all(|jobs| jobs.remove(&self.lease));
    }
}
