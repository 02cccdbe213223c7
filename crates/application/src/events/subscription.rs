use std::{collections::VecDeque, sync::Arc, time::Duration};

use plinth_domain::{Access, Permission, TenantScope};
use plinth_ports::{Limit, Span};

use super::{Event, Topics, can_follow, hub::Seat, slot::Found, unreadable};
use crate::{Application, Caller, Error, Ports};

/// What one read for a subscriber returns at most: thousands of subscribers may be behind at once.
const PAGE: Limit = Limit { items: 32, bytes: 128 * 1024 };

/// The delay before the next attempt when the store does not respond.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What a subscriber receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The next event.
    Event(Arc<Event>),
    /// The following events cannot be read any more. This is the last delivery.
    ResyncRequired(Span),
    /// The credential must be checked: it may be no longer valid.
    Doubt,
}

/// A subscriber: it receives every event after its position that it may see, in order, each once,
/// even if it is slow.
///
/// It receives events from the hub. When it is behind, as at the start, it opens its slot and then
/// reads the store, so that an event is in at least one of the two. Its position detects
/// duplicates.
pub struct Subscription {
    ports: Arc<Ports>,
    scope: TenantScope,
    seat: Seat,
    /// The events that were read, up to `read_to`.
    page: VecDeque<Arc<Event>>,
    read_to: i64,
    /// Whether the events after `read_to` are in the slot.
    is_live: bool,
}

impl Application {
    /// Subscribes to the caller's organization, after this number; `None` for events from now on.
    /// Fails with the span of readable numbers if `after` is outside of it.
    pub async fn subscribe(
        &self,
        caller: &Caller,
        topics: Topics,
        after: Option<i64>,
    ) -> Result<Result<Subscription, Span>, Error> {
        let scope = self.admit(caller, Permission::EventRead, "event.subscribe")?;
        topics.check(&caller.access)?;
        let seat = self.hub.seat(caller.access, scope, topics);
        seat.channel.start(&self.ports).await?;
        let span = self.ports.stores.tenant.read(scope).await?.feed().span().await?;
        let read_to = after.unwrap_or(span.last);
        if !can_follow(read_to, span) {
            return Ok(Err(span));
        }
        let (ports, page) = (Arc::clone(&self.ports), VecDeque::new());
        Ok(Ok(Subscription { ports, scope, seat, page, read_to, is_live: false }))
    }
}

impl Subscription {
    /// The number of the last delivered event.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.page.front().map_or(self.read_to, |event| event.number() - 1)
    }

    /// Its topics.
    #[must_use]
    pub fn topics(&self) -> Topics {
        self.seat.slot.topics()
    }

    /// Changes its topics, from its position on.
    pub fn set_topics(&mut self, topics: Topics) {
        self.read_to = self.position();
        self.page.clear();
        self.is_live = false;
        self.seat.slot.set_topics(topics);
    }

    /// Updates the subscriber's access.
    pub fn set_access(&self, access: Access) {
        self.seat.slot.set_access(access);
    }

    /// Waits for the next delivery. It is cancel safe.
    pub async fn next(&mut self) -> Delivery {
        loop {
            if self.seat.slot.take_doubt() {
                return Delivery::Doubt;
            }
            if let Some(event) = self.page.pop_front() {
                return Delivery::Event(event);
            }
            if !self.is_live {
                match self.read_on().await {
                    Ok(None) => continue,
                    Ok(Some(span)) => return Delivery::ResyncRequired(span),
                    Err(error) => {
                        unreadable(&error);
                        tokio::time::sleep(AGAIN_AFTER).await;
                        continue;
                    }
                }
            }
            match self.seat.slot.take() {
                Found::Event(event) if event.number() > self.read_to => {
                    self.read_to = event.number();
                    return Delivery::Event(event);
                }
                // A duplicate: it was on the last page.
                Found::Event(_) => {}
                Found::Gap => self.is_live = false,
                Found::Doubt => return Delivery::Doubt,
                Found::Nothing => self.seat.slot.changed().await,
            }
        }
    }

    /// Reads the next page. Returns the readable span if the page is outside of it.
    async fn read_on(&mut self) -> Result<Option<Span>, Error> {
        // Opened before the read, so that later events are queued.
        self.seat.slot.open();
        let mut unit = self.ports.stores.tenant.read(self.scope).await?;
        let read = unit.feed().after(self.read_to, PAGE).await?;
        let rows = &read.items;
        let mut events = VecDeque::new();
        for (expected, row) in (self.read_to + 1..).zip(rows) {
            if row.number != expected || row.record.is_none() {
                return Ok(Some(unit.feed().span().await?));
            }
            events.extend(Event::of(row)?.filter(|e| self.seat.slot.shows(e)).map(Arc::new));
        }
        self.is_live = !read.has_more;
        self.read_to = rows.last().map_or(self.read_to, |row| row.number);
        self.page = events;
        Ok(None)
    }
}
