use plinth_domain::Timestamp;
use uuid::Uuid;

/// The current time.
pub trait Clock: Send + Sync {
    /// The current time, truncated to microseconds like PostgreSQL's.
    fn now(&self) -> Timestamp;
}

/// Generates identities.
pub trait Ids: Send + Sync {
    /// A new UUID of version 7 (RFC 9562): later ones sort after earlier ones.
    fn next(&self) -> Uuid;

    /// A new UUID of version 7 that carries this time to the microsecond: identities sort by their
    /// times, also of different processes.
    fn at(&self, time: Timestamp) -> Uuid;
}
