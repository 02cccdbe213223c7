use async_trait::async_trait;
use plinth_domain::OrganizationId;

use crate::Stale;

/// A hint that something may have changed. It carries no truth: whoever gets
/// one reads the truth anew, and whoever misses one reads it a little later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// Entries wait to be sequenced.
    Journal,
    /// An organization's feed has grown.
    Events(OrganizationId),
    /// Jobs wait to be run.
    Jobs,
    /// Admissions do not hold any more.
    Access(Stale),
    /// Signals may have been lost: whatever is remembered must be read anew.
    Missed,
}

/// Wakes up whoever waits, in this process and, where a server connects them,
/// in the others.
pub trait Bus: Send + Sync {
    /// Tells everybody, this process included. Never waits and never fails: a
    /// signal that cannot be sent is lost.
    fn publish(&self, signal: Signal);

    /// Every signal from now on.
    fn subscribe(&self) -> Box<dyn Signals>;

    /// Whether signals of other processes arrive at the moment. Always, where
    /// there is only this process.
    fn is_connected(&self) -> bool;
}

/// Signals as they come.
#[async_trait]
pub trait Signals: Send {
    /// Waits for the next signal. [`Signal::Missed`] stands for any that were
    /// lost: the reader was slow, or the connection was away. Dropping the
    /// future loses nothing.
    async fn next(&mut self) -> Signal;
}
