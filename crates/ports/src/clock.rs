use plinth_domain::Timestamp;
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, cut to whole microseconds as PostgreSQL keeps them.
    fn now(&self) -> Timestamp;
}

/// Makes identities.
pub trait Ids: Send + Sync {
    /// A new UUID, version 7 (RFC 9562): younger ones sort after older ones.
    fn next(&self) -> Uuid;
}
