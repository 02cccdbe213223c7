use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Notify;
use uuid::Uuid;

/// The requests for confirmation of this process that still wait for answers.
#[derive(Debug, Default)]
pub(super) struct Confirmations {
    next: AtomicU64,
    waiting: Mutex<HashMap<u64, Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// To how many processes Redis has sent the request; `None` until that is known.
    receivers: Option<usize>,
    /// The processes that have answered. One that got the request twice answers twice.
    answered: HashSet<Uuid>,
    complete: Arc<Notify>,
}

/// A request for confirmation; given up when it is dropped.
pub(super) struct Request {
    confirmations: Arc<Confirmations>,
    number: u64,
    complete: Arc<Notify>,
}

impl Confirmations {
    /// Registers a request.
    pub(super) fn request(self: &Arc<Self>) -> Request {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting::default();
        let complete = waiting.complete.clone();
        self.waiting().insert(number, waiting);
        Request { confirmations: self.clone(), number, complete }
    }

    /// Records to how many processes Redis has sent a request, this process included.
    pub(super) fn sent(&self, number: u64, receivers: usize) {
        if let Some(waiting) = self.waiting().get_mut(&number) {
            waiting.receivers = Some(receivers);
            waiting.check();
        }
    }

    /// Records the answer of a process.
    pub(super) fn answer(&self, number: u64, by: Uuid) {
        if let Some(waiting) = self.waiting().get_mut(&number) {
            waiting.answered.insert(by);
            waiting.check();
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn check(&self) {
        if self.receivers.is_some_and(|receivers| self.answered.len() >= receivers) {
            self.complete.notify_one();
        }
    }
}

impl Request {
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// Waits until every process that got the request has answered.
    pub(super) async fn answered(&self) {
        self.complete.notified().await;
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.confirmations.waiting().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn is_answered(request: &Request) -> bool {
        timeout(Duration::ZERO, request.answered()).await.is_ok()
    }

    #[tokio::test]
    async fn a_request_is_answered_when_each_receiver_has_answered() {
        let [first, second] = [1, 2].map(Uuid::from_u128);
        let confirmations = Arc::new(Confirmations::default());
        let (request, other) = (confirmations.request(), confirmations.request());
        confirmations.answer(request.number(), first);
        confirmations.answer(request.number(), first);
        assert!(!is_answered(&request).await, "it is not known who got it");
        confirmations.sent(request.number(), 2);
        assert!(!is_answered(&request).await, "one has answered twice");
        confirmations.answer(request.number(), second);
        assert!(is_answered(&request).await && !is_answered(&other).await);
    }

    #[tokio::test]
    async fn a_request_without_receivers_is_answered_and_one_that_is_dropped_forgotten() {
        let confirmations = Arc::new(Confirmations::default());
        let request = confirmations.request();
        confirmations.sent(request.number(), 0);
        assert!(is_answered(&request).await);
        drop(request);
        assert!(confirmations.waiting().is_empty());
    }
}
