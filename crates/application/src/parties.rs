//! Parties.

mod audit;
pub(crate) mod import;

use plinth_domain::{
    OrganizationId, Party, PartyChanges, PartyDraft, PartyId, Permission, Timestamp,
};
use plinth_ports::{
    Page, PageRequest,
    records::parties::{PartyFilter, PartySort},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{Error, MetadataPatch, Query, Reading, View, crud::Crud, metadata, resource::Resource};
pub use import::{CheckParties, ImportParties};

pub(crate) use audit::{address, bank_account, contact, e_invoice_address};

impl Resource for Party {
    const KIND: &'static str = "party";
    const TOPIC: &'static str = "parties";
    const READ: Permission = Permission::PartyRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        audit::party(self)
    }
}

/// A change to a party, and a merge patch on its metadata.
#[derive(Debug)]
pub struct PartyUpdate {
    /// The values that change.
    pub changes: PartyChanges,
    /// The merge patch; `None` where the metadata stay.
    pub metadata: Option<MetadataPatch>,
}

impl Crud for Party {
    type Draft = PartyDraft;
    type Changes = PartyUpdate;
    const CREATE: Permission = Permission::PartyCreate;
    const UPDATE: Permission = Permission::PartyUpdate;
    const DELETE: Permission = Permission::PartyDelete;

    fn create(id: PartyId, owner: OrganizationId, draft: PartyDraft, at: Timestamp) -> Self {
        Self::create(id, owner, draft, at)
    }

    fn change(self, update: PartyUpdate, at: Timestamp) -> Result<Self, Error> {
        let metadata = match update.metadata {
            Some(patch) => metadata::merge(&self.metadata, patch)?,
            None => self.metadata.clone(),
        };
        Ok(Self { metadata, ..self.change(update.changes, at) })
    }
}

/// Lists parties.
#[derive(Debug)]
pub struct ListParties {
    /// Selects the parties.
    pub filter: PartyFilter,
    /// The order and the position.
    pub page: PageRequest<PartySort>,
}

impl Query for ListParties {
    const NAME: &'static str = "party.list";
    const PERMISSION: Permission = Permission::PartyRead;
    type Output = Page<Party>;

    fn reading(&self) -> Reading {
        // No index is in the order of the archived ones alone.
        let PartyFilter { search, role, country, archived, .. } = &self.filter;
        let is_slow = search.is_some()
            || role.values().is_some()
            || country.values().is_some()
            || *archived != Some(false);
        Reading::page(&self.page, is_slow)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Party>, Error> {
        Ok(view.unit.parties().list(&self.filter, &self.page).await?)
    }
}
