use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::http::StatusCode;
use plinth_domain::{Access, AddressBlock, OrganizationId, UserId};
use tokio_util::sync::CancellationToken;

use super::stream_metrics::{CountedStream, StreamMetrics, Transport};
use crate::{config::StreamLimits, events::codes::STREAMS_TOO_MANY, problem::ApiError};

/// In how many steps the streams end when the server stops.
const STEPS: usize = 64;

/// The open streams and sockets of this process.
#[derive(Clone)]
pub(crate) struct Streams {
    limits: StreamLimits,
    metrics: StreamMetrics,
    open: Arc<Mutex<Open>>,
    /// Cancelled one after the other when the server stops.
    endings: Arc<[CancellationToken; STEPS]>,
    answers_ending: CancellationToken,
}

#[derive(Default)]
struct Open {
    /// How many were ever opened.
    opened: usize,
    by_step: HashMap<usize, usize>,
    by_user: HashMap<UserId, usize>,
    by_organization: HashMap<OrganizationId, usize>,
    by_address: HashMap<AddressBlock, usize>,
}

/// The permission to hold one stream open; released on drop.
pub(crate) struct StreamSlot {
    open: Arc<Mutex<Open>>,
    holder: Holder,
    step: usize,
    ending: CancellationToken,
    counted: CountedStream,
}

/// Whose limits a slot counts against.
enum Holder {
    /// A client at this address that has not authenticated yet.
    Stranger(AddressBlock),
    /// A user, or the creator of an API key.
    Known(Option<UserId>, OrganizationId),
}

impl Streams {
    pub(crate) fn new(limits: StreamLimits) -> Self {
        Self {
            limits,
            metrics: StreamMetrics::new(),
            open: Arc::default(),
            endings: Arc::new([(); STEPS].map(|()| CancellationToken::new())),
            answers_ending: CancellationToken::new(),
        }
    }

    /// How long a socket may take to authenticate.
    pub(crate) const fn authentication_timeout(&self) -> Duration {
        self.limits.authentication_timeout
    }

    /// Takes a slot for a client at `address` that has not authenticated yet.
    pub(crate) fn enter_unauthenticated(
        &self,
        address: AddressBlock,
    ) -> Result<StreamSlot, ApiError> {
        let mut open = lock(&self.open);
        if total(&open.by_address) >= self.limits.unauthenticated {
            return Err(full("the server has as many unauthenticated sockets open as it may"));
        }
        if number(&open.by_address, &address) >= self.limits.unauthenticated_per_address {
            return Err(full("this address has as many unauthenticated sockets open as it may"));
        }
        let step = self.step(&mut open)?;
        *open.by_address.entry(address).or_default() += 1;
        Ok(self.slot(Holder::Stranger(address), step, Transport::WebSocket))
    }

    /// Takes a slot for a client with this access.
    pub(crate) fn enter(
        &self,
        access: &Access,
        transport: Transport,
    ) -> Result<StreamSlot, ApiError> {
        let mut open = lock(&self.open);
        self.check(&open, access)?;
        let step = self.step(&mut open)?;
        Ok(self.slot(open.hold(access), step, transport))
    }

    /// Counts the slot of a client that has authenticated against the limits of its user and
    /// organization.
    pub(crate) fn admit(&self, slot: &mut StreamSlot, access: &Access) -> Result<(), ApiError> {
        let mut open = lock(&self.open);
        self.check(&open, access)?;
        open.release(&slot.holder);
        slot.holder = open.hold(access);
        Ok(())
    }

    fn check(&self, open: &Open, access: &Access) -> Result<(), ApiError> {
        let own = access.principal().user().map(|user| number(&open.by_user, &user));
        if own.is_some_and(|own| own >= self.limits.per_user) {
            return Err(full("this user has as many streams open as they may"));
        }
        if number(&open.by_organization, &access.organization()) >= self.limits.per_organization {
            return Err(full("this organization has as many streams open as it may"));
        }
        Ok(())
    }

    /// The step with which a new stream ends: each in turn.
    fn step(&self, open: &mut Open) -> Result<usize, ApiError> {
        if total(&open.by_step) >= self.limits.total {
            return Err(full("the server has as many streams open as it can"));
        }
        let step = open.opened % STEPS;
        open.opened = open.opened.wrapping_add(1);
        *open.by_step.entry(step).or_default() += 1;
        Ok(step)
    }

    fn slot(&self, holder: Holder, step: usize, transport: Transport) -> StreamSlot {
        StreamSlot {
            open: Arc::clone(&self.open),
            holder,
            step,
            ending: self.endings[step].clone(),
            counted: self.metrics.begin(transport),
        }
    }

    /// Cancelled by [`Streams::end_answers`]. An answer of a model takes no slot: its execution has one.
    pub(crate) fn answers_ending(&self) -> CancellationToken {
        self.answers_ending.clone()
    }

    /// Ends all answers of models that have not come to their end.
    pub(crate) fn end_answers(&self) {
        self.answers_ending.cancel();
    }

    /// Ends all streams, spread over `time` at most: their clients reconnect to another process.
    pub(crate) async fn end(&self, time: Duration) {
        for (step, ending) in self.endings.iter().enumerate() {
            ending.cancel();
            let is_used = lock(&self.open).by_step.contains_key(&step);
            if is_used {
                tokio::time::sleep(time / u32::try_from(STEPS).unwrap_or(u32::MAX)).await;
            }
        }
    }
}

impl StreamSlot {
    /// Cancelled when the stream must end.
    pub(crate) const fn ending(&self) -> &CancellationToken {
        &self.ending
    }

    /// The client has to read the records again.
    pub(crate) fn resynced(&self) {
        self.counted.resynced();
    }
}

impl Open {
    fn hold(&mut self, access: &Access) -> Holder {
        let (user, organization) = (access.principal().user(), access.organization());
        if let Some(user) = user {
            *self.by_user.entry(user).or_default() += 1;
        }
        *self.by_organization.entry(organization).or_default() += 1;
        Holder::Known(user, organization)
    }

    fn release(&mut self, holder: &Holder) {
        match holder {
            Holder::Stranger(address) => take_one(&mut self.by_address, *address),
            Holder::Known(user, organization) => {
                if let Some(user) = user {
                    take_one(&mut self.by_user, *user);
                }
                take_one(&mut self.by_organization, *organization);
            }
        }
    }
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.release(&self.holder);
        take_one(&mut open.by_step, self.step);
    }
}

fn number<K: Eq + Hash>(counts: &HashMap<K, usize>, key: &K) -> usize {
    counts.get(key).copied().unwrap_or_default()
}

fn total<K>(counts: &HashMap<K, usize>) -> usize {
    counts.values().sum()
}

fn take_one<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

fn full(detail: &str) -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, STREAMS_TOO_MANY, detail).retry_after(5)
}
