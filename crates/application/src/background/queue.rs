use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{runtime::Handle, sync::Semaphore, task::JoinHandle};
use tokio_util::task::TaskTracker;
use tracing::Instrument;
use uuid::Uuid;

use crate::Error;

/// Work after the response. It is bounded, because callers cause it faster than it is done: beyond
/// the bounds, it is dropped and counted.
pub(crate) struct Background {
    tasks: TaskTracker,
    /// The tasks that receive bodies, which are also among `tasks`.
    receiving: TaskTracker,
    /// The runtime of the tasks, which continue after the thread of a request has ended.
    runtime: Handle,
    /// How much of it runs at once: it must leave connections to the requests.
    turns: Semaphore,
    waiting: Mutex<Waiting>,
    dropped: AtomicU64,
}

/// How much work was accepted and is not done, and whose.
#[derive(Default)]
struct Waiting {
    total: usize,
    by_owner: HashMap<Uuid, Own>,
}

/// The work of one owner.
struct Own {
    count: usize,
    /// One piece runs at a time: it may wait for what its owner uses otherwise.
    turn: Arc<Semaphore>,
}

/// The place of one piece of work; released on drop.
struct Place {
    background: Arc<Background>,
    owner: Uuid,
    own_turn: Arc<Semaphore>,
}

impl Background {
    /// The maximum amount of accepted work.
    const TOTAL: usize = 1024;
    /// The maximum of one organization or user.
    const PER_OWNER: usize = 128;
    /// The maximum that runs at once.
    const TURNS: usize = 4;

    pub(crate) fn new(runtime: Handle) -> Self {
        Self {
            tasks: TaskTracker::new(),
            receiving: TaskTracker::new(),
            runtime,
            turns: Semaphore::new(Self::TURNS),
            waiting: Mutex::default(),
            dropped: AtomicU64::new(0),
        }
    }

    /// Runs `work` when it has its turn, unless too much is waiting already. `owner` is the
    /// organization or the user that it is done for.
    pub(super) fn run(
        self: &Arc<Self>,
        owner: Uuid,
        work: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) {
        let Some(place) = self.place(owner) else {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            // Each time that the number doubles, so that a flood does not fill the log.
            if dropped.is_power_of_two() {
                tracing::warn!(dropped, "too much background work is waiting: some was dropped");
            }
            return;
        };
        let work = async move {
            let _own_turn = place.own_turn.acquire().await;
            let _turn = place.background.turns.acquire().await;
            if let Err(error) = work.await {
                tracing::warn!(error = &error as &dyn std::error::Error, "background work failed");
            }
        };
        self.tasks.spawn_on(work.in_current_span(), &self.runtime);
    }

    /// Runs work that its caller bounds, in the caller's runtime.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tasks.spawn(work)
    }

    /// Runs work that receives a body, like [`Self::spawn`].
    pub(crate) fn spawn_receiving<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.spawn(self.receiving.track_future(work))
    }

    /// Waits until no task receives a body.
    pub(super) async fn received(&self) {
        self.receiving.close();
        self.receiving.wait().await;
    }

    /// Accepts no more work, and waits for what was accepted.
    pub(super) async fn drain(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// How much work was dropped.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn place(self: &Arc<Self>, owner: Uuid) -> Option<Place> {
        let mut waiting = self.waiting();
        let count = waiting.by_owner.get(&owner).map_or(0, |own| own.count);
        if waiting.total >= Self::TOTAL || count >= Self::PER_OWNER {
            return None;
        }
        waiting.total += 1;
        let begun = || Own { count: 0, turn: Arc::new(Semaphore::new(1)) };
        let own = waiting.by_owner.entry(owner).or_insert_with(begun);
        own.count += 1;
        let own_turn = Arc::clone(&own.turn);
        Some(Place { background: Arc::clone(self), owner, own_turn })
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut waiting = self.background.waiting();
        waiting.total -= 1;
        if let Entry::Occupied(mut own) = waiting.by_owner.entry(self.owner) {
            own.get_mut().count -= 1;
            if own.get().count == 0 {
                own.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::{Notify, oneshot};

    use super::*;

    #[tokio::test]
    async fn work_of_one_owner_that_waits_leaves_the_turns_to_others() {
        let background = Arc::new(Background::new(Handle::current()));
        for _ in 0..Background::PER_OWNER {
            background.run(Uuid::from_u128(1), std::future::pending());
        }
        let (sender, done) = oneshot::channel();
        background.run(Uuid::from_u128(2), async move {
            sender.send(()).map_err(|()| Error::internal("nothing waits for it"))
        });
        tokio::time::timeout(std::time::Duration::from_secs(10), done).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn background_work_is_bounded_in_total_and_for_each_owner() {
        let background = Arc::new(Background::new(Handle::current()));
        let release = Arc::new(Notify::new());
        let put = |owner: u128| {
            let release = Arc::clone(&release);
            background.run(Uuid::from_u128(owner), async move {
                release.notified().await;
                release.notify_one();
                Ok(())
            });
        };
        (0..100_000).for_each(|_| put(1));
        assert_eq!(background.waiting().total, Background::PER_OWNER);
        put(2);
        assert_eq!(
            background.waiting().total,
            Background::PER_OWNER + 1,
            "another is not hindered"
        );
        (3..100_003).for_each(put);
        assert_eq!(background.waiting().total, Background::TOTAL);
        let dropped = 200_001 - Background::TOTAL as u64;
        assert_eq!(background.dropped(), dropped);
        release.notify_one();
        background.drain().await;
        let waiting = background.waiting();
        assert_eq!((waiting.total, waiting.by_owner.len()), (0, 0));
    }
}
