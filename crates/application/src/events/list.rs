use plinth_domain::Permission;
use plinth_ports::{Budget, Limit, PAGE_BYTES};

use super::{Event, Topics, can_follow, resync_required};
use crate::{Error, Query, View};

/// What one read returns at most. A page of events ends at the same size.
const PAGE: Limit = Limit { items: 200, bytes: PAGE_BYTES };

/// The maximum number of entries that one call reads, even if few of them match.
const MOST: i64 = 1000;

/// Lists the events after a number.
#[derive(Debug, Clone)]
pub struct ListEvents {
    /// The number; 0 for all.
    pub after: i64,
    /// The maximum number of events.
    pub limit: u16,
    /// The topics.
    pub topics: Topics,
}

/// A page of events, and the position of the next page.
#[derive(Debug, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<Event>,
    /// The number after which the next page begins.
    pub last: i64,
    /// Whether there may be more.
    pub has_more: bool,
}

impl Query for ListEvents {
    const NAME: &'static str = "event.list";
    const PERMISSION: Permission = Permission::EventRead;
    type Output = EventPage;

    async fn run(self, view: &mut View<'_>) -> Result<EventPage, Error> {
        self.topics.check(&view.access)?;
        let permissions = view.access.permissions();
        let feed = view.unit.feed();
        let span = feed.span().await?;
        if !can_follow(self.after, span) {
            return Err(resync_required(span));
        }
        let (mut events, mut last) = (Vec::new(), self.after);
        let mut budget = Budget::new(PAGE.bytes);
        while last < span.last && last < self.after.saturating_add(MOST) {
            let read = feed.after(last, PAGE).await?.items;
            if read.is_empty() {
                return Err(resync_required(span));
            }
            for row in read {
                if row.number != last + 1 || row.record.is_none() {
                    return Err(resync_required(span));
                }
                let event = Event::of(&row)?;
                let event = event.filter(|event| self.topics.show(event, permissions));
                if event.as_ref().is_some_and(|event| !budget.takes(event.json().len())) {
                    return Ok(EventPage { events, last, has_more: true });
                }
                last = row.number;
                events.extend(event);
                if events.len() == usize::from(self.limit) {
                    return Ok(EventPage { events, last, has_more: last < span.last });
                }
            }
        }
        Ok(EventPage { events, last, has_more: last < span.last })
    }
}
