use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_ports::Signal;
use tokio::sync::Notify;
use uuid::Uuid;

use super::message;
use crate::{RedisConnection, backoff::Backoff, fault::Fault};

/// Signals that are not sent to Redis yet. A signal that is in the outbox already is not added
/// again. When the outbox is full, one [`Signal::Missed`] replaces its contents.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    known: HashSet<Signal>,
    order: VecDeque<Signal>,
    closed: bool,
}

impl Outbox {
    const CAPACITY: usize = 4096;
    /// The maximum number of signals in one round trip.
    const BATCH: usize = 128;

    pub(super) fn put(&self, signal: Signal) {
        let mut waiting = self.waiting();
        if waiting.known.insert(signal) {
            waiting.order.push_back(signal);
        }
        if waiting.order.len() > Self::CAPACITY {
            waiting.known = HashSet::from([Signal::Missed]);
            waiting.order = VecDeque::from([Signal::Missed]);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    /// Ends the delivery. Waiting signals are sent once more, without a retry.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.filled.notify_one();
    }

    /// Waits for the next batch; `None` when the outbox is closed and empty.
    async fn next(&self) -> Option<Vec<Signal>> {
        loop {
            if let Some(batch) = self.take() {
                return Some(batch);
            }
            if self.is_closed() {
                return None;
            }
            self.filled.notified().await;
        }
    }

    fn take(&self) -> Option<Vec<Signal>> {
        let mut waiting = self.waiting();
        let count = waiting.order.len().min(Self::BATCH);
        let batch: Vec<_> = waiting.order.drain(..count).collect();
        for signal in &batch {
            waiting.known.remove(signal);
        }
        Some(batch).filter(|batch| !batch.is_empty())
    }

    /// Returns unsent signals to the front of the queue.
    fn put_back(&self, batch: Vec<Signal>) {
        let mut waiting = self.waiting();
        for signal in batch.into_iter().rev() {
            if waiting.known.insert(signal) {
                waiting.order.push_front(signal);
            }
        }
    }

    fn is_closed(&self) -> bool {
        self.waiting().closed
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // No critical section panics between two changes.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Publishes the signals of the outbox until it is closed. A failed batch is retried: the other
/// processes may still be connected, and would not detect a lost signal.
pub(super) async fn deliver(
    outbox: Arc<Outbox>,
    connection: RedisConnection,
    channel: String,
    instance: Uuid,
) {
    let mut backoff = Backoff::new();
    while let Some(batch) = outbox.next().await {
        let Err(fault) = send(&connection, &channel, instance, &batch).await else {
            backoff.reset();
            continue;
        };
        if outbox.is_closed() {
            return;
        }
        outbox.put_back(batch);
        if backoff.is_first() {
            let error = &fault as &dyn std::error::Error;
            tracing::warn!(error, "signals to other processes wait until Redis is reachable");
        }
        backoff.wait().await;
    }
}

async fn send(
    connection: &RedisConnection,
    channel: &str,
    instance: Uuid,
    batch: &[Signal],
) -> Result<(), Fault> {
    let mut messages = redis::pipe();
    for signal in batch {
        let message = message::encode(instance, *signal);
        messages.cmd("PUBLISH").arg(channel).arg(message).ignore();
    }
    let messages = &messages;
    connection.ask(|mut redis| async move { messages.exec_async(&mut redis).await }).await
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;

    use super::*;

    fn events(n: u128) -> Signal {
        Signal::Events(Id::from_uuid(Uuid::from_u128(n)))
    }

    #[test]
    fn a_signal_waits_once() {
        let outbox = Outbox::default();
        for signal in [Signal::Jobs, events(1), Signal::Jobs, events(2), events(1)] {
            outbox.put(signal);
        }
        assert_eq!(outbox.take(), Some(vec![Signal::Jobs, events(1), events(2)]));
        outbox.put(Signal::Jobs);
        assert_eq!(outbox.take(), Some(vec![Signal::Jobs]), "it was sent before, and is new");
        assert_eq!(outbox.take(), None);
    }

    #[test]
    fn what_was_not_sent_goes_before_what_came_later() {
        let outbox = Outbox::default();
        outbox.put(events(1));
        outbox.put(events(2));
        let batch = outbox.take().unwrap();
        outbox.put(events(3));
        outbox.put(events(1));
        outbox.put_back(batch);
        assert_eq!(outbox.take(), Some(vec![events(2), events(3), events(1)]));
    }

    #[test]
    fn a_flood_becomes_one_signal_that_something_was_missed() {
        let outbox = Outbox::default();
        for n in 0..100_000 {
            outbox.put(events(n));
            assert!(outbox.waiting().order.len() <= Outbox::CAPACITY);
        }
        assert_eq!(outbox.take().unwrap()[0], Signal::Missed);
    }

    #[tokio::test]
    async fn what_waits_is_still_handed_out_after_the_end() {
        let outbox = Outbox::default();
        outbox.put(Signal::Jobs);
        outbox.close();
        assert_eq!(outbox.next().await, Some(vec![Signal::Jobs]));
        assert_eq!(outbox.next().await, None);
    }
}
