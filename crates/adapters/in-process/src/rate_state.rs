use std::{sync::Arc, time::Duration};

use governor::{
    nanos::Nanos,
    state::{
        InMemoryState, NotKeyed, StateStore,
        keyed::{DashMapStateStore, ShrinkableKeyedStateStore},
    },
};

/// The state of each recently seen key, for at most `capacity` keys.
///
/// When it is full, requests with a new key are allowed uncounted, and known keys stay counted.
/// A flood of addresses can neither exhaust the memory nor reset a count.
///
/// A clone shares the states.
#[derive(Debug, Clone)]
pub(crate) struct BoundedState {
    keys: Arc<DashMapStateStore<String>>,
    capacity: usize,
}

impl BoundedState {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { keys: Arc::default(), capacity }
    }

    /// Moves the time at which the full allowance of a key is available again back by `each`.
    pub(crate) fn refund(&self, key: &str, each: Duration) {
        let Some(state) = self.keys.get(key) else { return };
        let each = Nanos::from(each);
        // `Err`: nothing is counted.
        let _: Result<(), ()> = measure(&state, |full| match full {
            Some(full) => Ok(((), full.saturating_sub(each))),
            None => Err(()),
        });
    }
}

impl StateStore for BoundedState {
    type Key = String;

    fn measure_and_replace<T, F, E>(&self, key: &String, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        if let Some(state) = self.keys.get(key) {
            return measure(&state, decide);
        }
        if self.keys.len() >= self.capacity {
            return decide(None).map(|(decision, _)| decision);
        }
        measure(&self.keys.entry(key.clone()).or_default(), decide)
    }
}

fn measure<T, E>(
    state: &InMemoryState,
    decide: impl Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
) -> Result<T, E> {
    state.measure_and_replace(&NotKeyed::NonKey, decide)
}

impl ShrinkableKeyedStateStore<String> for BoundedState {
    fn retain_recent(&self, drop_below: Nanos) {
        ShrinkableKeyedStateStore::retain_recent(&*self.keys, drop_below);
    }

    fn shrink_to_fit(&self) {
        self.keys.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.keys.len()
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}
