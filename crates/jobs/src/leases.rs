//! The leases that a worker holds, and the signals that stop their attempts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use plinth_ports::{Held, Lease};
use tokio_util::sync::CancellationToken;

/// Why an attempt must stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// A member cancelled the job.
    Cancelled,
    /// The worker stops; another one runs the job later.
    Stopping,
    /// The lease has expired; another worker may run the job.
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

    /// Compares the leases of a heartbeat (`asked`) with those that are still valid (`held`), and
    /// stops the attempts that are cancelled or have lost their lease.
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

/// Keeps a lease extended from the claim until the outcome is stored. If it is dropped earlier, the
/// lease expires and the job is run again.
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
