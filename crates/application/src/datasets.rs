//! Data sets and their items.

mod items;

use plinth_domain::{
    Dataset, DatasetChanges, DatasetDraft, DatasetId, Description, OrganizationId, Permission,
    Timestamp,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, crud::Crud, resource::Resource};

pub(crate) use items::locked;
pub use items::{
    AddDatasetItems, AddedItems, GetDatasetItem, ListDatasetItems, RemoveDatasetItem,
    ReplaceDatasetItem,
};

plinth_domain::codes! {
    DATASET_FULL = "dataset.full", "The data set has as many items as one may have.";
    DATASET_ITEM_ENDED = "dataset_item.ended", "The item was replaced or removed before.";
}

impl Resource for Dataset {
    const KIND: &'static str = "dataset";
    const TOPIC: &'static str = "datasets";
    const READ: Permission = Permission::DatasetRead;

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn audit_view(&self) -> impl Serialize {
        json!({
            "name": self.name.as_str(),
            "description": self.description.as_ref().map(Description::as_str),
            "items": self.items,
            "items_changed_at": self.items_changed_at,
            "version": self.revision.version.number(),
        })
    }
}

impl Crud for Dataset {
    type Draft = DatasetDraft;
    type Changes = DatasetChanges;
    const CREATE: Permission = Permission::DatasetCreate;
    const UPDATE: Permission = Permission::DatasetUpdate;
    const DELETE: Permission = Permission::DatasetDelete;

    fn create(id: DatasetId, owner: OrganizationId, draft: DatasetDraft, at: Timestamp) -> Self {
        Self::create(id, owner, draft, at)
    }

    fn change(self, changes: DatasetChanges, at: Timestamp) -> Result<Self, Error> {
        Ok(self.change(changes, at))
    }
}
