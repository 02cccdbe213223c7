use std::{fmt, time::Duration};

/// Is told how long statements and the waits for connections take, for metrics. It must not block.
pub trait Observer: fmt::Debug + Send + Sync {
    /// A connection was obtained; opening one is part of the wait.
    fn obtained(&self, wait: Duration);

    /// No connection was obtained in time.
    fn timed_out(&self);

    /// A statement has ended. Of a batch, its first statement counts.
    fn ran(&self, statement: &Statement<'_>);
}

/// A statement that has ended.
#[derive(Debug, Clone, Copy)]
pub struct Statement<'a> {
    /// Its verb: `SELECT`.
    pub operation: &'a str,
    /// Its first table.
    pub table: Option<&'a str>,
    /// The time until its answer was read.
    pub took: Duration,
    /// Why it failed: the SQLSTATE, or `io`.
    pub error: Option<&'a str>,
}
