use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_ports::{CachedAccess, StoreError};
use tokio::sync::OnceCell;

/// What a look-up of a credential answers all who ask for it at the same time.
pub(crate) type LookUp = Result<Option<CachedAccess>, Arc<StoreError>>;

/// Look-ups that are under way. All who ask for the same at the same time share one of them.
pub(crate) struct Flights<K, V>(Mutex<HashMap<K, Arc<OnceCell<V>>>>);

impl<K: Eq + Hash + Copy, V: Clone> Flights<K, V> {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    /// The result of the look-up that is under way, or of `look_up`. When the caller that runs it is
    /// dropped, another one runs its own.
    pub(crate) async fn share(&self, key: K, look_up: impl Future<Output = V>) -> V {
        let cell = self.running().entry(key).or_default().clone();
        let flight = Flight { flights: self, key, cell };
        let run = async {
            let found = look_up.await;
            // Who asks from now on gets a newer answer.
            flight.end();
            found
        };
        flight.cell.get_or_init(|| run).await.clone()
    }

    fn running(&self) -> MutexGuard<'_, HashMap<K, Arc<OnceCell<V>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A caller's part in a look-up.
struct Flight<'a, K: Eq + Hash + Copy, V: Clone> {
    flights: &'a Flights<K, V>,
    key: K,
    cell: Arc<OnceCell<V>>,
}

impl<K: Eq + Hash + Copy, V: Clone> Flight<'_, K, V> {
    fn end(&self) {
        let mut running = self.flights.running();
        if running.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell)) {
            running.remove(&self.key);
        }
    }
}

impl<K: Eq + Hash + Copy, V: Clone> Drop for Flight<'_, K, V> {
    fn drop(&mut self) {
        // The map and this caller are the only ones who hold it: every caller was dropped.
        if Arc::strong_count(&self.cell) <= 2 {
            self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::{pending, ready},
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use futures::future::join_all;
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_look_up_and_later_ones_do_not() {
        let (flights, runs) = (Flights::new(), AtomicUsize::new(0));
        let look_up = async || {
            tokio::task::yield_now().await;
            runs.fetch_add(1, Ordering::SeqCst)
        };
        let found = join_all((0..100).map(|_| flights.share(1, look_up()))).await;
        assert_eq!(found, [0; 100]);
        assert_eq!(flights.share(1, look_up()).await, 1);
        assert!(flights.running().is_empty());
    }

    #[tokio::test]
    async fn a_look_up_whose_caller_is_dropped_is_run_by_another() {
        let flights = Flights::new();
        let abandoned = timeout(Duration::ZERO, flights.share(1, pending::<u8>()));
        let (abandoned, found) = tokio::join!(abandoned, flights.share(1, ready(7)));
        assert!(abandoned.is_err());
        assert_eq!(found, 7);
        timeout(Duration::ZERO, flights.share(2, pending::<u8>())).await.unwrap_err();
        assert!(flights.running().is_empty());
    }
}
