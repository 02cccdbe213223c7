//! The share of each organization in the connections of a process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use plinth_domain::OrganizationId;
use plinth_ports::{Result, StoreError};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long a search waits for those of its organization before it.
const SEARCH_WAIT: Duration = Duration::from_secs(2);

/// How many connections each organization may hold. Searches, which may last for seconds, have
/// places of their own, so that they delay no other request of their organization.
#[derive(Debug, Clone)]
pub struct Shares {
    connections: Arc<Places>,
    searches: Arc<Places>,
    wait: Duration,
}

impl Shares {
    /// So many connections for each organization, and half as many more for searches, at least one.
    /// `wait` is the timeout of waiting for one.
    pub fn new(each: u32, wait: Duration) -> Self {
        let each = usize::try_from(each).unwrap_or(usize::MAX);
        Self { connections: Places::new(each), searches: Places::new(each / 2), wait }
    }

    /// Waits until the organization holds fewer connections than it may.
    pub async fn enter(&self, organization: OrganizationId, is_search: bool) -> Result<Share> {
        let share = if is_search {
            self.searches.enter(organization, SEARCH_WAIT).await
        } else {
            self.connections.enter(organization, self.wait).await
        };
        share.ok_or(StoreError::Busy)
    }
}

/// Places for each organization. Those of one organization never limit another.
#[derive(Debug)]
struct Places {
    each: usize,
    taken: Mutex<HashMap<OrganizationId, Arc<Semaphore>>>,
}

/// The right to hold a connection, until it is dropped.
#[derive(Debug)]
pub struct Share {
    places: Arc<Places>,
    organization: OrganizationId,
    permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// So many places for each organization, at least one.
    fn new(each: usize) -> Arc<Self> {
        let each = each.clamp(1, Semaphore::MAX_PERMITS);
        Arc::new(Self { each, taken: Mutex::default() })
    }

    /// Takes a place; `None` when none becomes free in this time.
    async fn enter(
        self: &Arc<Self>,
        organization: OrganizationId,
        wait: Duration,
    ) -> Option<Share> {
        // Its drop cleans up, also when this future is dropped while it waits.
        let mut share = Share { places: Arc::clone(self), organization, permit: None };
        let own = Arc::clone(
            self.taken().entry(organization).or_insert_with(|| Arc::new(Semaphore::new(self.each))),
        );
        share.permit = match Arc::clone(&own).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => timeout(wait, own.acquire_owned()).await.ok()?.ok(),
        };
        share.permit.is_some().then_some(share)
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<OrganizationId, Arc<Semaphore>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        // Freed under the lock, so that the last one sees that it is the last.
        self.permit = None;
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
        assert!(places.enter(id(1), SHORT).await.is_none());
        assert!(places.enter(id(2), SHORT).await.is_some());
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
        assert!(second.is_some());
    }

    #[tokio::test]
    async fn searches_take_no_connection_from_the_other_requests_of_their_organization() {
        let shares = Shares::new(1, SHORT);
        let id = Id::from_uuid(Uuid::from_u128(1));
        let _search = shares.enter(id, true).await.unwrap();
        assert!(timeout(SHORT, shares.enter(id, true)).await.is_err(), "it waits");
        let _other = shares.enter(id, false).await.unwrap();
        assert!(matches!(shares.enter(id, false).await, Err(StoreError::Busy)));
    }
}
