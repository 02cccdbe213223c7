use std::time::{Duration, Instant};

use super::shares::Share;

/// The right to take a connection.
#[derive(Debug)]
pub struct Entered {
    /// The share of the connections to which it counts.
    pub share: Option<Share>,
    /// When there must be a connection.
    pub deadline: Instant,
    /// The timeout of a response.
    pub response_timeout: Duration,
}

impl Entered {
    /// The same right, which is taken from `self`.
    pub const fn again(&mut self) -> Self {
        Self { share: self.share.take(), ..*self }
    }
}
