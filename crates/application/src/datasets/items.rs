use plinth_domain::{
    Dataset, DatasetFull, DatasetId, DatasetItem, DatasetItemContent, DatasetItemId, Permission,
    Timestamp,
};
use plinth_ports::{DatasetItemReader, DatasetItemSort, Page, PageRequest};
use serde_json::json;

use super::{DATASET_FULL, DATASET_ITEM_ENDED};
use crate::{
    AuditRecord, Command, Context, Error, Query, Reading, Recorded, View,
    resource::{Found, Resource},
};

const ITEM: Error = Error::NotFound("dataset item");

impl From<DatasetFull> for Error {
    fn from(full: DatasetFull) -> Self {
        Self::Conflict { code: DATASET_FULL, detail: full.to_string().into() }
    }
}

/// Reads one item, also one that was replaced.
#[derive(Debug, Clone, Copy)]
pub struct GetDatasetItem {
    /// The item.
    pub id: DatasetItemId,
}

impl Query for GetDatasetItem {
    const NAME: &'static str = "dataset.item";
    const PERMISSION: Permission = Permission::DatasetRead;
    type Output = DatasetItem;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<DatasetItem, Error> {
        view.unit.dataset_items().item(self.id).await?.ok_or(ITEM)
    }
}

/// Lists the items that a data set has at a moment.
#[derive(Debug, Clone)]
pub struct ListDatasetItems {
    /// The data set.
    pub dataset: DatasetId,
    /// The moment; `None` for now.
    pub at: Option<Timestamp>,
    /// The order and the position.
    pub page: PageRequest<DatasetItemSort>,
}

impl Query for ListDatasetItems {
    const NAME: &'static str = "dataset.items";
    const PERMISSION: Permission = Permission::DatasetRead;
    type Output = Page<DatasetItem>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<DatasetItem>, Error> {
        view.unit.datasets().get(self.dataset).await?;
        let items: &mut dyn DatasetItemReader = view.unit.dataset_items();
        Ok(items.items(self.dataset, self.at, &self.page).await?)
    }
}

/// The data set, locked until the transaction ends.
pub(crate) async fn locked(ctx: &mut Context<'_>, dataset: DatasetId) -> Result<Dataset, Error> {
    let found = ctx.unit.dataset_items().lock(dataset).await?;
    found.ok_or(Error::NotFound(Dataset::KIND))
}

/// Stores new items in a data set that has counted them.
async fn add(
    ctx: &mut Context<'_>,
    dataset: &Dataset,
    contents: Vec<DatasetItemContent>,
) -> Result<Vec<DatasetItem>, Error> {
    let mut ids: Vec<DatasetItemId> = contents.iter().map(|_| ctx.id()).collect();
    // Identities of one moment are not in the order in which they are made, if other units make some,
    // too.
    ids.sort_unstable_by_key(|id| id.uuid());
    let items = ids.into_iter().zip(contents).map(|(id, content)| DatasetItem {
        id,
        dataset: dataset.id,
        content,
        valid_from: dataset.items_changed_at,
        valid_to: None,
    });
    let items: Vec<DatasetItem> = items.collect();
    ctx.unit.dataset_items().add(dataset.id, &items).await?;
    Ok(items)
}

/// Adds items to a data set, all or none.
#[derive(Debug, Clone)]
pub struct AddDatasetItems {
    /// The data set.
    pub dataset: DatasetId,
    /// The items, in their order: at most [`Dataset::MAX_ADDED`].
    pub contents: Vec<DatasetItemContent>,
}

/// New items, and their data set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedItems {
    /// The data set.
    pub dataset: Dataset,
    /// The items.
    pub items: Vec<DatasetItem>,
}

impl Command for AddDatasetItems {
    const NAME: &'static str = "dataset.add_items";
    const PERMISSION: Permission = Permission::DatasetUpdate;
    type Output = AddedItems;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<AddedItems>, Error> {
        let before = locked(ctx, self.dataset).await?;
        let added = u32::try_from(self.contents.len()).unwrap_or(u32::MAX);
        let dataset = before.change_items(added, 0, ctx.now)?;
        let items = add(ctx, &dataset, self.contents).await?;
        ctx.unit.datasets().update(&dataset).await?;
        let audit = AuditRecord::about("dataset.items_added", &dataset);
        let audit = audit.beside("added", json!(added))?.beside("items", json!(dataset.items))?;
        Ok(Recorded::new(AddedItems { dataset, items }, audit))
    }
}

/// Ends an item that its data set still has; so many are added in its place.
async fn end(ctx: &mut Context<'_>, id: DatasetItemId, added: u32) -> Result<Dataset, Error> {
    let item = ctx.unit.dataset_items().item(id).await?.ok_or(ITEM)?;
    let before = locked(ctx, item.dataset).await?;
    let dataset = before.change_items(added, 1, ctx.now)?;
    if !ctx.unit.dataset_items().end(dataset.id, id, dataset.items_changed_at).await? {
        let detail = "the item was replaced or removed before";
        return Err(Error::conflict(DATASET_ITEM_ENDED, detail));
    }
    ctx.unit.datasets().update(&dataset).await?;
    Ok(dataset)
}

/// Puts another item in the place of one. The data set has the earlier one until now, and the other one
/// from now on.
#[derive(Debug, Clone)]
pub struct ReplaceDatasetItem {
    /// The item.
    pub id: DatasetItemId,
    /// The other one.
    pub content: DatasetItemContent,
}

impl Command for ReplaceDatasetItem {
    const NAME: &'static str = "dataset.replace_item";
    const PERMISSION: Permission = Permission::DatasetUpdate;
    type Output = DatasetItem;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<DatasetItem>, Error> {
        let dataset = end(ctx, self.id, 1).await?;
        let item = add(ctx, &dataset, vec![self.content]).await?.pop();
        let item = item.ok_or_else(|| Error::internal("one item was added"))?;
        let audit = AuditRecord::about("dataset.item_replaced", &dataset)
            .beside("item_id", json!(self.id.uuid()))?
            .beside("by", json!(item.id.uuid()))?;
        Ok(Recorded::new(item, audit))
    }
}

/// Takes an item from its data set, which has it until now.
#[derive(Debug, Clone, Copy)]
pub struct RemoveDatasetItem {
    /// The item.
    pub id: DatasetItemId,
}

impl Command for RemoveDatasetItem {
    const NAME: &'static str = "dataset.remove_item";
    const PERMISSION: Permission = Permission::DatasetUpdate;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let dataset = end(ctx, self.id, 0).await?;
        let audit = AuditRecord::about("dataset.item_removed", &dataset);
        let audit = audit.beside("item_id", json!(self.id.uuid()))?;
        Ok(Recorded::new((), audit))
    }
}
