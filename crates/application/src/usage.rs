//! What an organization may have and use by its plan, and what it has and uses. Days and months are those
//! of UTC, which a billing system counts by.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use plinth_domain::{LimitUse, Organization, Permission, PlanLimit, PlanLimits, UsageMeasure};
use plinth_ports::{Counted, OrganizationReader, UsedAmount};

use crate::{Application, Caller, Error, Query, Reading, View};

/// The months that are shown, with the current one.
pub const USAGE_MONTHS: u32 = 24;

/// What an organization uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationUsage {
    /// The name of the plan that counts for it.
    pub plan: String,
    /// Each limit of a plan.
    pub limits: Vec<LimitState>,
    /// The months in which something was used, the newest first.
    pub months: Vec<MonthUsage>,
    /// The days of the current month on which the API was called, the newest first.
    pub days: Vec<DayUsage>,
}

/// A limit, and what is used of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitState {
    /// What is limited.
    pub limit: PlanLimit,
    /// What the plan allows; `None` where it has no such limit.
    pub allowed: Option<u64>,
    /// What is used.
    pub used: u64,
    /// The first day of the period that is counted; `None` for what the organization has now.
    pub starts_on: Option<NaiveDate>,
}

impl LimitState {
    /// Whether most of it is used: the organization was warned, or is with the next use.
    #[must_use]
    pub fn is_near(self) -> bool {
        let Self { allowed, used, .. } = self;
        allowed.is_some_and(|allowed| LimitUse { allowed, used }.is_near())
    }
}

/// What was used in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthUsage {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Requests of the API.
    pub api_calls: u64,
    /// Executions that were begun.
    pub executions: u64,
    /// What executions have cost that have ended, in nano-USD.
    pub ai_cost: u64,
}

/// How often the API was called on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayUsage {
    /// The day.
    pub day: NaiveDate,
    /// Requests of the API.
    pub api_calls: u64,
}

/// Reads what an organization has and has used.
struct ReadUsage;

/// What is read.
struct Found {
    organization: Organization,
    today: NaiveDate,
    members: u64,
    documents: u64,
    stored_bytes: u64,
    /// In the order of the periods.
    used: Vec<UsedAmount>,
}

impl Query for ReadUsage {
    const NAME: &'static str = "organization.usage";
    const PERMISSION: Permission = Permission::OrganizationRead;
    const SLOW: &'static str = "the usage took too long to count: ask again later";
    type Output = Found;

    /// Documents and bytes are counted.
    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Found, Error> {
        let (now, today) = (view.now, view.now.date_naive());
        let organization = OrganizationReader::find(view.unit.organization()).await?;
        Ok(Found {
            organization: organization.ok_or(Error::NotFound("organization"))?,
            today,
            members: view.unit.usage().count(Counted::Members, now).await?,
            documents: view.unit.documents().count().await?,
            stored_bytes: view.unit.usage().count(Counted::StoredBytes, now).await?,
            used: view.unit.usage().used_since(first_month(today)).await?,
        })
    }
}

impl Application {
    /// What the caller's organization uses, and what its plan allows. Requests of the last ten seconds may
    /// be missing.
    pub async fn organization_usage(&self, caller: &Caller) -> Result<OrganizationUsage, Error> {
        let found = self.query(caller, ReadUsage).await?;
        let (plan, limits) = self.ports.plans.in_force(found.organization.plan.as_ref());
        Ok(found.usage(plan, &limits))
    }
}

impl Found {
    fn usage(&self, plan: &str, limits: &PlanLimits) -> OrganizationUsage {
        let state = |limit: &PlanLimit| {
            let (used, starts_on) = self.used_of(*limit);
            LimitState { limit: *limit, allowed: limits.of(*limit), used, starts_on }
        };
        OrganizationUsage {
            plan: plan.to_owned(),
            limits: PlanLimit::ALL.iter().map(state).collect(),
            months: self.months(),
            days: self.days(),
        }
    }

    /// What is used of a limit, and since when.
    fn used_of(&self, limit: PlanLimit) -> (u64, Option<NaiveDate>) {
        let measure = match limit {
            PlanLimit::Members => return (self.members, None),
            PlanLimit::Documents => return (self.documents, None),
            PlanLimit::StorageBytes => return (self.stored_bytes, None),
            PlanLimit::ApiCallsPerDay => UsageMeasure::ApiCalls,
            PlanLimit::ExecutionsPerMonth => UsageMeasure::Executions,
            PlanLimit::AiNanoUsdPerMonth => UsageMeasure::AiCost,
        };
        let starts_on = measure.first_day(self.today);
        let is_now = |used: &&UsedAmount| used.measure == measure && used.starts_on == starts_on;
        let used = self.used.iter().find(is_now).map_or(0, |used| used.amount);
        (used, Some(starts_on))
    }

    fn months(&self) -> Vec<MonthUsage> {
        let mut months = BTreeMap::new();
        for UsedAmount { measure, starts_on, amount } in &self.used {
            let starts_on = starts_on.with_day(1).unwrap_or(*starts_on);
            let nothing = MonthUsage { starts_on, api_calls: 0, executions: 0, ai_cost: 0 };
            let month = months.entry(starts_on).or_insert(nothing);
            let sum = match measure {
                UsageMeasure::ApiCalls => &mut month.api_calls,
                UsageMeasure::Executions => &mut month.executions,
                UsageMeasure::AiCost => &mut month.ai_cost,
            };
            *sum = sum.saturating_add(*amount);
        }
        months.into_values().rev().collect()
    }

    fn days(&self) -> Vec<DayUsage> {
        let month = self.today.with_day(1).unwrap_or(self.today);
        let days = self
            .used
            .iter()
            .rev()
            .filter(|used| used.measure == UsageMeasure::ApiCalls && used.starts_on >= month);
        days.map(|used| DayUsage { day: used.starts_on, api_calls: used.amount }).collect()
    }
}

/// The first day of the oldest month that is shown.
fn first_month(today: NaiveDate) -> NaiveDate {
    let month = today.with_day(1).unwrap_or(today);
    month.checked_sub_months(Months::new(USAGE_MONTHS - 1)).unwrap_or(month)
}

#[cfg(test)]
mod tests {
    use plinth_domain::{Id, Name, Slug, Timestamp};
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn found() -> Found {
        let used =
            |measure, starts_on, amount| UsedAmount { measure, starts_on: day(starts_on), amount };
        let (name, slug) = (Name::parse("Acme").unwrap(), Slug::parse("acme-1").unwrap());
        let id = Id::from_uuid(Uuid::from_u128(1));
        Found {
            organization: Organization::found(id, name, slug, Timestamp::default()),
            today: day("2026-12-02"),
            members: 4,
            documents: 0,
            stored_bytes: 9,
            used: vec![
                used(UsageMeasure::AiCost, "2026-11-01", 7),
                used(UsageMeasure::ApiCalls, "2026-11-30", 2),
                used(UsageMeasure::ApiCalls, "2026-12-01", 3),
                used(UsageMeasure::Executions, "2026-12-01", 5),
                used(UsageMeasure::ApiCalls, "2026-12-02", 1),
            ],
        }
    }

    #[test]
    fn each_limit_counts_its_own_period() {
        let limits = PlanLimits::default().with(PlanLimit::Members, Some(5));
        let usage = found().usage("team", &limits);
        let used: Vec<_> = usage.limits.iter().map(|one| one.used).collect();
        assert_eq!(used, [4, 0, 9, 1, 5, 0]);
        let near = usage.limits.iter().filter(|one| one.is_near());
        assert_eq!(near.map(|one| one.limit).collect::<Vec<_>>(), [PlanLimit::Members]);
        assert_eq!(usage.limits[3].starts_on, Some(day("2026-12-02")));
        assert_eq!(usage.limits[4].starts_on, Some(day("2026-12-01")));
    }

    #[test]
    fn the_history_adds_days_up_and_begins_with_the_newest() {
        let usage = found().usage("team", &PlanLimits::default());
        let months: Vec<_> = usage.months.iter().map(|m| (m.starts_on, m.api_calls)).collect();
        assert_eq!(months, [(day("2026-12-01"), 4), (day("2026-11-01"), 2)]);
        assert_eq!((usage.months[0].executions, usage.months[1].ai_cost), (5, 7));
        let days: Vec<_> = usage.days.iter().map(|one| one.api_calls).collect();
        assert_eq!(days, [1, 3], "those of this month");
        assert_eq!(first_month(day("2026-12-02")), day("2025-01-01"));
    }
}
