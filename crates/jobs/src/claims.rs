//! Claims jobs from the queue, as many as there are free slots.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::FutureExt;
use plinth_ports::{Bus, Claim, JobQueue, LeasedJob, Secrets, Signal, Signals};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc::Sender},
    time::sleep,
};

use crate::{
    Options, Pulse,
    backend::Assignment,
    leases::LeaseRegistry,
    room::{Open, Room},
};

/// How long a claim waits for more free slots, so that short jobs are claimed in batches.
const GATHERING: Duration = Duration::from_millis(3);

/// The same for jobs of a kind with a limit, which take longer.
const LIMITED_GATHERING: Duration = Duration::from_millis(10);

/// When the kinds with a limit are claimed: after each pause, when there is room again for a kind of
/// which more may wait, and otherwise once a poll interval. So a worker that is busy with other kinds
/// does not ask twice for each batch.
#[derive(Debug, Default)]
pub(crate) struct LimitedClaims {
    due: bool,
    last: Option<Instant>,
    /// The kinds of which more jobs may wait: the last claim had no room for one more of them.
    left: Vec<&'static str>,
}

impl LimitedClaims {
    fn is_due(&self, poll: Duration) -> bool {
        self.due || self.last.is_none_or(|last| last.elapsed() >= poll)
    }
}

/// Claims jobs for one worker.
pub(crate) struct Claims {
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) worker: String,
    /// The kinds of job that this worker can run, and its room for those with a limit.
    pub(crate) room: Room,
    pub(crate) limited: LimitedClaims,
    pub(crate) options: Options,
    pub(crate) pulse: Pulse,
    pub(crate) leases: Arc<LeaseRegistry>,
    pub(crate) assignments: Sender<Assignment>,
}

impl Claims {
    /// Claims and assigns jobs until it is dropped or the receiver is.
    pub(crate) async fn run(mut self) {
        let mut signals = self.bus.subscribe();
        let slots = Arc::new(Semaphore::new(usize::from(self.options.concurrency)));
        loop {
            let Some(free) = self.free(&slots).await else { return };
            let wanted = free.num_permits();
            let claimed = match self.claim(wanted).await {
                Ok(claimed) => claimed,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "jobs could not be claimed"
                    );
                    self.pause().await;
                    continue;
                }
            };
            self.pulse.beat();
            let all = claimed.len();
            if self.assign(claimed, free).await.is_none() {
                return;
            }
            if all < wanted {
                tokio::select! {
                    () = signalled(&mut *signals) => {}
                    () = self.pause() => {}
                    () = self.room.freed(&self.limited.left) => sleep(LIMITED_GATHERING).await,
                }
                self.limited.due = true;
            }
        }
    }

    /// Waits for at least one free slot, and returns the free slots.
    async fn free(&self, slots: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        self.pulse.set_full(slots.available_permits() == 0);
        let mut free = Arc::clone(slots).acquire_owned().await.ok()?;
        self.pulse.set_full(false);
        if slots.available_permits() < usize::from(self.options.concurrency) / 2 {
            sleep(GATHERING).await;
        }
        let more = u32::try_from(slots.available_permits()).unwrap_or(u32::MAX);
        if let Ok(more) = Arc::clone(slots).try_acquire_many_owned(more) {
            free.merge(more);
        }
        Some(free)
    }

    /// Claims up to `wanted` jobs: of the kinds with a limit first, as many as there is room for,
    /// and then of the others.
    async fn claim(&mut self, wanted: usize) -> plinth_ports::Result<Vec<LeasedJob>> {
        let mut claimed = Vec::new();
        if self.limited.is_due(self.options.poll) {
            let Open { kinds, closed, room } = self.room.open();
            let limit = room.min(wanted);
            if limit > 0 {
                claimed = self.claim_of(&kinds, limit).await?;
            }
            let has_more = claimed.len() == limit;
            let left = if has_more { [kinds, closed].concat() } else { closed };
            self.limited = LimitedClaims { due: has_more, last: Some(Instant::now()), left };
        }
        let rest = wanted - claimed.len();
        if rest > 0 && !self.room.unlimited().is_empty() {
            match self.claim_of(self.room.unlimited(), rest).await {
                Ok(others) => claimed.extend(others),
                Err(error) if claimed.is_empty() => return Err(error),
                // The jobs in hand are run; the next claim reports the error.
                Err(_) => {}
            }
        }
        Ok(claimed)
    }

    async fn claim_of(
        &self,
        kinds: &[&'static str],
        limit: usize,
    ) -> plinth_ports::Result<Vec<LeasedJob>> {
        let claim = Claim {
            worker: &self.worker,
            lease: self.options.lease,
            limit: u16::try_from(limit).unwrap_or(u16::MAX),
            kinds: Some(kinds),
        };
        self.queue.claim(claim).await
    }

    /// Assigns a slot to each job. `None` when the receiver is dropped.
    async fn assign(&self, claimed: Vec<LeasedJob>, mut free: OwnedSemaphorePermit) -> Option<()> {
        let claimed: Vec<_> =
            claimed.into_iter().map(|job| (self.leases.register(job.lease), job)).collect();
        for (guard, leased) in claimed {
            let slot = free.split(1)?;
            let room = self.room.take(&leased.job.kind);
            self.assignments.send(Assignment { leased, guard, slot, room }).await.ok()?;
        }
        Some(())
    }

    /// Waits for about one poll interval; a random share spreads workers that were started
    /// together.
    async fn pause(&self) {
        let [chance, ..] = self.secrets.random();
        let share = 0.75 + f64::from(chance) / f64::from(u8::MAX) / 2.0;
        sleep(self.options.poll.mul_f64(share)).await;
    }
}

/// Waits for a signal that jobs are due, or that signals were lost. One claim covers all signals so
/// far.
async fn signalled(signals: &mut dyn Signals) {
    while !matters(signals.next().await) {}
    while signals.next().now_or_never().is_some() {}
}

const fn matters(signal: Signal) -> bool {
    matches!(signal, Signal::Jobs | Signal::Missed)
}
