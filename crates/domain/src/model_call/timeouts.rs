use std::time::Duration;

use crate::{Invalid, codes};

/// How long a call of a model may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelTimeouts {
    /// Until the connection stands, TLS included.
    pub connect: Duration,
    /// From the request to the first content of a streamed answer. Thoughts of the model count as
    /// content, comments and pings do not.
    pub first_token: Duration,
    /// From one line of the answer to the next, once content has come; comments count.
    pub idle: Duration,
    /// The whole execution, with all its attempts.
    pub total: Duration,
}

impl Default for ModelTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_token: Duration::from_secs(30),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(10),
        }
    }
}

/// A change of [`ModelTimeouts`]; absent ones stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the one of its name")]
pub struct TimeoutChanges {
    pub connect: Option<Duration>,
    pub first_token: Option<Duration>,
    pub idle: Option<Duration>,
    pub total: Option<Duration>,
}

impl ModelTimeouts {
    /// The time-outs after a change.
    #[must_use]
    pub fn change(self, changes: TimeoutChanges) -> Self {
        Self {
            connect: changes.connect.unwrap_or(self.connect),
            first_token: changes.first_token.unwrap_or(self.first_token),
            idle: changes.idle.unwrap_or(self.idle),
            total: changes.total.unwrap_or(self.total),
        }
    }

    /// Checks [`connect`](Self::connect), in milliseconds: 100 to 30,000.
    pub fn check_connect(milliseconds: u64) -> Result<Duration, Invalid> {
        within(milliseconds, 100, 30_000)
    }

    /// Checks [`first_token`](Self::first_token) or [`idle`](Self::idle), in milliseconds: 100 to
    /// 600,000.
    pub fn check_wait(milliseconds: u64) -> Result<Duration, Invalid> {
        within(milliseconds, 100, 600_000)
    }

    /// Checks [`total`](Self::total), in milliseconds: 1,000 to 3,600,000.
    pub fn check_total(milliseconds: u64) -> Result<Duration, Invalid> {
        within(milliseconds, 1_000, 3_600_000)
    }
}

fn within(milliseconds: u64, min: u64, max: u64) -> Result<Duration, Invalid> {
    if (min..=max).contains(&milliseconds) {
        return Ok(Duration::from_millis(milliseconds));
    }
    Err(Invalid::new(codes::NUMBER_OUT_OF_RANGE, format!("{min} to {max} milliseconds")))
}
