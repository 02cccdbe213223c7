use std::{collections::VecDeque, sync::Arc, time::Duration};

use plinth_domain::{Access, Permission, TenantScope};
use plinth_ports::Span;

use super::{Event, Topics, can_follow, hub::Seat, slot::Found, unreadable};
use crate::{Application, Caller, Error, Ports};

/// The numbers in one read of a subscriber that is behind.
const PAGE: u32 = 32;

/// The pause when the store does not answer.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What a subscriber receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The next event.
    Event(Arc<Event>),
    /// The following events cannot be read any more. This is the last delivery.
    ResyncRequired(Span),
    /// The credential must be checked: it may not admit any more.
    Doubt,
}

/// A subscriber: it receives every event after its position that it may see, in
/// order, each once, however slow it is.
///
/// It takes events from the hub. When it is behind, which it is at first, it
/// opens its slot and then reads the store, so that an event is in one of the
/// two; what it meets in both, its position tells apart.
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
    /// Subscribes to the caller's organization, after this number; `None` for
    /// events from now on. Answers the span of readable numbers when `after` is
    /// outside of it.
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
    /// The number after which it goes on.
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

    /// Updates what its credential admits to.
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
                // It was on the last page as well.
                Found::Event(_) => {}
                Found::Gap => self.is_live = false,
                Found::Doubt => return Delivery::Doubt,
                Found::Nothing => self.seat.slot.changed().await,
            }
        }
    }

    /// Reads the next page. Answers a span when the page is not readable.
    async fn read_on(&mut self) -> Result<Option<Span>, Error> {
        // Before the store is read: an event that it does not show yet is queued.
        self.seat.slot.open();
        let mut unit = self.ports.stores.tenant.read(self.scope).await?;
        let rows = unit.feed().after(self.read_to, PAGE).await?;
        let mut events = VecDeque::new();
        for (expected, row) in (self.read_to + 1..).zip(&rows) {
            if row.number != expected || row.record.is_none() {
                return Ok(Some(unit.feed().span().await?));
            }
            events.extend(Event::of(row)?.filter(|e| self.seat.slot.shows(e)).map(Arc::new));
        }
        self.is_live = rows.len() < PAGE as usize;
        self.read_to = rows.last().map_or(self.read_to, |row| row.number);
        self.page = events;
        Ok(None)
    }
}
