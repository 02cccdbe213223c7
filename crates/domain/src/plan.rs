//! What an organization may have and use by its plan.

mod usage;

use crate::{Invalid, Patch, Text, named};

pub use usage::{LimitUse, UsageMeasure};

crate::codes! {
    PLAN_NAME = "plan.name", "The name of a plan has 1 to 50 small letters, digits and hyphens.";
}

named! {
    /// What a plan limits. The names are those of the settings, too.
    PlanLimit {
        /// Members, together with the open invitations.
        Members = "members",
        /// Documents.
        Documents = "documents",
        /// Bytes of all versions of documents and of open uploads.
        StorageBytes = "storage_bytes",
        /// Requests of the API on a day in UTC.
        ApiCallsPerDay = "api_calls_per_day",
        /// Executions that are begun in a month in UTC.
        ExecutionsPerMonth = "executions_per_month",
        /// What executions cost that end in a month in UTC, in nano-USD (10^-9 USD).
        AiNanoUsdPerMonth = "ai_nano_usd_per_month",
    }
}

/// The name of a plan: 1 to 50 small letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanName(String);

impl PlanName {
    /// The plan of organizations that have no other.
    pub const DEFAULT: &str = "default";

    /// Parses a name.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=50).contains(&text.len()) && text.bytes().all(is_part) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(PLAN_NAME, "1 to 50 small letters, digits and hyphens"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a billing system knows an organization by.
pub type BillingReference = Text<200>;

/// What a plan allows of each thing; all of it without a limit by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanLimits([Option<u64>; PlanLimit::ALL.len()]);

impl PlanLimits {
    /// The limits with this one.
    #[must_use]
    pub const fn with(mut self, limit: PlanLimit, allowed: Option<u64>) -> Self {
        self.0[limit as usize] = allowed;
        self
    }

    /// What the plan allows; `None` where it has no limit.
    #[must_use]
    pub const fn of(&self, limit: PlanLimit) -> Option<u64> {
        self.0[limit as usize]
    }
}

/// A change of what an operator says of an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanAssignment {
    /// The plan; cleared, it is the default one.
    pub plan: Patch<PlanName>,
    /// What a billing system knows the organization by.
    pub billing_reference: Patch<BillingReference>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_plan_is_short_and_plain() {
        assert_eq!(PlanName::parse("team-2").unwrap().as_str(), "team-2");
        assert!(PlanName::parse(PlanName::DEFAULT).is_ok());
        for wrong in ["", "Team", "a b", "a_b", "ä", &"a".repeat(51)] {
            assert_eq!(PlanName::parse(wrong).unwrap_err().code, PLAN_NAME, "{wrong}");
        }
    }

    #[test]
    fn a_plan_has_each_limit_for_itself_and_none_by_default() {
        for limit in PlanLimit::ALL {
            assert_eq!(PlanLimits::default().of(*limit), None);
            let limits = PlanLimits::default().with(*limit, Some(3));
            let limited = PlanLimit::ALL.iter().filter(|other| limits.of(**other).is_some());
            assert_eq!(limited.collect::<Vec<_>>(), [limit]);
        }
    }
}
