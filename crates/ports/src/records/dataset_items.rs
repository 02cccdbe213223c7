//! The items of data sets.

use async_trait::async_trait;
use plinth_domain::{Dataset, DatasetId, DatasetItem, DatasetItemId, Timestamp};

use super::Constraint;
use crate::{Page, PageRequest, Result, SortValue, page::sort_keys};

/// The data set of an item does not exist.
pub const DATASET: Constraint = Constraint("dataset_items_organization_id_dataset_id_fkey");

sort_keys! {
    /// The order of the items of a data set: that in which they were added, which the UUIDv7 identities
    /// carry.
    DatasetItemSort of DatasetItem, unchanged, by |item| item.id.uuid();
    Added = "added" => |_| SortValue::Identity,
}

/// Reads the items of data sets.
#[async_trait]
pub trait DatasetItemReader: Send {
    /// An item of a data set, also one that was replaced.
    async fn item(&mut self, item: DatasetItemId) -> Result<Option<DatasetItem>>;
    /// One page of the items that a data set has at a moment; `None` for now.
    async fn items(
        &mut self,
        dataset: DatasetId,
        at: Option<Timestamp>,
        page: &PageRequest<DatasetItemSort>,
    ) -> Result<Page<DatasetItem>>;
}

/// Adds and ends the items of data sets. The data set is locked before.
#[async_trait]
pub trait DatasetItems: DatasetItemReader {
    /// Reads a data set, and locks it until the transaction ends.
    async fn lock(&mut self, dataset: DatasetId) -> Result<Option<Dataset>>;
    /// Stores new items of a data set.
    async fn add(&mut self, dataset: DatasetId, items: &[DatasetItem]) -> Result<()>;
    /// Ends an item of a data set. Returns whether the data set had it until then.
    async fn end(&mut self, dataset: DatasetId, item: DatasetItemId, at: Timestamp)
    -> Result<bool>;
}
