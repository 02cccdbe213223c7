use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use plinth_ports::{StoreError, TokenHash};
use tokio::sync::oneshot;

/// How long a look-up waits for others.
pub(crate) const WINDOW: Duration = Duration::from_millis(20);

/// Look-ups that wait to be made together, by one query. Thousands of streams check their
/// credentials all the time, and none of them is in a hurry.
pub(crate) struct Batch<T> {
    waiting: Mutex<Vec<Waiting<T>>>,
    /// Held by the batch that is under way: while the database is slow, the next one grows.
    turn: tokio::sync::Mutex<()>,
}

/// The result of one of the look-ups; `None` when nothing was found.
type Found<T> = Result<Option<T>, Arc<StoreError>>;

/// A look-up, and where its result is awaited.
type Waiting<T> = (TokenHash, oneshot::Sender<Found<T>>);

impl<T: Clone> Batch<T> {
    pub(crate) fn new() -> Self {
        Self { waiting: Mutex::default(), turn: tokio::sync::Mutex::new(()) }
    }

    /// Adds a look-up. Returns where its result is awaited, and whether it is the first, for which
    /// [`Self::run`] must be called.
    pub(crate) fn add(&self, hash: TokenHash) -> (oneshot::Receiver<Found<T>>, bool) {
        let (sender, result) = oneshot::channel();
        let mut waiting = self.waiting();
        waiting.push((hash, sender));
        (result, waiting.len() == 1)
    }

    /// Waits for more look-ups, and makes all of them by `find`.
    pub(crate) async fn run(
        &self,
        find: impl AsyncFnOnce(&[TokenHash]) -> Result<Vec<(TokenHash, T)>, StoreError>,
    ) {
        tokio::time::sleep(WINDOW).await;
        let _turn = self.turn.lock().await;
        let waiting = mem::take(&mut *self.waiting());
        let hashes: Vec<_> = waiting.iter().map(|(hash, _)| *hash).collect();
        let found = find(&hashes).await.map(HashMap::<_, _>::from_iter).map_err(Arc::new);
        for (hash, sender) in waiting {
            let own = found.as_ref().map(|found| found.get(&hash).cloned()).map_err(Arc::clone);
            // The caller may have been dropped.
            drop(sender.send(own));
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting<T>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn look_ups_of_one_moment_are_one_query_and_each_gets_its_own_result() {
        let (batch, queries) = (Batch::new(), AtomicUsize::new(0));
        let look_up = async |n: u8| {
            let (result, is_first) = batch.add([n; 32]);
            if is_first {
                let find = async |hashes: &[TokenHash]| {
                    queries.fetch_add(1, Ordering::SeqCst);
                    let even = hashes.iter().filter(|hash| hash[0] % 2 == 0);
                    Ok(even.map(|hash| (*hash, hash[0])).collect())
                };
                batch.run(find).await;
            }
            result.await.unwrap().unwrap()
        };
        let found = join_all((0..100).map(look_up)).await;
        assert_eq!(queries.load(Ordering::SeqCst), 1);
        for (n, found) in (0..100).zip(found) {
            assert_eq!(found, (n % 2 == 0).then_some(n));
        }
        assert_eq!(look_up(2).await, Some(2));
        assert_eq!(queries.load(Ordering::SeqCst), 2);
    }
}
