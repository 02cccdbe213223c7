use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use moka::sync::Cache;
use plinth_domain::{Email, OrganizationId, UserId};
use plinth_ports::{
    Cell, CellChanges, Directory, Login, NewIdentity, Place, Refused, Result, Whereabouts,
};

/// How long it is remembered where an organization is. It is short, because a move ends the wait of its
/// clients.
const TIME_TO_LIVE: Duration = Duration::from_secs(2);
/// How many organizations are remembered.
const CAPACITY: u64 = 10_000;

/// Remembers where organizations are, so that many requests for one of another cell ask the directory
/// once.
pub struct CachedDirectory {
    inner: Arc<dyn Directory>,
    whereabouts: Cache<OrganizationId, Option<Whereabouts>>,
}

impl CachedDirectory {
    /// In front of this directory.
    #[must_use]
    pub fn new(inner: Arc<dyn Directory>) -> Self {
        let whereabouts =
            Cache::builder().max_capacity(CAPACITY).time_to_live(TIME_TO_LIVE).build();
        Self { inner, whereabouts }
    }
}

#[async_trait]
impl Directory for CachedDirectory {
    async fn claim(&self, cell: &str, new: NewIdentity<'_>) -> Result<()> {
        self.inner.claim(cell, new).await
    }

    async fn find_login(&self, email: &Email) -> Result<Option<Login>> {
        self.inner.find_login(email).await
    }

    async fn places(&self, user: UserId) -> Result<Vec<Place>> {
        self.inner.places(user).await
    }

    async fn whereabouts(&self, organization: OrganizationId) -> Result<Option<Whereabouts>> {
        if let Some(known) = self.whereabouts.get(&organization) {
            return Ok(known);
        }
        let found = self.inner.whereabouts(organization).await?;
        self.whereabouts.insert(organization, found.clone());
        Ok(found)
    }

    async fn publish(&self, cell: &str, changes: &CellChanges) -> Result<Vec<Refused>> {
        self.inner.publish(cell, changes).await
    }

    async fn changed_after(&self, position: i64, limit: u16) -> Result<Vec<(i64, Login)>> {
        self.inner.changed_after(position, limit).await
    }

    async fn join(&self, cell: &Cell) -> Result<()> {
        self.inner.join(cell).await
    }

    async fn cells(&self) -> Result<Vec<(Cell, u64)>> {
        self.inner.cells().await
    }

    async fn begin_move(
        &self,
        organization: OrganizationId,
        between: [&str; 2],
        is_active: bool,
    ) -> Result<bool> {
        let begun = self.inner.begin_move(organization, between, is_active).await;
        self.whereabouts.invalidate(&organization);
        begun
    }

    async fn end_move(&self, organization: OrganizationId, to: &str) -> Result<bool> {
        let ended = self.inner.end_move(organization, to).await;
        self.whereabouts.invalidate(&organization);
        ended
    }

    async fn give_up_move(&self, organization: OrganizationId, from: &str) -> Result<bool> {
        let given_up = self.inner.give_up_move(organization, from).await;
        self.whereabouts.invalidate(&organization);
        given_up
    }

    async fn arrive(&self, organization: OrganizationId) -> Result<()> {
        self.inner.arrive(organization).await
    }

    async fn was_active(&self, organization: OrganizationId) -> Result<bool> {
        self.inner.was_active(organization).await
    }
}
