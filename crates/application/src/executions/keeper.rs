//! The executions that this process runs: their number, their leases, and who wants them to end.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak},
    time::Duration,
};

use plinth_domain::{ExecutionId, OrganizationId};
use plinth_ports::{LeaseState, Signal, Signals};
use tokio::{runtime::Handle, time::interval};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::{
    held_texts::HeldTexts,
    live::{Live, Stop},
};
use crate::{Error, Ports};

/// How long a lease lasts without an extension.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// How often cancellations are asked for, because a signal can get lost.
const TICK: Duration = Duration::from_millis(500);

/// How many ticks lie between two extensions of the leases.
const TICKS_PER_EXTENSION: u32 = 20;

/// How many executions of one organization, and of all, a process runs at once.
const PER_ORGANIZATION: usize = 128;
const TOTAL: usize = 2048;

plinth_domain::codes! {
    EXECUTIONS_TOO_MANY = "executions.too_many",
        "The organization, or the server, runs as many executions as it may at once; try again.";
}

/// The executions that this process runs.
pub(crate) struct Keeper {
    ports: Arc<Ports>,
    /// The runtime of its task, which continues after the thread of a request has ended.
    runtime: Handle,
    /// The name of this process in leases.
    holder: Uuid,
    running: Mutex<Running>,
    tasks: TaskTracker,
    begun: Once,
}

#[derive(Default)]
struct Running {
    shares: HashMap<OrganizationId, Share>,
    live: HashMap<ExecutionId, Arc<Live>>,
}

/// What the executions of one organization take.
#[derive(Default)]
struct Share {
    places: usize,
    texts: Arc<HeldTexts>,
}

/// The place of one execution; dropping it frees it.
pub(super) struct Place {
    keeper: Arc<Keeper>,
    organization: OrganizationId,
    texts: Arc<HeldTexts>,
    live: Option<Arc<Live>>,
}

impl Keeper {
    pub(crate) fn new(ports: Arc<Ports>, runtime: Handle) -> Self {
        let holder = ports.ids.next();
        let (running, tasks, begun) = (Mutex::default(), TaskTracker::new(), Once::new());
        Self { ports, runtime, holder, running, tasks, begun }
    }

    pub(super) const fn holder(&self) -> Uuid {
        self.holder
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for an execution of an organization.
    pub(super) fn enter(self: &Arc<Self>, organization: OrganizationId) -> Result<Place, Error> {
        self.begun.call_once(|| {
            let signals = self.ports.bus.subscribe();
            drop(self.runtime.spawn(keep(Arc::downgrade(self), signals)));
        });
        if self.tasks.is_closed() {
            let detail = "the server stops";
            return Err(Error::Exhausted { code: EXECUTIONS_TOO_MANY, detail });
        }
        let mut running = self.running();
        let total: usize = running.shares.values().map(|share| share.places).sum();
        let own = running.shares.get(&organization).map_or(0, |share| share.places);
        if own >= PER_ORGANIZATION || total >= TOTAL {
            let detail = "as many executions run as may at once";
            return Err(Error::Exhausted { code: EXECUTIONS_TOO_MANY, detail });
        }
        let own = running.shares.entry(organization).or_default();
        own.places += 1;
        let texts = Arc::clone(&own.texts);
        Ok(Place { keeper: Arc::clone(self), organization, texts, live: None })
    }

    /// An execution that this process runs.
    pub(super) fn find(&self, id: ExecutionId, of: OrganizationId) -> Option<Arc<Live>> {
        let running = self.running();
        running.live.get(&id).filter(|live| live.organization == of).map(Arc::clone)
    }

    /// Runs `work` apart from the request that caused it.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.tasks.spawn_on(work, &self.runtime));
    }

    /// Ends all executions with what came until now, and waits until that is stored.
    pub(crate) async fn end(&self) {
        self.tasks.close();
        for live in self.all() {
            live.stop(Stop::Interrupted);
        }
        self.tasks.wait().await;
    }

    fn all(&self) -> Vec<Arc<Live>> {
        self.running().live.values().map(Arc::clone).collect()
    }

    /// Ends those that a caller has cancelled over any process.
    async fn find_cancelled(&self) -> Result<(), Error> {
        if self.running().live.is_empty() {
            return Ok(());
        }
        let cancelled = self.ports.stores.executions.cancellations(self.holder).await?;
        let running = self.running();
        for live in cancelled.iter().filter_map(|id| running.live.get(id)) {
            live.stop(Stop::Cancelled);
        }
        Ok(())
    }

    /// Extends the leases.
    async fn extend(&self) -> Result<(), Error> {
        let all = self.all();
        if all.is_empty() {
            return Ok(());
        }
        let held: Vec<_> = all.iter().map(|live| (live.organization, live.id)).collect();
        let states = self.ports.stores.executions.extend(self.holder, &held, LEASE).await?;
        for (live, state) in all.iter().zip(states) {
            match state {
                LeaseState::Held => {}
                LeaseState::CancelRequested => live.stop(Stop::Cancelled),
                // It may have ended just now.
                LeaseState::Lost => live.stop(Stop::Lost),
            }
        }
        Ok(())
    }
}

impl Place {
    /// Makes the execution known to this process.
    pub(super) fn run(&mut self, id: ExecutionId) -> Arc<Live> {
        let live = Arc::new(Live::new(id, self.organization, Arc::clone(&self.texts)));
        self.keeper.running().live.insert(id, Arc::clone(&live));
        self.live = Some(Arc::clone(&live));
        live
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut running = self.keeper.running();
        if let Some(live) = &self.live {
            running.live.remove(&live.id);
            live.leave();
        }
        if let Some(own) = running.shares.get_mut(&self.organization) {
            own.places -= 1;
            if own.places == 0 {
                running.shares.remove(&self.organization);
            }
        }
    }
}

/// Keeps the leases until the keeper is dropped.
async fn keep(keeper: Weak<Keeper>, mut signals: Box<dyn Signals>) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // Since the last extension of the leases.
    let mut number: u32 = 0;
    loop {
        let is_tick = tokio::select! {
            _ = ticks.tick() => true,
            signal = signals.next() => match signal {
                Signal::Executions | Signal::Missed => false,
                _ => continue,
            },
        };
        let Some(keeper) = keeper.upgrade() else { return };
        number = number.wrapping_add(u32::from(is_tick));
        let kept = if is_tick && number >= TICKS_PER_EXTENSION {
            // Without an answer, the next tick tries again.
            keeper.extend().await.inspect(|()| number = 0)
        } else {
            keeper.find_cancelled().await
        };
        if let Err(error) = kept {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "the leases of executions were not looked at");
        }
    }
}
