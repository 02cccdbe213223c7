use chrono::TimeDelta;

use crate::Timestamp;

/// How long a proof counts as fresh.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// What is known of how a user has proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assurance {
    /// When the user of the session last proved who they are: by the second factor, or by the
    /// password of an account without one. `None` when that is not known.
    pub proved_at: Option<Timestamp>,
    /// Whether the account has a second factor.
    pub has_factor: bool,
    /// Whether the organization requires one of its members.
    pub requires_factor: bool,
}

impl Assurance {
    /// Whether the last proof is at most ten minutes old.
    #[must_use]
    pub fn is_fresh(self, now: Timestamp) -> bool {
        self.proved_at.is_some_and(|at| now - at <= FRESH)
    }

    /// Whether the user must set up a second factor first.
    #[must_use]
    pub const fn lacks_factor(self) -> bool {
        self.requires_factor && !self.has_factor
    }
}
