use std::collections::BTreeSet;

use chrono::NaiveDate;
use plinth_domain::{
    Organization,
    accounting::{AccountPlan, Entry, MissingAccount, Source},
};
use plinth_ports::{BookedWindow, Position};
use uuid::Uuid;

use super::{EntryDays, place::Place};
use crate::{Error, View};

/// The most entries, and the most sources, of one read.
pub(super) const MOST: usize = 1_000;

/// The entries of some days.
pub(super) struct Books {
    pub organization: Organization,
    plan: AccountPlan,
    from: NaiveDate,
    until: NaiveDate,
    days: EntryDays,
}

/// Some entries in their order; more of them may follow.
#[derive(Default)]
pub(super) struct Found {
    pub entries: Vec<Entry>,
    pub missing: BTreeSet<MissingAccount>,
    has_more: bool,
}

impl Found {
    /// Takes the first entries: the position after them, if more follow.
    pub(super) fn cut(&mut self, limit: usize) -> Option<Position> {
        let has_more = self.has_more || self.entries.len() > limit;
        self.entries.truncate(limit);
        self.entries.last().filter(|_| has_more).map(|entry| Place::of(entry).position())
    }
}

impl Books {
    pub(super) async fn open(view: &mut View<'_>, days: EntryDays) -> Result<Self, Error> {
        let organization = view.unit.organization().find().await?;
        let organization = organization.ok_or(Error::NotFound("organization"))?;
        let today = organization.settings.timezone.day(view.now);
        let (from, until) = days.bounds(today);
        let plan = organization.settings.accounting.plan();
        Ok(Self { organization, plan, from, until, days })
    }

    /// The first entries after a position, at least `limit` of them unless there are no more.
    pub(super) async fn entries(
        &mut self,
        view: &mut View<'_>,
        limit: usize,
        after: Option<&Position>,
    ) -> Result<Found, Error> {
        let place = after.and_then(Place::parse);
        let mut from = place.map_or((self.from, Uuid::nil()), |place| (place.on, place.source));
        let limit_of_sources = u32::try_from(limit.clamp(50, MOST)).unwrap_or(u32::MAX);
        let mut found = Found::default();
        loop {
            let window = BookedWindow {
                from,
                until: self.until,
                currency: self.days.currency,
                limit: limit_of_sources,
            };
            let batch = view.unit.accounting().booked(&window).await?;
            for source in &batch.items {
                // The entries of the source before the page are behind its position.
                let seen = place.filter(|place| source.place() == (place.on, place.source));
                let skipped = seen.map_or(0, |place| usize::from(place.part) + 1);
                match source.entries(&self.plan) {
                    Ok(entries) => found.entries.extend(entries.into_iter().skip(skipped)),
                    Err(missing) => drop(found.missing.insert(missing)),
                }
            }
            let last = batch.items.last().map(Source::place).filter(|_| batch.has_more);
            let Some(next) = last.and_then(Place::after_source) else { return Ok(found) };
            if found.entries.len() >= limit || !found.missing.is_empty() {
                found.has_more = true;
                return Ok(found);
            }
            from = next;
        }
    }
}
