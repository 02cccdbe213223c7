//! The share of each organization in the connections of a process.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use plinth_domain::OrganizationId;
use plinth_ports::{Result, StoreError};
use tokio::{sync::Semaphore, time::timeout};

/// How long a search or a report waits for those of its organization before it.
const SLOW_WAIT: Duration = Duration::from_secs(2);

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Statements that are quick.
    Request,
    /// A statement that may last for seconds.
    Search,
    /// A statement of a job that may last for a minute.
    Report,
}

/// How many connections each organization may hold. Searches, which may last for seconds, have
/// places of their own, so that they delay no other request of their organization, and so do reports.
#[derive(Debug, Clone)]
pub struct Shares {
    connections: Arc<Places>,
    searches: Arc<Places>,
    reports: Arc<Places>,
    wait: Duration,
}

impl Shares {
    /// So many connections for each organization, half as many more for searches, at least one, and
    /// one more for reports. `wait` is the timeout of waiting for one.
    pub fn new(each: u32, wait: Duration) -> Self {
        let each = usize::try_from(each).unwrap_or(usize::MAX);
        Self {
            connections: Places::new(each),
            searches: Places::new(each / 2),
            reports: Places::new(1),
            wait,
        }
    }

    /// Waits until the organization holds fewer connections than it may.
    ///
    /// # Errors
    /// [`StoreError::Busy`], or [`StoreError::Unavailable`] when those before it have no connection
    /// yet either.
    pub async fn enter(&self, organization: OrganizationId, purpose: Purpose) -> Result<Share> {
        match purpose {
            Purpose::Request => self.connections.enter(organization, self.wait).await,
            Purpose::Search => self.searches.enter(organization, SLOW_WAIT).await,
            Purpose::Report => self.reports.enter(organization, SLOW_WAIT).await,
        }
    }
}

/// Places for each organization. Those of one organization never limit another.
#[derive(Debug)]
struct Places {
    each: usize,
    taken: Mutex<HashMap<OrganizationId, Arc<Own>>>,
}

/// The places of one organization.
#[derive(Debug)]
struct Own {
    free: Semaphore,
    /// How many of those that have a place have their connection, too.
    open: AtomicUsize,
    /// How many have ever had theirs.
    opened: AtomicUsize,
}

/// The right to hold a connection, until it is dropped.
#[derive(Debug)]
pub struct Share {
    places: Arc<Places>,
    organization: OrganizationId,
    /// `None` only while this is being dropped.
    own: Option<Arc<Own>>,
    has_place: bool,
    is_open: bool,
}

impl Places {
    /// So many places for each organization, at least one.
    fn new(each: usize) -> Arc<Self> {
        let each = each.clamp(1, Semaphore::MAX_PERMITS);
        Arc::new(Self { each, taken: Mutex::default() })
    }

    /// Takes a place, within this time.
    async fn enter(
        self: &Arc<Self>,
        organization: OrganizationId,
        wait: Duration,
    ) -> Result<Share> {
        let own = Arc::clone(self.taken().entry(organization).or_insert_with(|| {
            Arc::new(Own {
                free: Semaphore::new(self.each),
                open: AtomicUsize::new(0),
                opened: AtomicUsize::new(0),
            })
        }));
        // Its drop cleans up, also when this future is dropped while it waits.
        let mut share = Share {
            places: Arc::clone(self),
            organization,
            own: Some(own),
            has_place: false,
            is_open: false,
        };
        if let Some(own) = &share.own {
            own.enter(wait).await?;
            share.has_place = true;
        }
        Ok(share)
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<OrganizationId, Arc<Own>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Own {
    /// Takes a place, within this time.
    async fn enter(&self, wait: Duration) -> Result<()> {
        if let Ok(place) = self.free.try_acquire() {
            place.forget();
            return Ok(());
        }
        let opened = self.opened.load(Ordering::Relaxed);
        match timeout(wait, self.free.acquire()).await {
            Ok(place) => {
                place.map_err(|closed| StoreError::Other(closed.into()))?.forget();
                Ok(())
            }
            Err(late) => {
                let none_is_open = self.open.load(Ordering::Relaxed) == 0;
                let none_was_opened = self.opened.load(Ordering::Relaxed) == opened;
                Err(if none_is_open && none_was_opened {
                    StoreError::Unavailable(late.into())
                } else {
                    StoreError::Busy
                })
            }
        }
    }
}

impl Share {
    /// The connection is open.
    pub fn opened(&mut self) {
        if let (Some(own), false) = (&self.own, self.is_open) {
            own.open.fetch_add(1, Ordering::Relaxed);
            own.opened.fetch_add(1, Ordering::Relaxed);
            self.is_open = true;
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        // Freed under the lock, so that the last one sees that it is the last.
        if let Some(own) = self.own.take() {
            own.open.fetch_sub(usize::from(self.is_open), Ordering::Relaxed);
            own.free.add_permits(usize::from(self.has_place));
        }
        if taken.get(&self.organization).is_some_and(|own| Arc::strong_count(own) == 1) {
            taken.remove(&self.organization);
        }
    }
}

#[cfg(test)]
mod tests {
    use plinth_domain::Id;
    use uuid::Uuid;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn an_organization_has_its_places_and_takes_none_of_another() {
        let places = Places::new(2);
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let first = places.enter(id(1), SHORT).await.unwrap();
        let second = places.enter(id(1), SHORT).await.unwrap();
        assert!(places.enter(id(1), SHORT).await.is_err());
        assert!(places.enter(id(2), SHORT).await.is_ok());
        drop(first);
        let third = places.enter(id(1), SHORT).await.unwrap();
        drop((second, third));
        assert!(places.taken().is_empty(), "nothing is kept of those who left");
    }

    #[tokio::test]
    async fn who_waits_gets_the_next_place() {
        let places = Places::new(1);
        let id = Id::from_uuid(Uuid::from_u128(1));
        let first = places.enter(id, SHORT).await.unwrap();
        let (second, ()) =
            tokio::join!(places.enter(id, Duration::from_secs(10)), async { drop(first) });
        assert!(second.is_ok());
    }

    #[tokio::test]
    async fn searches_and_reports_take_no_connection_from_the_other_requests_of_their_organization()
    {
        let shares = Shares::new(1, SHORT);
        let id = Id::from_uuid(Uuid::from_u128(1));
        let mut held = Vec::new();
        for purpose in [Purpose::Search, Purpose::Report] {
            held.push(shares.enter(id, purpose).await.unwrap());
            assert!(timeout(SHORT, shares.enter(id, purpose)).await.is_err(), "it waits");
        }
        let mut other = shares.enter(id, Purpose::Request).await.unwrap();
        let refused = shares.enter(id, Purpose::Request).await;
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "the other has none yet");
        other.opened();
        let busy = shares.enter(id, Purpose::Request).await;
        assert!(matches!(busy, Err(StoreError::Busy)));
    }
}
