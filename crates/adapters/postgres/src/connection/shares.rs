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

/// How many connections each organization may hold, and with how many of them it may search.
#[derive(Debug, Clone)]
pub struct Shares {
    connections: Arc<Places>,
    searches: Arc<Places>,
    wait: Duration,
}

/// The right to hold a connection, until it is dropped.
#[derive(Debug)]
pub struct Share {
    _connection: Place,
    _search: Option<Place>,
}

impl Shares {
    /// So many connections for each organization, half of them for searches. `wait` is the timeout
    /// of waiting for one.
    pub fn new(each: u32, wait: Duration) -> Self {
        let each = usize::try_from(each).unwrap_or(usize::MAX);
        Self { connections: Places::new(each), searches: Places::new(each / 2), wait }
    }

    /// Waits until the organization holds fewer connections than it may.
    pub async fn enter(&self, organization: OrganizationId, is_search: bool) -> Result<Share> {
        // First, so that a search that waits for another one holds no connection.
        let search = if is_search {
            Some(self.searches.enter(organization, SEARCH_WAIT).await.ok_or(StoreError::Busy)?)
        } else {
            None
        };
        let connection = self.connections.enter(organization, self.wait).await;
        Ok(Share { _connection: connection.ok_or(StoreError::Busy)?, _search: search })
    }
}

/// Places for each organization. Those of one organization never limit another.
#[derive(Debug)]
struct Places {
    each: usize,
    taken: Mutex<HashMap<OrganizationId, Arc<Semaphore>>>,
}

/// A place; dropping it frees it.
#[derive(Debug)]
struct Place {
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
    ) -> Option<Place> {
        // Its drop cleans up, also when this future is dropped while it waits.
        let mut place = Place { places: Arc::clone(self), organization, permit: None };
        let own = Arc::clone(
            self.taken().entry(organization).or_insert_with(|| Arc::new(Semaphore::new(self.each))),
        );
        place.permit = match Arc::clone(&own).try_acquire_owned() {
            Ok(permit) => Some(permit),
            Err(_) => timeout(wait, own.acquire_owned()).await.ok()?.ok(),
        };
        place.permit.is_some().then_some(place)
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<OrganizationId, Arc<Semaphore>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
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
    async fn searches_leave_connections_of_their_organization_to_its_other_requests() {
        let shares = Shares::new(4, SHORT);
        let id = Id::from_uuid(Uuid::from_u128(1));
        let searches = (shares.enter(id, true).await, shares.enter(id, true).await);
        assert!(searches.0.is_ok() && searches.1.is_ok());
        assert!(timeout(SHORT, shares.enter(id, true)).await.is_err(), "it waits");
        let others = (shares.enter(id, false).await, shares.enter(id, false).await);
        assert!(others.0.is_ok() && others.1.is_ok());
        assert!(matches!(shares.enter(id, false).await, Err(StoreError::Busy)));
    }
}
