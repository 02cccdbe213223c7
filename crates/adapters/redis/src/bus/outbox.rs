use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_ports::Signal;
use tokio::sync::Notify;
use uuid::Uuid;

use super::{
    confirmations::Confirmations,
    message::{self, Message},
};
use crate::{RedisConnection, backoff::Backoff, fault::Fault};

/// Messages that are not sent to Redis yet. A message that is in the outbox already is not added
/// again. When the outbox is full, one [`Signal::Missed`] replaces its contents.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    filled: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    known: HashSet<Message>,
    order: VecDeque<Message>,
    closed: bool,
}

impl Outbox {
    const CAPACITY: usize = 4096;
    /// The maximum number of messages in one round trip.
    const BATCH: usize = 128;

    pub(super) fn put(&self, message: Message) {
        let mut waiting = self.waiting();
        if waiting.known.insert(message) {
            waiting.order.push_back(message);
        }
        if waiting.order.len() > Self::CAPACITY {
            let missed = Message::Signal(Signal::Missed);
            waiting.known = HashSet::from([missed]);
            waiting.order = VecDeque::from([missed]);
        }
        drop(waiting);
        self.filled.notify_one();
    }

    /// Ends the delivery. Waiting messages are sent once more, without a retry.
    pub(super) fn close(&self) {
        self.waiting().closed = true;
        self.filled.notify_one();
    }

    /// Waits for the next batch; `None` when the outbox is closed and empty.
    async fn next(&self) -> Option<Vec<Message>> {
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

    fn take(&self) -> Option<Vec<Message>> {
        let mut waiting = self.waiting();
        let count = waiting.order.len().min(Self::BATCH);
        let batch: Vec<_> = waiting.order.drain(..count).collect();
        for message in &batch {
            waiting.known.remove(message);
        }
        Some(batch).filter(|batch| !batch.is_empty())
    }

    /// Returns unsent messages to the front of the queue. One that waits behind them again is moved:
    /// a request for confirmation follows the signals that it is about.
    fn put_back(&self, batch: Vec<Message>) {
        let mut waiting = self.waiting();
        for message in batch.into_iter().rev() {
            if !waiting.known.insert(message) {
                waiting.order.retain(|later| *later != message);
            }
            waiting.order.push_front(message);
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

/// The task that sends what is in the outbox.
pub(super) struct Delivery {
    pub(super) outbox: Arc<Outbox>,
    pub(super) confirmations: Arc<Confirmations>,
    pub(super) connection: RedisConnection,
    /// The sender of its messages.
    pub(super) instance: Uuid,
}

impl Delivery {
    /// Publishes the messages of the outbox until it is closed. A failed batch is retried: the
    /// other processes may still be connected, and would not detect a lost signal.
    pub(super) async fn run(self) {
        let mut backoff = Backoff::new();
        while let Some(batch) = self.outbox.next().await {
            let Err(fault) = self.send(&batch).await else {
                backoff.reset();
                continue;
            };
            if self.outbox.is_closed() {
                return;
            }
            self.outbox.put_back(batch);
            if backoff.is_first() {
                let error = &fault as &dyn std::error::Error;
                tracing::warn!(error, "signals to other processes wait until Redis is reachable");
            }
            backoff.wait().await;
        }
    }

    async fn send(&self, batch: &[Message]) -> Result<(), Fault> {
        let signals = message::signals(&self.connection);
        let mut messages = redis::pipe();
        for message in batch {
            let text = message::encode(self.instance, *message);
            let publish = messages.cmd("PUBLISH");
            match message {
                Message::Signal(_) | Message::Confirm(_) => publish.arg(&signals),
                Message::Confirmed { to, .. } => {
                    publish.arg(message::confirmations(&self.connection, *to))
                }
            }
            .arg(text);
        }
        let messages = &messages;
        let receivers: Vec<usize> = self
            .connection
            .ask(|mut redis| async move { messages.query_async(&mut redis).await })
            .await?;
        for (message, receivers) in batch.iter().zip(receivers) {
            if let Message::Confirm(number) = message {
                self.confirmations.sent(*number, receivers);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;

    use super::*;

    const JOBS: Message = Message::Signal(Signal::Jobs);

    fn events(n: u128) -> Message {
        Message::Signal(Signal::Events(Id::from_uuid(Uuid::from_u128(n))))
    }

    #[test]
    fn a_message_waits_once() {
        let outbox = Outbox::default();
        for message in [JOBS, events(1), JOBS, events(2), events(1)] {
            outbox.put(message);
        }
        assert_eq!(outbox.take(), Some(vec![JOBS, events(1), events(2)]));
        outbox.put(JOBS);
        assert_eq!(outbox.take(), Some(vec![JOBS]), "it was sent before, and is new");
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
        assert_eq!(outbox.take(), Some(vec![events(1), events(2), events(3)]));
    }

    #[test]
    fn a_flood_becomes_one_signal_that_something_was_missed() {
        let outbox = Outbox::default();
        for n in 0..100_000 {
            outbox.put(events(n));
            assert!(outbox.waiting().order.len() <= Outbox::CAPACITY);
        }
        assert_eq!(outbox.take().unwrap()[0], Message::Signal(Signal::Missed));
    }

    #[tokio::test]
    async fn what_waits_is_still_handed_out_after_the_end() {
        let outbox = Outbox::default();
        outbox.put(JOBS);
        outbox.close();
        assert_eq!(outbox.next().await, Some(vec![JOBS]));
        assert_eq!(outbox.next().await, None);
    }
}
