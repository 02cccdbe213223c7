use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Remembers that Redis did not answer, so that not every request waits for it
/// anew: for a while nobody asks, then one does for all.
#[derive(Debug)]
pub(crate) struct Breaker {
    began: Instant,
    rest: Duration,
    /// When somebody may ask again, in milliseconds; 0 for always.
    until: AtomicU64,
}

impl Breaker {
    pub(crate) fn new(rest: Duration) -> Self {
        Self { began: Instant::now(), rest, until: AtomicU64::new(0) }
    }

    /// Whether to ask. After a rest, one caller is let through, and the others
    /// once that one was answered.
    pub(crate) fn admits(&self) -> bool {
        let until = self.until.load(Ordering::SeqCst);
        if until == 0 {
            return true;
        }
        let (now, next) = (self.after(Duration::ZERO), self.after(self.rest));
        let ordering = Ordering::SeqCst;
        now >= until && self.until.compare_exchange(until, next, ordering, ordering).is_ok()
    }

    /// Redis did not answer. Whether that is news.
    pub(crate) fn open(&self) -> bool {
        self.until.swap(self.after(self.rest), Ordering::SeqCst) == 0
    }

    /// Redis answered. Whether that is news.
    pub(crate) fn close(&self) -> bool {
        // Usually it is closed, and many ask at once: reading is cheaper.
        self.until.load(Ordering::SeqCst) != 0 && self.until.swap(0, Ordering::SeqCst) != 0
    }

    /// So long after now; never 0.
    fn after(&self, time: Duration) -> u64 {
        let at = (self.began.elapsed() + time).as_millis();
        u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_asks_during_the_rest() {
        let breaker = Breaker::new(Duration::from_mins(1));
        assert!(breaker.admits() && breaker.admits());
        assert!(breaker.open(), "it is news");
        assert!(!breaker.open(), "it is no news");
        assert!(!breaker.admits());
        assert!(breaker.close(), "it is news");
        assert!(!breaker.close(), "it is no news");
        assert!(breaker.admits());
    }

    #[test]
    fn after_the_rest_one_asks_for_all() {
        let breaker = Breaker { rest: Duration::from_mins(1), ..Breaker::new(Duration::ZERO) };
        // As if the rest had ended just now.
        breaker.until.store(1, Ordering::SeqCst);
        assert!(breaker.admits());
        assert!(!breaker.admits());
    }
}
