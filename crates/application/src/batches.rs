use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use plinth_domain::OrganizationId;
use plinth_ports::{StoreError, TokenHash};
use tokio::sync::oneshot;

use crate::background::queue::Background;

/// How long a look-up waits for others.
pub(crate) const WINDOW: Duration = Duration::from_millis(20);

/// Look-ups that wait to be made together, by one query. Thousands of streams check their
/// credentials all the time, and none of them is in a hurry.
pub(crate) struct Batch<T> {
    query: Query<T>,
    waiting: Mutex<Vec<Waiting<T>>>,
    /// Held by the batch that is under way: while the database is slow, the next one grows.
    turn: tokio::sync::Mutex<()>,
}

/// The organization of a credential, and its hash.
type Place = (OrganizationId, TokenHash);

/// Finds many at once, each with its hash.
type Query<T> = Box<
    dyn Fn(Vec<Place>) -> BoxFuture<'static, Result<Vec<(TokenHash, T)>, StoreError>> + Send + Sync,
>;

/// The result of one of the look-ups; `None` when nothing was found.
type Found<T> = Result<Option<T>, Arc<StoreError>>;

/// A look-up, and where its result is awaited.
type Waiting<T> = (Place, oneshot::Sender<Found<T>>);

impl<T: Clone + Send + 'static> Batch<T> {
    pub(crate) fn new<W>(query: impl Fn(Vec<Place>) -> W + Send + Sync + 'static) -> Arc<Self>
    where
        W: Future<Output = Result<Vec<(TokenHash, T)>, StoreError>> + Send + 'static,
    {
        let query: Query<T> = Box::new(move |places| query(places).boxed());
        Arc::new(Self { query, waiting: Mutex::default(), turn: tokio::sync::Mutex::new(()) })
    }

    /// Finds one, together with those that are asked for within [`WINDOW`].
    pub(crate) async fn find(self: &Arc<Self>, place: Place, background: &Background) -> Found<T> {
        let (result, is_first) = self.add(place);
        if is_first {
            let batch = Arc::clone(self);
            drop(background.spawn(async move { batch.run().await }));
        }
        // The batch is dropped when the process ends.
        result.await.unwrap_or_else(|gone| Err(Arc::new(StoreError::Unavailable(gone.into()))))
    }

    /// Adds a look-up. Returns where its result is awaited, and whether it is the first of a batch.
    fn add(&self, place: Place) -> (oneshot::Receiver<Found<T>>, bool) {
        let (sender, result) = oneshot::channel();
        let mut waiting = self.waiting();
        waiting.push((place, sender));
        (result, waiting.len() == 1)
    }

    /// Waits for more look-ups, and makes all of them.
    async fn run(&self) {
        tokio::time::sleep(WINDOW).await;
        let _turn = self.turn.lock().await;
        let waiting = mem::take(&mut *self.waiting());
        let places = waiting.iter().map(|(place, _)| *place).collect();
        let found = (self.query)(places).await.map(HashMap::<_, _>::from_iter).map_err(Arc::new);
        for ((_, hash), sender) in waiting {
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
    use plinth_domain::Id;
    use tokio::runtime::Handle;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn look_ups_of_one_moment_are_one_query_and_each_gets_its_own_result() {
        let queries = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&queries);
        let batch = Batch::new(move |places: Vec<Place>| {
            count.fetch_add(1, Ordering::SeqCst);
            let even = places.into_iter().filter(|(_, hash)| hash[0] % 2 == 0);
            let found = even.map(|(_, hash)| (hash, hash[0])).collect();
            async { Ok(found) }
        });
        let background = Background::new(Handle::current());
        let here = Id::from_uuid(Uuid::nil());
        let look_up = async |n: u8| batch.find((here, [n; 32]), &background).await.unwrap();
        let found = join_all((0..100).map(look_up)).await;
        assert_eq!(queries.load(Ordering::SeqCst), 1);
        for (n, found) in (0..100).zip(found) {
            assert_eq!(found, (n % 2 == 0).then_some(n));
        }
        assert_eq!(look_up(2).await, Some(2));
        assert_eq!(queries.load(Ordering::SeqCst), 2);
    }
}
