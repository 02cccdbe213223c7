use std::{collections::VecDeque, sync::Arc, time::Duration};

use plinth_domain::{Access, Permission, TenantScope};
use plinth_ports::Span;

use super::{Event, Topics, can_follow, hub::Seat, slot::Found, unreadable};
use crate::{Application, Caller, Error, Ports};

/// How many numbers are read at once by one who is behind.
const PAGE: u32 = 32;

/// How long to wait when the store does not answer.
const AGAIN_AFTER: Duration = Duration::from_millis(500);

/// What a subscriber gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The next event.
    Event(Arc<Event>),
    /// What follows cannot be told any more. Nothing comes after this.
    ResyncRequired(Span),
    /// The credential may have ended: look whether it still admits.
    Doubt,
}

/// Somebody who listens: every event behind its position that it may see, in
/// order, none left out and none twice, however slow it is.
///
/// It takes events from the hub. When it is behind, which it is at first, it
/// opens its slot and then reads the store, so that an event is in one of the
/// two; what it meets in both, its position tells apart.
pub struct Subscription {
    ports: Arc<Ports>,
    scope: TenantScope,
    seat: Seat,
    /// What was read, up to `read_to`.
    page: VecDeque<Arc<Event>>,
    read_to: i64,
    /// Whether what follows `read_to` is in the slot.
    is_live: bool,
}

impl Application {
    /// Lets somebody listen to their organization, from behind this number on;
    /// from now on without one.
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
    /// The number behind which it goes on.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.page.front().map_or(self.read_to, |event| event.number() - 1)
    }

    /// What it hears of.
    #[must_use]
    pub fn topics(&self) -> Topics {
        self.seat.slot.topics()
    }

    /// Lets it hear of something else, from its position on.
    pub fn set_topics(&mut self, topics: Topics) {
        self.read_to = self.position();
        self.page.clear();
        self.is_live = false;
        self.seat.slot.set_topics(topics);
    }

    /// What its credential admits to now.
    pub fn set_access(&self, access: Access) {
        self.seat.slot.set_access(access);
    }

    /// Waits for what comes next. Dropping the future loses nothing.
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
                // It was on the last page, too.
                Found::Event(_) => {}
                Found::Gap => self.is_live = false,
                Found::Doubt => return Delivery::Doubt,
                Found::Nothing => self.seat.slot.changed().await,
            }
        }
    }

    /// Reads the next page. A span is the answer when it is not there.
    async fn read_on(&mut self) -> Result<Option<Span>, Error> {
        // Before the store is read: what it does not show yet comes in here.
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
