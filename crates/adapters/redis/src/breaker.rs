use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// A circuit breaker: after a command without a response it is open, and commands fail at once
/// instead of waiting for the timeout. After the cooldown one command is allowed.
#[derive(Debug)]
pub(crate) struct Breaker {
    began: Instant,
    cooldown: Duration,
    /// When the next command is allowed, in milliseconds since `began`; 0 while closed.
    until: AtomicU64,
}

impl Breaker {
    pub(crate) fn new(cooldown: Duration) -> Self {
        Self { began: Instant::now(), cooldown, until: AtomicU64::new(0) }
    }

    /// Whether a command may be sent. After the cooldown one caller is allowed; the others follow
    /// after the response to its command.
    pub(crate) fn admits(&self) -> bool {
        let until = self.until.load(Ordering::SeqCst);
        if until == 0 {
            return true;
        }
        let (now, next) = (self.after(Duration::ZERO), self.after(self.cooldown));
        let ordering = Ordering::SeqCst;
        now >= until && self.until.compare_exchange(until, next, ordering, ordering).is_ok()
    }

    /// Records a command without a response. Returns whether the breaker was closed.
    pub(crate) fn open(&self) -> bool {
        self.until.swap(self.after(self.cooldown), Ordering::SeqCst) == 0
    }

    /// Records a response. Returns whether the breaker was open.
    pub(crate) fn close(&self) -> bool {
        // It is usually closed, and callers are concurrent: a load is cheaper than a swap.
        self.until.load(Ordering::SeqCst) != 0 && self.until.swap(0, Ordering::SeqCst) != 0
    }

    /// The moment `time` from now, in milliseconds since `began`; never 0.
    fn after(&self, time: Duration) -> u64 {
        let at = (self.began.elapsed() + time).as_millis();
        u64::try_from(at).unwrap_or(u64::MAX).saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_is_sent_during_the_cooldown() {
        let breaker = Breaker::new(Duration::from_mins(1));
        assert!(breaker.admits() && breaker.admits());
        assert!(breaker.open(), "it was closed");
        assert!(!breaker.open(), "it was open already");
        assert!(!breaker.admits());
        assert!(breaker.close(), "it was open");
        assert!(!breaker.close(), "it was closed already");
        assert!(breaker.admits());
    }

    #[test]
    fn after_the_cooldown_one_command_is_let_through() {
        let breaker = Breaker { cooldown: Duration::from_mins(1), ..Breaker::new(Duration::ZERO) };
        // As if the cooldown had just ended.
        breaker.until.store(1, Ordering::SeqCst);
        assert!(breaker.admits());
        assert!(!breaker.admits());
    }
}
