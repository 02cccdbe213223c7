//! The plans of the installation, and which one an organization has.
//!
//! A plan that is no longer in the settings counts as the default one: a mistake in the settings locks no
//! organization out. A log line tells of it, once for each name.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use plinth_domain::{PlanLimit, PlanLimits, PlanName};

plinth_domain::codes! {
    PLAN_UNKNOWN = "plan.unknown", "The settings have no such plan.";
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its name.
    pub name: PlanName,
    /// What it allows.
    pub limits: PlanLimits,
}

/// The plans of the installation. Without any, nothing is limited by a plan.
#[derive(Debug, Default)]
pub struct Plans {
    plans: Vec<Plan>,
    /// The names of which a log line has told.
    unknown: Mutex<HashSet<PlanName>>,
}

impl Plans {
    /// These plans, each with another name. The one called `default` is that of organizations without
    /// another; without it, they have no limits.
    #[must_use]
    pub fn new(plans: Vec<Plan>) -> Self {
        Self { plans, unknown: Mutex::default() }
    }

    /// Whether an organization can have the plan.
    #[must_use]
    pub fn has(&self, name: &PlanName) -> bool {
        name.as_str() == PlanName::DEFAULT || self.find(name.as_str()).is_some()
    }

    /// Whether any plan has this limit.
    pub(crate) fn have(&self, limit: PlanLimit) -> bool {
        self.plans.iter().any(|plan| plan.limits.of(limit).is_some())
    }

    /// The plan that counts for an organization with this plan: its name, and what it allows.
    pub(crate) fn in_force<'a>(&'a self, plan: Option<&'a PlanName>) -> (&'a str, PlanLimits) {
        if let Some(name) = plan {
            if let Some(found) = self.find(name.as_str()) {
                return (name.as_str(), found.limits);
            }
            if name.as_str() != PlanName::DEFAULT {
                self.tell_unknown(name);
            }
        }
        let default = self.find(PlanName::DEFAULT).map(|plan| plan.limits);
        (PlanName::DEFAULT, default.unwrap_or_default())
    }

    fn find(&self, name: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.name.as_str() == name)
    }

    fn tell_unknown(&self, name: &PlanName) {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        if unknown.insert(name.clone()) {
            let plan = name.as_str();
            tracing::warn!(
                plan,
                "a plan of an organization is not in the settings: the default counts"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(name: &str, members: u64) -> Plan {
        let limits = PlanLimits::default().with(PlanLimit::Members, Some(members));
        Plan { name: PlanName::parse(name).unwrap(), limits }
    }

    fn members(plans: &Plans, name: Option<&str>) -> Option<u64> {
        let name = name.map(|name| PlanName::parse(name).unwrap());
        plans.in_force(name.as_ref()).1.of(PlanLimit::Members)
    }

    #[test]
    fn an_installation_without_plans_limits_nothing() {
        let plans = Plans::default();
        assert!(PlanLimit::ALL.iter().all(|limit| !plans.have(*limit)));
        assert_eq!(members(&plans, None), None);
        assert!(plans.has(&PlanName::parse("default").unwrap()));
    }

    #[test]
    fn a_plan_that_is_no_longer_in_the_settings_counts_as_the_default_one() {
        let plans = Plans::new(vec![plan("team", 5)]);
        assert_eq!(members(&plans, Some("team")), Some(5));
        assert_eq!((members(&plans, None), members(&plans, Some("gone"))), (None, None));
        let plans = Plans::new(vec![plan("team", 5), plan("default", 2)]);
        assert_eq!((members(&plans, None), members(&plans, Some("gone"))), (Some(2), Some(2)));
        let gone = PlanName::parse("gone").unwrap();
        assert_eq!(plans.in_force(Some(&gone)).0, "default");
        assert!(!plans.has(&gone));
    }
}
