//! The share of each organization in what only a few requests may do at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use plinth_domain::OrganizationId;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

type Places = HashMap<OrganizationId, Arc<Semaphore>>;

/// The places of each organization in this process. Those of one organization never limit another.
#[derive(Debug)]
pub(crate) struct Shares {
    each: usize,
    places: Mutex<Places>,
}

/// A place; dropping it frees it.
#[derive(Debug)]
pub(crate) struct Share<'s> {
    shares: &'s Shares,
    organization: OrganizationId,
    permit: Option<OwnedSemaphorePermit>,
}

impl Shares {
    /// So many places for each organization.
    pub(crate) fn new(each: usize) -> Self {
        Self { each: each.clamp(1, Semaphore::MAX_PERMITS), places: Mutex::default() }
    }

    /// Takes a place; `None` when none becomes free in this time.
    pub(crate) async fn enter(
        &self,
        organization: OrganizationId,
        wait: Duration,
    ) -> Option<Share<'_>> {
        // Its drop cleans up, also when this future is dropped while it waits.
        let mut share = Share { shares: self, organization, permit: None };
        let places = Arc::clone(
            self.places()
                .entry(organization)
                .or_insert_with(|| Arc::new(Semaphore::new(self.each))),
        );
        share.permit = timeout(wait, places.acquire_owned()).await.ok()?.ok();
        share.permit.is_some().then_some(share)
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut places = self.shares.places();
        // Freed under the lock, so that the last one sees that it is the last.
        self.permit = None;
        if places.get(&self.organization).is_some_and(|one| Arc::strong_count(one) == 1) {
            places.remove(&self.organization);
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
        let shares = Shares::new(2);
        let id = |n| Id::from_uuid(Uuid::from_u128(n));
        let first = shares.enter(id(1), SHORT).await.unwrap();
        let second = shares.enter(id(1), SHORT).await.unwrap();
        assert!(shares.enter(id(1), SHORT).await.is_none());
        assert!(shares.enter(id(2), SHORT).await.is_some());
        drop(first);
        let third = shares.enter(id(1), SHORT).await.unwrap();
        drop((second, third));
        assert!(shares.places().is_empty(), "nothing is kept of those who left");
    }

    #[tokio::test]
    async fn who_waits_gets_the_next_place() {
        let shares = Shares::new(1);
        let id = Id::from_uuid(Uuid::from_u128(1));
        let first = shares.enter(id, SHORT).await.unwrap();
        let (second, ()) =
            tokio::join!(shares.enter(id, Duration::from_secs(10)), async { drop(first) });
        assert!(second.is_some());
    }
}
