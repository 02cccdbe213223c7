//! Parts of an allowance that a process takes from Redis at once, so that it need not ask for each
//! request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use plinth_ports::Allowance;
use tokio::sync::Mutex as AsyncMutex;

/// How long a slice can be used.
const LIFETIME: Duration = Duration::from_secs(1);

/// The maximum number of keys with a slice; those beyond ask for each request.
const KEYS: usize = 20_000;

/// The slices of one quota.
#[derive(Debug)]
pub struct Slices {
    /// The number of requests in a slice.
    size: u32,
    keys: Mutex<HashMap<String, Arc<AsyncMutex<Slice>>>>,
    /// When idle keys were last looked for.
    swept: Mutex<Option<Instant>>,
}

/// What a process has of one key's allowance.
#[derive(Debug)]
pub struct Slice {
    /// The number of requests that it may still admit.
    pub left: u32,
    /// The number of requests that were left in Redis when it was taken.
    pub beyond: u32,
    until: Instant,
    /// Until when Redis refuses the key.
    refused: Option<Instant>,
}

impl Slices {
    /// A tenth of the burst, at most what is restored in a second; `None` where that is a single
    /// request.
    pub fn of(allowance: Allowance) -> Option<Self> {
        let a_second = LIFETIME.as_nanos() / allowance.each().as_nanos();
        let size = (allowance.burst / 10).min(u32::try_from(a_second).unwrap_or(u32::MAX));
        (size > 1).then(|| Self { size, keys: Mutex::default(), swept: Mutex::default() })
    }

    pub const fn size(&self) -> u32 {
        self.size
    }

    /// The slice of a key, which is empty at first; `None` when there are too many.
    pub fn find(&self, key: &str) -> Option<Arc<AsyncMutex<Slice>>> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slice) = keys.get(key) {
            return Some(Arc::clone(slice));
        }
        if keys.len() >= KEYS && self.may_sweep() {
            let now = Instant::now();
            keys.retain(|_, slice| {
                // The one that has just found it has not locked it yet.
                let is_held = Arc::strong_count(slice) > 1;
                is_held || slice.try_lock().is_ok_and(|slice| slice.until > now)
            });
        }
        (keys.len() < KEYS).then(|| {
            let slice = Arc::new(AsyncMutex::new(Slice::empty()));
            keys.insert(key.to_owned(), Arc::clone(&slice));
            slice
        })
    }
}

impl Slices {
    /// Whether the last sweep is long enough ago: it looks at every key.
    fn may_sweep(&self) -> bool {
        let mut swept = self.swept.lock().unwrap_or_else(PoisonError::into_inner);
        let may = swept.is_none_or(|at| at.elapsed() >= LIFETIME / 10);
        if may {
            *swept = Some(Instant::now());
        }
        may
    }
}

impl Slice {
    fn empty() -> Self {
        Self { left: 0, beyond: 0, until: Instant::now(), refused: None }
    }

    /// How long Redis still refuses the key, as it has said.
    pub fn refused_for(&self) -> Option<Duration> {
        let left = self.refused?.saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// Remembers that Redis refuses the key for this long.
    pub fn refuse(&mut self, wait: Duration) {
        self.refused = Some(Instant::now() + wait);
    }

    /// Counts one request; `false` when the slice is used up or too old.
    pub fn take(&mut self) -> bool {
        let is_usable = self.left > 0 && Instant::now() < self.until;
        self.left -= u32::from(is_usable);
        is_usable
    }

    /// Replaces the slice after Redis has allowed `taken` requests, of which one is used at once.
    pub fn refill(&mut self, taken: u32, beyond: u32) {
        let until = Instant::now() + LIFETIME;
        *self = Self { left: taken.saturating_sub(1), beyond, until, refused: None };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(per_minute: u32, burst: u32) -> Option<u32> {
        let period = Duration::from_mins(1);
        Slices::of(Allowance { per_period: per_minute, period, burst }).map(|slices| slices.size())
    }

    #[test]
    fn a_slice_is_a_tenth_of_the_burst_and_at_most_what_a_second_restores() {
        assert_eq!(size(6000, 600), Some(60));
        assert_eq!(size(1200, 300), Some(20));
        assert_eq!(size(60, 600), None, "one a second");
        assert_eq!(size(6000, 10), None, "a tenth is one");
    }

    #[test]
    fn an_idle_key_is_forgotten_when_there_are_too_many_and_a_busy_one_is_not() {
        let slices =
            Slices::of(Allowance { per_period: 6000, period: Duration::from_mins(1), burst: 600 });
        let slices = slices.unwrap();
        let busy = slices.find("busy").unwrap();
        busy.try_lock().unwrap().refill(60, 0);
        for n in 0..KEYS * 2 {
            slices.find(&n.to_string());
        }
        assert!(slices.keys.lock().unwrap().len() <= KEYS);
        assert!(slices.find("busy").unwrap().try_lock().unwrap().take());
    }
}
