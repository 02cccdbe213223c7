//! What a worker has in its hands: the leases of its jobs, and how to reach
//! those who work on them.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use ports::{Held, Lease};
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
    why: std::sync::Arc<std::sync::OnceLock<Halt>>,
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

/// The attempts that run.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<HashMap<Lease, Bell>>);

impl Desk {
    /// Puts a job on the desk; it is taken off with the answer.
    pub(crate) fn put(&self, lease: Lease) -> OnDesk<'_> {
        let bell = Bell::default();
        self.all(|jobs| jobs.insert(lease, bell.clone()));
        OnDesk { desk: self, lease, bell }
    }

    /// Rings for every job that `held`, which all the leases are that hold,
    /// says should stop. Only jobs that were there before it was asked for
    /// can be lost.
    pub(crate) fn compare(&self, before: &[Lease], held: &[Held]) {
        let held: HashMap<Lease, bool> =
            held.iter().map(|held| (held.lease, held.cancel_requested)).collect();
        self.all(|jobs| {
            for (lease, bell) in jobs.iter() {
                match held.get(lease) {
                    Some(true) => bell.ring(Halt::CalledOff),
                    None if before.contains(lease) => bell.ring(Halt::Lost),
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

/// A job that is worked on.
pub(crate) struct OnDesk<'a> {
    desk: &'a Desk,
    lease: Lease,
    pub(crate) bell: Bell,
}

impl Drop for OnDesk<'_> {
    fn drop(&mut self) {
        self.desk.all(|jobs| jobs.remove(&self.lease));
    }
}
