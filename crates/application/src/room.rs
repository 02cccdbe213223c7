use chrono::NaiveDate;
use plinth_domain::{LimitUse, OrganizationId, PlanLimit, PlanName, Timestamp};
use plinth_ports::{Counted, Record, SystemUnit, UnitOfWork, UpdatableInUnit};

use crate::{
    AuditRecord, Context, Error,
    limits::{Allowances, LIMIT_REACHED, Limits},
    plans::Plans,
    usage_warning::usage_warned,
};

/// What decides whether an organization may have more of something: the limits of the installation, and
/// those of its plan.
pub(crate) struct Room<'a> {
    pub(crate) organization: OrganizationId,
    pub(crate) limits: Limits,
    pub(crate) plans: &'a Plans,
    pub(crate) allowances: &'a Allowances,
    pub(crate) now: Timestamp,
}

/// The limits of one number.
#[derive(Debug, Clone, Copy)]
struct Bound {
    name: &'static str,
    /// The installation's; 0 for none.
    limit: u64,
    /// The plan's, if any plan has it.
    planned: Option<PlanLimit>,
}

/// A limit of the organization's plan.
#[derive(Debug, Clone, Copy)]
struct Planned {
    limit: PlanLimit,
    allowed: u64,
}

/// A limit of the plan that is nearly reached, in the period that begins on this day.
#[derive(Debug, Clone, Copy)]
struct Near {
    limit: PlanLimit,
    used: LimitUse,
    starts_on: NaiveDate,
}

impl<'a> Context<'a> {
    /// Refuses one more record of this kind beyond the limit.
    pub async fn make_room<R: UpdatableInUnit>(&mut self) -> Result<(), Error> {
        self.make_room_of::<R>(1).await
    }

    /// Refuses `more` records of this kind beyond the limit.
    pub(crate) async fn make_room_of<R: UpdatableInUnit>(
        &mut self,
        more: usize,
    ) -> Result<(), Error> {
        let (room, more) = (self.room(), more as u64);
        let bound = room.bound_of::<R>(self.policy.limits.records);
        if room.admits(bound, more) {
            return Ok(());
        }
        let planned = room.enter(self.unit, bound).await?;
        let count =
            if bound.needs_count(planned) { R::updater(self.unit).count().await? } else { 0 };
        room.decide(bound, planned, count, more)?;
        let warning = room.warning(self.unit, planned, count, more).await?;
        self.warnings.extend(warning);
        Ok(())
    }

    /// Refuses `more` of something beyond the limit.
    pub async fn make_room_for(&mut self, counted: Counted, more: u64) -> Result<(), Error> {
        let warning = self.room().make(self.unit, counted, more).await?;
        self.warnings.extend(warning);
        Ok(())
    }

    fn room(&self) -> Room<'a> {
        Room {
            organization: self.organization(),
            limits: self.policy.limits,
            plans: self.plans,
            allowances: self.allowances,
            now: self.now,
        }
    }
}

impl Bound {
    /// Whether there is a limit that counts for the organization.
    const fn needs_count(self, planned: Option<Planned>) -> bool {
        self.limit > 0 || planned.is_some()
    }
}

impl Room<'_> {
    /// Refuses `more` of something beyond the limit. Returns the warning that most of it is used.
    pub(crate) async fn make(
        &self,
        unit: &mut dyn UnitOfWork,
        counted: Counted,
        more: u64,
    ) -> Result<Option<AuditRecord>, Error> {
        let bound = self.bound_for(counted);
        if self.admits(bound, more) {
            return Ok(None);
        }
        let planned = self.enter(unit, bound).await?;
        let is_counted = bound.needs_count(planned);
        let count = if is_counted { unit.usage().count(counted, self.now).await? } else { 0 };
        self.decide(bound, planned, count, more)?;
        self.warning(unit, planned, count, more).await
    }

    /// Refuses one more member beyond the limit, in a unit across organizations. Returns the warning
    /// that most of it is used.
    pub(crate) async fn make_for_member(
        &self,
        unit: &mut dyn SystemUnit,
    ) -> Result<Option<AuditRecord>, Error> {
        let bound = self.bound_for(Counted::Members);
        if self.admits(bound, 1) {
            return Ok(None);
        }
        let (plan, count) = unit.lock_members(self.organization, self.now).await?;
        let planned = bound.planned.and_then(|limit| self.planned(limit, plan.as_ref()));
        self.decide(bound, planned, count, 1)?;
        let Some(near) = self.near(planned, count, 1) else { return Ok(None) };
        let is_new = unit.mark_warned(self.organization, near.limit, near.starts_on).await?;
        self.warn(near, is_new)
    }

    fn bound_for(&self, counted: Counted) -> Bound {
        Bound {
            name: counted.name(),
            limit: self.limits.of(counted),
            planned: counted.plan_limit().filter(|limit| self.plans.have(*limit)),
        }
    }

    fn bound_of<R: Record>(&self, limit: u64) -> Bound {
        let planned = (R::TABLE == "documents").then_some(PlanLimit::Documents);
        let planned = planned.filter(|limit| self.plans.have(*limit));
        Bound { name: R::TABLE, limit, planned }
    }

    /// Whether `more` may be added without counting.
    fn admits(&self, bound: Bound, more: u64) -> bool {
        let is_free = bound.limit == 0 && bound.planned.is_none();
        is_free || self.allowances.admit(self.organization, bound.name, more)
    }

    /// Locks the number, and finds the limit of the organization's plan.
    async fn enter(
        &self,
        unit: &mut dyn UnitOfWork,
        bound: Bound,
    ) -> Result<Option<Planned>, Error> {
        let Some(limit) = bound.planned else {
            unit.usage().lock(bound.name).await?;
            return Ok(None);
        };
        let plan = unit.usage().lock_with_plan(bound.name).await?;
        Ok(self.planned(limit, plan.as_ref()))
    }

    /// The limit of a plan.
    fn planned(&self, limit: PlanLimit, plan: Option<&PlanName>) -> Option<Planned> {
        let (_, limits) = self.plans.in_force(plan);
        limits.of(limit).map(|allowed| Planned { limit, allowed })
    }

    fn decide(
        &self,
        bound: Bound,
        planned: Option<Planned>,
        count: u64,
        more: u64,
    ) -> Result<(), Error> {
        let name = || bound.name.replace('_', " ");
        let mut room = u64::MAX;
        if let Some(Planned { limit, allowed }) = planned {
            room = LimitUse { allowed, used: count }.left();
            if room < more.max(1) {
                let detail = format!("the plan allows at most {allowed} {}", name());
                return Err(Error::PlanLimit { limit, detail, retry_after: None });
            }
        }
        if bound.limit > 0 {
            room = room.min(bound.limit.saturating_sub(count));
            if room < more.max(1) {
                let detail =
                    format!("the organization may have at most {} {}", bound.limit, name()).into();
                return Err(Error::Refused { code: LIMIT_REACHED, detail });
            }
        }
        self.allowances.renew(self.organization, bound.name, room - more);
        Ok(())
    }

    /// The warning that most of what the plan allows is used, once in its period.
    async fn warning(
        &self,
        unit: &mut dyn UnitOfWork,
        planned: Option<Planned>,
        count: u64,
        more: u64,
    ) -> Result<Option<AuditRecord>, Error> {
        let Some(near) = self.near(planned, count, more) else { return Ok(None) };
        let is_new = unit.usage().mark_warned(near.limit, near.starts_on).await?;
        self.warn(near, is_new)
    }

    /// The limit of which the organization is to be warned, unless that is known to have happened.
    fn near(&self, planned: Option<Planned>, count: u64, more: u64) -> Option<Near> {
        let Planned { limit, allowed } = planned?;
        let used = LimitUse { allowed, used: count.saturating_add(more) };
        let starts_on = limit.first_day(self.now.date_naive());
        let is_due =
            used.is_near() && !self.allowances.has_warned(self.organization, limit, starts_on);
        is_due.then_some(Near { limit, used, starts_on })
    }

    fn warn(
        &self,
        Near { limit, used, starts_on }: Near,
        is_new: bool,
    ) -> Result<Option<AuditRecord>, Error> {
        if is_new {
            return usage_warned(self.organization, limit, used, starts_on).map(Some);
        }
        // Another commit has told of it.
        self.allowances.remember_warned(self.organization, limit, starts_on);
        Ok(None)
    }
}
