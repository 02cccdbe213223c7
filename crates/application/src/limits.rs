//! The limits of an organization: how many records, members, keys and bytes it may have.
//!
//! A limit is enforced in the transaction that adds to the number. Far from the limit, a process
//! counts once and then allows itself a sixteenth of what is left, for at most a minute: almost no
//! addition counts anything. Close to the limit it counts each time, after a lock that other
//! transactions with the same addition wait for, so that one is never exceeded by a race there.
//! Other processes may use up what they have allowed themselves before, so a limit of thousands may
//! be exceeded by a sixteenth at most for each process, in a minute in which an organization comes
//! from nowhere near it to its end.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use plinth_domain::{OrganizationId, PlanLimit};
use plinth_ports::Counted;

plinth_domain::codes! {
    LIMIT_REACHED = "limit.reached",
        "The organization has as many as its limit allows; the detail names the limit.";
    PLAN_LIMIT_EXCEEDED = "plan_limit_exceeded",
        "The plan of the organization allows no more; `limit` names the limit.";
}

/// The limits of each organization; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The records of one kind.
    pub records: u64,
    /// Members together with open invitations.
    pub members: u64,
    /// Open invitations.
    pub open_invitations: u64,
    /// API keys that are neither revoked nor expired.
    pub live_api_keys: u64,
    /// Open uploads.
    pub open_uploads: u64,
    /// Stored bytes.
    pub stored_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            records: 1_000_000,
            members: 10_000,
            open_invitations: 1_000,
            live_api_keys: 1_000,
            open_uploads: 10_000,
            stored_bytes: 1 << 40,
        }
    }
}

impl Limits {
    pub(crate) const fn of(self, counted: Counted) -> u64 {
        match counted {
            Counted::Members => self.members,
            Counted::OpenInvitations => self.open_invitations,
            Counted::LiveApiKeys => self.live_api_keys,
            Counted::OpenUploads => self.open_uploads,
            Counted::StoredBytes => self.stored_bytes,
            // Only plans limit them.
            Counted::Executions | Counted::AiCost => 0,
        }
    }
}

/// How long a process uses up its allowance.
const FRESH: Duration = Duration::from_mins(1);

/// The divisor of what is left, for the allowance of one process.
const SHARE: u64 = 16;

/// So close to a limit everything is counted.
const CLOSE: u64 = 1024;

/// The maximum number of remembered allowances: a few megabytes.
const REMEMBERED: usize = 50_000;

/// What this process may add without counting.
#[derive(Debug, Default)]
pub(crate) struct Allowances {
    known: Mutex<HashMap<(OrganizationId, &'static str), Allowance>>,
    warned: Mutex<HashSet<Warned>>,
}

/// The limit of a plan of which an organization was warned, in the period that begins on a day.
type Warned = (OrganizationId, PlanLimit, NaiveDate);

#[derive(Debug, Clone, Copy)]
struct Allowance {
    counted_at: Instant,
    left: u64,
}

impl Allowances {
    /// Whether `more` may be added without counting.
    pub(crate) fn admit(
        &self,
        organization: OrganizationId,
        name: &'static str,
        more: u64,
    ) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(allowance) = known.get_mut(&(organization, name)) else { return false };
        let is_enough = allowance.counted_at.elapsed() < FRESH && allowance.left >= more.max(1);
        if is_enough {
            allowance.left -= more;
        }
        is_enough
    }

    /// Remembers that `room` is left.
    pub(crate) fn renew(&self, organization: OrganizationId, name: &'static str, room: u64) {
        let left = if room < CLOSE { 0 } else { room / SHARE };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert((organization, name), Allowance { counted_at: Instant::now(), left });
    }

    /// Counts again the next time: the organization has another plan.
    pub(crate) fn forget(&self, organization: OrganizationId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(owner, _), _| *owner != organization);
    }

    /// Whether it is known that the organization was warned of a limit in this period.
    pub(crate) fn has_warned(
        &self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) -> bool {
        let warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        warned.contains(&(organization, limit, starts_on))
    }

    /// Remembers that the organization was warned of a limit, by a commit that is over.
    pub(crate) fn remember_warned(
        &self,
        organization: OrganizationId,
        limit: PlanLimit,
        starts_on: NaiveDate,
    ) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() >= REMEMBERED {
            warned.clear();
        }
        warned.insert((organization, limit, starts_on));
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_process_allows_itself_a_part_of_what_is_left_and_nothing_close_to_the_limit() {
        let (allowances, ours) = (Allowances::default(), Id::from_uuid(Uuid::from_u128(1)));
        assert!(!allowances.admit(ours, "projects", 1), "nothing is known yet");
        allowances.renew(ours, "projects", 1600);
        let admitted = (0..1000).filter(|_| allowances.admit(ours, "projects", 1)).count();
        assert_eq!(admitted, 100);
        allowances.renew(ours, "projects", CLOSE - 1);
        assert!(!allowances.admit(ours, "projects", 1));
        allowances.renew(ours, "stored bytes", 1 << 40);
        assert!(!allowances.admit(ours, "stored bytes", 1 << 37));
        assert!(allowances.admit(ours, "stored bytes", 1 << 36));
        assert!(!allowances.admit(Id::from_uuid(Uuid::from_u128(2)), "stored bytes", 1));
        allowances.forget(ours);
        assert!(!allowances.admit(ours, "stored bytes", 1), "it has another plan");
    }
}
