use std::{
    collections::VecDeque,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use plinth_domain::Access;
use plinth_ports::{Invalidation, Limit};
use tokio::sync::Notify;

use super::{Event, Topics};

/// The maximum length of a subscriber's queue, in events and in bytes. A subscriber that is further
/// behind reads the store.
const CAPACITY: Limit = Limit { items: 256, bytes: 256 * 1024 };

/// The queue of one subscriber, with its access and topics.
pub(super) struct Slot {
    state: Mutex<State>,
    wake: Notify,
}

struct State {
    access: Access,
    topics: Topics,
    queue: VecDeque<Arc<Event>>,
    /// The size of the queued events.
    bytes: usize,
    /// Whether every event since [`Slot::open`] was queued.
    is_complete: bool,
    /// Whether the subscriber's credential must be checked.
    is_doubtful: bool,
}

/// The next item of a slot.
pub(super) enum Found {
    Event(Arc<Event>),
    /// The queue was full; the events must be read from the store.
    Gap,
    /// The credential must be checked.
    Doubt,
    Nothing,
}

impl Slot {
    pub(super) fn new(access: Access, topics: Topics) -> Self {
        let queue = VecDeque::new();
        let state =
            State { access, topics, queue, bytes: 0, is_complete: false, is_doubtful: false };
        Self { state: Mutex::new(state), wake: Notify::new() }
    }

    /// Queues events from now on, and discards earlier ones.
    pub(super) fn open(&self) {
        let mut state = self.state();
        state.queue.clear();
        state.bytes = 0;
        state.is_complete = true;
    }

    /// Queues an event, when the subscriber may receive it and the queue has room.
    pub(super) fn offer(&self, event: &Arc<Event>) {
        let mut state = self.state();
        if !state.is_complete || !state.topics.show(event, state.access.permissions()) {
            return;
        }
        let bytes = state.bytes + event.json().len();
        let is_full = state.queue.len() == CAPACITY.items as usize || bytes > CAPACITY.bytes;
        if is_full && !state.queue.is_empty() {
            // The subscriber reads them from the store instead.
            state.queue = VecDeque::new();
            state.bytes = 0;
            state.is_complete = false;
        } else {
            state.bytes = bytes;
            state.queue.push_back(Arc::clone(event));
        }
        drop(state);
        self.wake.notify_one();
    }

    /// Takes the next item.
    pub(super) fn take(&self) -> Found {
        let mut state = self.state();
        if mem::take(&mut state.is_doubtful) {
            return Found::Doubt;
        }
        match state.queue.pop_front() {
            Some(event) => {
                state.bytes = state.bytes.saturating_sub(event.json().len());
                Found::Event(event)
            }
            None if state.is_complete => Found::Nothing,
            None => Found::Gap,
        }
    }

    /// Whether the credential must be checked. Clears the mark.
    pub(super) fn take_doubt(&self) -> bool {
        mem::take(&mut self.state().is_doubtful)
    }

    /// Waits until an item may have arrived.
    pub(super) async fn changed(&self) {
        self.wake.notified().await;
    }

    /// Marks the credential to be checked, if `whose` covers it; `None` covers all.
    pub(super) fn doubt(&self, whose: Option<Invalidation>) {
        let mut state = self.state();
        if whose.is_none_or(|whose| whose.covers(&state.access)) {
            state.is_doubtful = true;
            drop(state);
            self.wake.notify_one();
        }
    }

    /// Whether the subscriber may receive an event.
    pub(super) fn shows(&self, event: &Event) -> bool {
        let state = self.state();
        state.topics.show(event, state.access.permissions())
    }

    /// The subscriber's topics.
    pub(super) fn topics(&self) -> Topics {
        self.state().topics.clone()
    }

    /// Changes its topics.
    pub(super) fn set_topics(&self, topics: Topics) {
        self.state().topics = topics;
    }

    /// Updates the subscriber's access.
    pub(super) fn set_access(&self, access: Access) {
        self.state().access = access;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
