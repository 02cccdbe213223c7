//! The items of data sets.

use async_trait::async_trait;
use plinth_domain::{Dataset, DatasetId, DatasetItem, DatasetItemId, OrganizationId, Timestamp};
use plinth_ports::{
    DatasetItemReader, DatasetItemSort, DatasetItems, Page, PageRequest, Result,
    records::dataset_items::DATASET,
};

use super::{
    lists,
    record_tables::{RecordTables, Stored},
    unit::Unit,
};

impl Stored for Dataset {
    fn removed(&self, tables: &mut RecordTables, organization: OrganizationId) {
        tables.dataset_items.remove(&(organization, self.id));
    }
}

#[async_trait]
impl DatasetItemReader for Unit {
    async fn item(&mut self, item: DatasetItemId) -> Result<Option<DatasetItem>> {
        let mut all = self.tables().records.dataset_items.of(self.organization_id()).flatten();
        Ok(all.find(|known| known.id == item).cloned())
    }

    async fn items(
        &mut self,
        dataset: DatasetId,
        at: Option<Timestamp>,
        page: &PageRequest<DatasetItemSort>,
    ) -> Result<Page<DatasetItem>> {
        let shown = self.dataset_items(dataset).iter().filter(|item| {
            item.is_valid(at)
                && page.times.created.includes(item.valid_from)
                && page.times.updated.includes(item.valid_to.unwrap_or(item.valid_from))
        });
        Ok(lists::page(shown.cloned(), page))
    }
}

#[async_trait]
impl DatasetItems for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn lock(&mut self, dataset: DatasetId) -> Result<Option<Dataset>> {
        Ok(self.record(dataset).cloned())
    }

    async fn add(&mut self, dataset: DatasetId, items: &[DatasetItem]) -> Result<()> {
        let no_dataset = self.record(dataset).is_none();
        self.draft.forbid(no_dataset, DATASET.0)?;
        let mut all = self.dataset_items(dataset).to_vec();
        all.extend(items.iter().cloned().map(|item| DatasetItem { dataset, ..item }));
        let key = (self.organization_id(), dataset);
        self.draft.tables.records.dataset_items.insert(key, all);
        Ok(())
    }

    async fn end(
        &mut self,
        dataset: DatasetId,
        item: DatasetItemId,
        at: Timestamp,
    ) -> Result<bool> {
        let mut all = self.dataset_items(dataset).to_vec();
        let found = all.iter_mut().find(|known| known.id == item && known.valid_to.is_none());
        let Some(found) = found else { return Ok(false) };
        found.valid_to = Some(at);
        let key = (self.organization_id(), dataset);
        self.draft.tables.records.dataset_items.insert(key, all);
        Ok(true)
    }
}

impl Unit {
    fn dataset_items(&self, dataset: DatasetId) -> &[DatasetItem] {
        let key = (self.organization_id(), dataset);
        self.tables().records.dataset_items.get(&key).map_or(&[], Vec::as_slice)
    }
}
