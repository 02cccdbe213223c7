//! Takes jobs out of the queue, as many as there are free places for.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use plinth_application::Application;
use plinth_ports::{Claim, JobQueue, LeasedJob, Signal, Signals};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc::Sender},
    time::sleep,
};

use crate::{Options, Pulse, backend::Assignment, desk::Desk};

/// How long free places may gather before jobs are claimed for them, so that
/// short jobs are claimed many at a time.
const GATHERING: Duration = Duration::from_millis(3);

/// What claims jobs for one worker.
pub(crate) struct Claims {
    pub(crate) application: Application,
    pub(crate) queue: Arc<dyn JobQueue>,
    pub(crate) worker: String,
    /// The kinds of job that this worker can run.
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) options: Options,
    pub(crate) pulse: Pulse,
    pub(crate) desk: Arc<Desk>,
    pub(crate) assignments: Sender<Assignment>,
}

impl Claims {
    /// Claims and assigns jobs until it is dropped or nobody takes them.
    pub(crate) async fn run(self) {
        let mut signals = self.application.ports().bus.subscribe();
        let places = Arc::new(Semaphore::new(usize::from(self.options.concurrency)));
        loop {
            let Some(free) = self.free(&places).await else { return };
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
                    () = news(&mut *signals) => {}
                    () = self.pause() => {}
                }
            }
        }
    }

    /// The free places, once there is one at least.
    async fn free(&self, places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
        self.pulse.set_full(places.available_permits() == 0);
        let mut free = Arc::clone(places).acquire_owned().await.ok()?;
        self.pulse.set_full(false);
        if places.available_permits() < usize::from(self.options.concurrency) / 2 {
            sleep(GATHERING).await;
        }
        let more = u32::try_from(places.available_permits()).unwrap_or(u32::MAX);
        if let Ok(more) = Arc::clone(places).try_acquire_many_owned(more) {
            free.merge(more);
        }
        Some(free)
    }

    async fn claim(&self, limit: usize) -> plinth_ports::Result<Vec<LeasedJob>> {
        let claim = Claim {
            worker: &self.worker,
            lease: self.options.lease,
            limit: u16::try_from(limit).unwrap_or(u16::MAX),
            kinds: Some(&self.kinds),
        };
        self.queue.claim(claim).await
    }

    /// Gives each job a place. `None` when nobody takes them any more.
    async fn assign(&self, claimed: Vec<LeasedJob>, mut free: OwnedSemaphorePermit) -> Option<()> {
        let desk = &self.desk;
        let claimed: Vec<_> = claimed.into_iter().map(|job| (desk.put(job.lease), job)).collect();
        for (on_desk, leased) in claimed {
            let place = free.split(1)?;
            self.assignments.send(Assignment { leased, on_desk, place }).await.ok()?;
        }
        Some(())
    }

    /// Waits about as long as between two looks at the queue; workers that
    /// began together do not stay together.
    async fn pause(&self) {
        let [chance, ..] = self.application.ports().secrets.random();
        let share = 0.75 + f64::from(chance) / f64::from(u8::MAX) / 2.0;
        sleep(self.options.poll.mul_f64(share)).await;
    }
}

/// Waits until somebody says that jobs wait, or may have said so. All that was
/// said until now is one piece of news.
async fn news(signals: &mut dyn Signals) {
    while !matters(signals.next().await) {}
    while signals.next().now_or_never().is_some() {}
}

const fn matters(signal: Signal) -> bool {
    matches!(signal, Signal::Jobs | Signal::Missed)
}
