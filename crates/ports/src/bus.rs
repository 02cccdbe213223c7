use async_trait::async_trait;
use plinth_domain::OrganizationId;

use crate::Invalidation;

/// A hint that something may have changed. It carries no data: a receiver reads
/// the store, and one that misses a signal reads it a little later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// New audit records have no numbers yet.
    Journal,
    /// The event stream of the organization has new events.
    Events(OrganizationId),
    /// Jobs are due.
    Jobs,
    /// Running executions shall end.
    Executions,
    /// Cached admissions are no longer valid.
    Access(Invalidation),
    /// What is cached of the organization's prompts, models and budgets is no longer valid.
    Catalogue(OrganizationId),
    /// Signals may have been lost: everything that is cached must be read again.
    Missed,
}

/// Handles a signal at once. It neither waits nor fails.
pub type SignalHandler = Box<dyn Fn(Signal) + Send + Sync>;

/// Sends signals to the receivers in this process and, where a server connects
/// them, in the other processes.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Sends a signal to all receivers, those of this process included. It neither
    /// waits nor fails: a signal that cannot be sent is lost.
    fn publish(&self, signal: Signal);

    /// Waits until the handlers of every other process have handled what this process published
    /// before, or until that takes too long: a quarter of a second. It never fails.
    async fn confirmed(&self);

    /// Calls `handler` with every signal from now on, of this process and of others, before its
    /// sender gets a confirmation.
    fn attend(&self, handler: SignalHandler);

    /// Subscribes to every signal from now on.
    fn subscribe(&self) -> Box<dyn Signals>;

    /// Whether signals of other processes arrive at the moment; always `true` where
    /// there is only this process.
    fn is_connected(&self) -> bool;
}

/// A subscription to signals.
#[async_trait]
pub trait Signals: Send {
    /// Waits for the next signal. [`Signal::Missed`] replaces signals that were
    /// lost, because the reader was slow or the connection was interrupted.
    /// Dropping the future loses no signal.
    async fn next(&mut self) -> Signal;
}
