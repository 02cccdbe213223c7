use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use plinth_domain::TenantScope;
use plinth_ports::{Limit, PAGE_BYTES};
use tokio::sync::{Notify, OnceCell};

use super::{Event, slot::Slot, unreadable};
use crate::{Error, Ports};

/// What one read returns at most.
const PAGE: Limit = Limit { items: 200, bytes: PAGE_BYTES };

/// The delay before the next attempt when the store does not respond.
const AGAIN_AFTER: Duration = Duration::from_millis(250);

/// The channel of one organization's events to its subscribers: each event is
/// read and encoded once for all of them.
pub(super) struct Channel {
    scope: TenantScope,
    slots: Mutex<HashMap<u64, Arc<Slot>>>,
    /// The number after which it started.
    start: OnceCell<i64>,
    /// The last number that was read.
    position: AtomicI64,
    wake: Notify,
    is_closed: AtomicBool,
}

impl Channel {
    pub(super) fn new(scope: TenantScope) -> Self {
        Self {
            scope,
            slots: Mutex::default(),
            start: OnceCell::new(),
            position: AtomicI64::new(0),
            wake: Notify::new(),
            is_closed: AtomicBool::new(false),
        }
    }

    pub(super) fn slots(&self) -> MutexGuard<'_, HashMap<u64, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notifies the channel that new events may exist.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    /// The last number that was read.
    pub(super) fn position(&self) -> i64 {
        self.position.load(Ordering::Relaxed)
    }

    /// Ends [`pump`](Self::pump).
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        self.wake();
    }

    /// Reads the current last number. Events after it are delivered to every open slot; earlier
    /// ones can be read from the store.
    pub(super) async fn start(&self, ports: &Ports) -> Result<i64, Error> {
        let look = async || {
            let mut unit = ports.stores.tenant.read(self.scope).await?;
            let last = unit.feed().span().await?.last;
            self.position.store(last, Ordering::Relaxed);
            Ok(last)
        };
        self.start.get_or_try_init(look).await.copied()
    }

    /// Delivers events until the channel is closed.
    pub(super) async fn pump(&self, ports: &Ports) {
        while !self.is_closed.load(Ordering::Relaxed) {
            match self.carry(ports).await {
                Ok(()) => self.wake.notified().await,
                Err(error) => {
                    unreadable(&error);
                    tokio::time::sleep(AGAIN_AFTER).await;
                }
            }
        }
    }

    /// Delivers all new events.
    async fn carry(&self, ports: &Ports) -> Result<(), Error> {
        self.start(ports).await?;
        loop {
            let mut unit = ports.stores.tenant.read(self.scope).await?;
            let read = unit.feed().after(self.position(), PAGE).await?;
            drop(unit);
            for row in &read.items {
                if let Some(event) = Event::of(row)? {
                    let event = Arc::new(event);
                    self.slots().values().for_each(|slot| slot.offer(&event));
                }
                self.position.store(row.number, Ordering::Relaxed);
            }
            if !read.has_more {
                return Ok(());
            }
        }
    }
}
