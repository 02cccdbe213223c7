//! The requests of organizations: each process counts them, and adds them to the days of the organizations
//! every ten seconds, many at once. So no request waits for the database, but the first ones of an
//! organization in a process, where a plan limits requests: they share one question.
//!
//! A limit is not exact: a process does not know what others have counted in the last ten seconds. What a
//! process has counted since then is lost when it is killed, and stored when it stops.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak},
    time::{Duration, Instant},
};

use chrono::{Days, NaiveDate, NaiveTime};
use plinth_domain::{LimitUse, OrganizationId, PlanLimit, Timestamp};
use plinth_ports::{Actor, ApiCalls, CountedCalls, Origin, Signal, SystemUnit};
use tokio::{runtime::Handle, time::interval};

use crate::{Error, Ports, flights::Flights, usage_warning::usage_warned};

const LIMIT: PlanLimit = PlanLimit::ApiCallsPerDay;

/// How often the calls are stored.
const EVERY: Duration = Duration::from_secs(10);

/// How long an organization without calls is remembered.
const REMEMBERED: Duration = Duration::from_hours(1);

/// How many organizations are stored in one transaction.
const BATCH: usize = 500;

type Key = (OrganizationId, NaiveDate);

/// Counts the requests of the API.
pub(crate) struct CallMeter {
    ports: Arc<Ports>,
    /// The runtime of its task, which continues after the thread of a request has ended.
    runtime: Handle,
    known: Mutex<HashMap<Key, Calls>>,
    look_ups: Flights<Key, ()>,
    begun: Once,
}

/// The calls of an organization on a day.
#[derive(Debug, Clone, Copy)]
struct Calls {
    /// Those of all processes that were stored; `None` before that was asked.
    stored: Option<u64>,
    /// Those of this process that are being stored.
    storing: u64,
    /// Those of this process that wait.
    waiting: u64,
    /// What the plan allows.
    allowed: Option<u64>,
    /// Whether the organization was warned.
    is_warned: bool,
    /// Whether there were calls, also refused ones, since the last time that they were stored.
    is_used: bool,
    used_at: Instant,
}

/// What becomes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tally {
    Counted,
    /// As many as the plan allows were made.
    Refused {
        allowed: u64,
    },
    /// What was stored, and what the plan allows, is not known yet.
    Unknown,
}

impl Calls {
    fn new() -> Self {
        Self {
            stored: None,
            storing: 0,
            waiting: 0,
            allowed: None,
            is_warned: false,
            is_used: false,
            used_at: Instant::now(),
        }
    }

    fn count(&mut self, is_limited: bool) -> Tally {
        self.used_at = Instant::now();
        self.is_used = true;
        if is_limited && self.stored.is_none() {
            return Tally::Unknown;
        }
        let used = self.stored.unwrap_or_default() + self.storing + self.waiting;
        match self.allowed {
            Some(allowed) if used >= allowed => Tally::Refused { allowed },
            _ => {
                self.waiting += 1;
                Tally::Counted
            }
        }
    }
}

impl CallMeter {
    pub(crate) fn new(ports: Arc<Ports>, runtime: Handle) -> Self {
        Self {
            ports,
            runtime,
            known: Mutex::default(),
            look_ups: Flights::new(),
            begun: Once::new(),
        }
    }

    /// Counts a request, or refuses it where the plan allows no more on this day.
    pub(crate) async fn count(
        self: &Arc<Self>,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.begun.call_once(|| drop(self.runtime.spawn(keep(Arc::downgrade(self)))));
        let key = (organization, now.date_naive());
        let mut tally = self.tally(key);
        if tally == Tally::Unknown {
            self.look_ups.share(key, self.look_up(key)).await;
            tally = self.tally(key);
        }
        match tally {
            Tally::Counted | Tally::Unknown => Ok(()),
            Tally::Refused { allowed } => Err(Error::PlanLimit {
                limit: LIMIT,
                detail: format!("the plan allows at most {allowed} requests a day"),
                retry_after: Some(until_tomorrow(now)),
            }),
        }
    }

    /// Asks again for the plan of an organization.
    pub(crate) fn forget(&self, organization: OrganizationId) {
        for ((owner, _), calls) in self.known().iter_mut() {
            if *owner == organization {
                calls.stored = None;
                calls.allowed = None;
            }
        }
    }

    /// Stores what was counted.
    pub(crate) async fn store(&self) {
        let taken = self.take();
        for batch in taken.chunks(BATCH) {
            match self.add(None, batch).await {
                Ok(counted) => self.stored(batch, &counted),
                Err(error) => {
                    self.give_back(batch);
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "requests of organizations were not stored yet");
                }
            }
        }
    }

    fn tally(&self, key: Key) -> Tally {
        let is_limited = self.ports.plans.have(LIMIT);
        self.known().entry(key).or_insert_with(Calls::new).count(is_limited)
    }

    /// Without an answer of the database, the calls are counted and none is refused.
    async fn look_up(&self, (organization, day): Key) {
        let batch = [ApiCalls { organization, day, calls: 0 }];
        match self.add(Some(organization), &batch).await {
            Ok(counted) => self.stored(&batch, &counted),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, %organization, "the requests of an organization are unknown");
            }
        }
        if let Some(calls) = self.known().get_mut(&(organization, day)) {
            calls.stored = Some(calls.stored.unwrap_or_default());
        }
    }

    /// The calls to store, in the order of the organizations. What is of another day, or was not asked
    /// for a while, is forgotten.
    fn take(&self) -> Vec<ApiCalls> {
        let mut known = self.known();
        known.retain(|_, calls| {
            let is_done = calls.waiting == 0 && calls.storing == 0 && !calls.is_used;
            !is_done || calls.used_at.elapsed() < REMEMBERED
        });
        let used = known.iter_mut().filter(|(_, calls)| calls.is_used || calls.waiting > 0);
        let mut taken: Vec<_> = used
            .map(|(&(organization, day), calls)| {
                let waiting = std::mem::take(&mut calls.waiting);
                calls.storing += waiting;
                calls.is_used = false;
                ApiCalls { organization, day, calls: waiting }
            })
            .collect();
        taken.sort_unstable_by_key(|calls| (calls.organization, calls.day));
        taken
    }

    /// Adds calls to those that are stored, and warns organizations that have made most of those that
    /// their plans allow, in the same commit. The connection counts to the share of one organization
    /// where that is named.
    async fn add(
        &self,
        share: Option<OrganizationId>,
        batch: &[ApiCalls],
    ) -> Result<Vec<CountedCalls>, Error> {
        let system = &self.ports.stores.system;
        let mut unit = match share {
            Some(organization) => system.begin_for(organization).await?,
            None => system.begin().await?,
        };
        let counted = unit.count_api_calls(batch).await?;
        let mut has_warned = false;
        for one in &counted {
            has_warned |= self.warn(&mut *unit, one).await?;
        }
        unit.commit().await?;
        if has_warned {
            self.ports.bus.publish(Signal::Journal);
        }
        Ok(counted)
    }

    async fn warn(&self, unit: &mut dyn SystemUnit, counted: &CountedCalls) -> Result<bool, Error> {
        let CountedCalls { total: ApiCalls { organization, day, calls }, .. } = *counted;
        let Some(allowed) = self.allowed(counted) else { return Ok(false) };
        let used = LimitUse { allowed, used: calls };
        let is_known = self.known().get(&(organization, day)).is_some_and(|calls| calls.is_warned);
        if is_known || !used.is_near() || !unit.mark_warned(organization, LIMIT, day).await? {
            return Ok(false);
        }
        let ids = &*self.ports.ids;
        let origin = Origin { request_id: ids.next().to_string(), ..Origin::default() };
        let warning = usage_warned(organization, LIMIT, used, day)?;
        let entry = warning.entry(Actor::System, origin, ids, unit.now());
        unit.append(organization, &entry).await?;
        Ok(true)
    }

    fn allowed(&self, counted: &CountedCalls) -> Option<u64> {
        self.ports.plans.in_force(counted.plan.as_ref()).1.of(LIMIT)
    }

    /// Notes the sums of what was stored. An organization that does not exist any more has none.
    fn stored(&self, batch: &[ApiCalls], counted: &[CountedCalls]) {
        let mut known = self.known();
        for ApiCalls { organization, day, calls: added } in batch {
            if let Some(calls) = known.get_mut(&(*organization, *day)) {
                calls.storing = calls.storing.saturating_sub(*added);
            }
        }
        for one in counted {
            let ApiCalls { organization, day, calls: sum } = one.total;
            if let Some(calls) = known.get_mut(&(organization, day)) {
                // Another answer may have come first, with more.
                calls.stored = Some(sum.max(calls.stored.unwrap_or_default()));
                calls.allowed = self.allowed(one);
                let used = calls.allowed.map(|allowed| LimitUse { allowed, used: sum });
                calls.is_warned = used.is_some_and(LimitUse::is_near);
            }
        }
    }

    /// They are stored the next time.
    fn give_back(&self, batch: &[ApiCalls]) {
        let mut known = self.known();
        for ApiCalls { organization, day, calls: taken } in batch {
            if let Some(calls) = known.get_mut(&(*organization, *day)) {
                calls.storing = calls.storing.saturating_sub(*taken);
                calls.waiting += taken;
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Key, Calls>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long it is until the next day begins, in UTC.
fn until_tomorrow(now: Timestamp) -> Duration {
    let tomorrow = now.date_naive() + Days::new(1);
    (tomorrow.and_time(NaiveTime::MIN).and_utc() - now).to_std().unwrap_or_default()
}

/// Stores the calls until the meter is dropped.
async fn keep(meter: Weak<CallMeter>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(meter) = meter.upgrade() else { return };
        meter.store().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_refused_from_the_limit_on_with_those_that_are_not_stored() {
        let mut calls = Calls { stored: Some(2), storing: 1, allowed: Some(5), ..Calls::new() };
        assert_eq!([(); 3].map(|()| calls.count(true)), {
            let refused = Tally::Refused { allowed: 5 };
            [Tally::Counted, Tally::Counted, refused]
        });
        assert_eq!(calls.waiting, 2, "what is refused is not counted");
    }

    #[test]
    fn where_no_plan_limits_calls_none_waits_for_the_database() {
        let mut calls = Calls::new();
        assert_eq!(calls.count(true), Tally::Unknown);
        assert_eq!((calls.count(false), calls.waiting), (Tally::Counted, 1));
    }

    #[test]
    fn a_day_ends_at_midnight_in_utc() {
        let now = Timestamp::UNIX_EPOCH + chrono::TimeDelta::hours(23);
        assert_eq!(until_tomorrow(now), Duration::from_hours(1));
    }
}
