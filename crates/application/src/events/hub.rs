use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, Once, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use plinth_domain::{Access, OrganizationId, TenantScope};
use plinth_ports::{Signal, Signals};
use tokio::{runtime::Handle, time::interval};

use super::{Topics, channel::Channel, slot::Slot};
use crate::Ports;

/// The interval of polls, because a signal can get lost.
const LOOK_EVERY: Duration = Duration::from_secs(2);

type Channels = HashMap<OrganizationId, Arc<Channel>>;

/// Delivers events to all subscribers of this process, by one channel for each
/// organization with a subscriber.
pub(crate) struct Hub {
    ports: Arc<Ports>,
    /// The runtime of its tasks, which continue after the thread of a request has ended.
    runtime: Handle,
    channels: Mutex<Channels>,
    next: AtomicU64,
    begun: Once,
}

/// A slot in a channel, removed when this is dropped.
pub(super) struct Seat {
    hub: Arc<Hub>,
    organization: OrganizationId,
    number: u64,
    pub(super) channel: Arc<Channel>,
    pub(super) slot: Arc<Slot>,
}

impl Hub {
    pub(crate) fn new(ports: Arc<Ports>, runtime: Handle) -> Self {
        let (channels, next, begun) = (Mutex::default(), AtomicU64::new(0), Once::new());
        Self { ports, runtime, channels, next, begun }
    }

    /// A slot for a subscriber to its organization's events.
    pub(super) fn seat(
        self: &Arc<Self>,
        access: Access,
        scope: TenantScope,
        topics: Topics,
    ) -> Seat {
        self.begun.call_once(|| {
            // Doubts are marked before the process that took a right away gets its confirmation.
            let heard = Arc::downgrade(self);
            self.ports.bus.attend(Box::new(move |signal| {
                if let Some(hub) = heard.upgrade() {
                    hub.doubt(signal);
                }
            }));
            let signals = self.ports.bus.subscribe();
            drop(self.runtime.spawn(listen(Arc::downgrade(self), signals)));
        });
        let slot = Arc::new(Slot::new(access, topics));
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let organization = access.organization();
        let mut channels = self.channels();
        let channel = channels.entry(organization).or_insert_with(|| self.open(scope));
        channel.slots().insert(number, Arc::clone(&slot));
        let channel = Arc::clone(channel);
        Seat { hub: Arc::clone(self), organization, number, channel, slot }
    }

    fn open(&self, scope: TenantScope) -> Arc<Channel> {
        let channel = Arc::new(Channel::new(scope));
        let (ports, carried) = (Arc::clone(&self.ports), Arc::clone(&channel));
        drop(self.runtime.spawn(async move { carried.pump(&ports).await }));
        channel
    }

    fn channels(&self) -> MutexGuard<'_, Channels> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hear(&self, signal: Signal) {
        let channels = self.channels();
        match signal {
            Signal::Events(organization) => {
                if let Some(channel) = channels.get(&organization) {
                    channel.wake();
                }
            }
            Signal::Missed => channels.values().for_each(|channel| channel.wake()),
            Signal::Access(_)
            | Signal::Catalogue(_)
            | Signal::Executions
            | Signal::Journal
            | Signal::Jobs => {}
        }
    }

    /// Has the credentials of subscribers checked that are perhaps no longer valid.
    fn doubt(&self, signal: Signal) {
        let whose = match signal {
            Signal::Access(stale) => Some(stale),
            Signal::Missed => None,
            Signal::Catalogue(_)
            | Signal::Events(_)
            | Signal::Executions
            | Signal::Journal
            | Signal::Jobs => return,
        };
        for channel in self.channels().values() {
            channel.slots().values().for_each(|slot| slot.doubt(whose));
        }
    }

    /// Wakes the channels that are behind, by one query for all of them.
    async fn look(&self) {
        let channels = self.channels().clone();
        let organizations: Vec<_> = channels.keys().copied().collect();
        if organizations.is_empty() {
            return;
        }
        match self.ports.stores.sequencer.heads(&organizations).await {
            Ok(heads) => {
                for head in heads {
                    let channel = channels.get(&head.organization);
                    if let Some(channel) = channel.filter(|c| c.position() < head.number) {
                        channel.wake();
                    }
                }
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "the event streams cannot be polled");
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut channels = self.hub.channels();
        let Entry::Occupied(channel) = channels.entry(self.organization) else { return };
        let is_empty = {
            let mut slots = channel.get().slots();
            slots.remove(&self.number);
            slots.is_empty()
        };
        if is_empty {
            channel.remove().close();
        }
    }
}

/// Receives signals until the hub is dropped.
async fn listen(hub: Weak<Hub>, mut signals: Box<dyn Signals>) {
    let mut looks = interval(LOOK_EVERY);
    loop {
        let signal = tokio::select! {
            signal = signals.next() => Some(signal),
            _ = looks.tick() => None,
        };
        let Some(hub) = hub.upgrade() else { return };
        match signal {
            Some(signal) => hub.hear(signal),
            None => hub.look().await,
        }
    }
}
