//! The leases that a worker holds, and how to stop the attempts that run on
//! them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use plinth_ports::{Held, Lease};
use tokio_util::sync::CancellationToken;

/// Why an attempt is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// A person cancelled the job.
    Cancelled,
    /// The worker stops: another one shall run the job.
    Stopping,
    /// The lease has expired: another worker may have the job.
    LeaseLost,
}

/// Asks one attempt to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct StopSignal {
    pub(crate) token: CancellationToken,
    reason: Arc<OnceLock<StopReason>>,
}

impl StopSignal {
    /// Asks it to stop. Only the first reason counts.
    pub(crate) fn send(&self, reason: StopReason) {
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    pub(crate) fn reason(&self) -> Option<StopReason> {
        self.reason.get().copied()
    }
}

/// The leases on jobs that are claimed and not settled.
#[derive(Debug, Default)]
pub(crate) struct LeaseRegistry(Mutex<HashMap<Lease, StopSignal>>);

impl LeaseRegistry {
    /// Registers a lease until the guard is dropped.
    pub(crate) fn register(self: &Arc<Self>, lease: Lease) -> LeaseGuard {
        let stop = StopSignal::default();
        self.with(|leases| leases.insert(lease, stop.clone()));
        LeaseGuard { registry: Arc::clone(self), lease, stop }
    }

    /// Stops the attempts that `held`, the answer to a heartbeat for `asked`,
    /// says are cancelled or have lost their lease.
    pub(crate) fn compare(&self, asked: &[Lease], held: &[Held]) {
        let held: HashMap<Lease, bool> =
            held.iter().map(|held| (held.lease, held.cancel_requested)).collect();
        self.with(|leases| {
            for (lease, stop) in leases.iter() {
                match held.get(lease) {
                    Some(true) => stop.send(StopReason::Cancelled),
                    None if asked.contains(lease) => stop.send(StopReason::LeaseLost),
                    Some(false) | None => {}
                }
            }
        });
    }

    /// Stops every attempt.
    pub(crate) fn stop_all(&self, reason: StopReason) {
        self.with(|leases| leases.values().for_each(|stop| stop.send(reason)));
    }

    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.with(|leases| leases.keys().copied().collect())
    }

    fn with<T>(&self, look: impl FnOnce(&mut HashMap<Lease, StopSignal>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A lease from the claim until the outcome is stored. While it lives, the
/// lease is extended; when it is dropped before, the lease expires and the job
/// is run again.
pub(crate) struct LeaseGuard {
    registry: Arc<LeaseRegistry>,
    lease: Lease,
    pub(crate) stop: StopSignal,
}

impl LeaseGuard {
    pub(crate) const fn lease(&self) -> Lease {
        self.lease
    }
}

impl Drop for LeaseGuard {
    fn drop(&mut self) {
        self.registry.with(|leases| leases.remove(&self.lease));
    }
}
