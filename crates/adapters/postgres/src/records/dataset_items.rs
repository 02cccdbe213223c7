use async_trait::async_trait;
use plinth_domain::{
    Dataset, DatasetId, DatasetItem, DatasetItemContent, DatasetItemId, JsonText, Timestamp,
};
use plinth_ports::{
    DatasetItemReader, DatasetItemSort, DatasetItems, Page, PageRequest, RecordReader, Result,
};
use sea_orm::{Condition, entity::prelude::*};

use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::each,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dataset_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub dataset_id: Uuid,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub input: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub expected: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub valid_from: DateTimeUtc,
    pub valid_to: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for DatasetItem {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            dataset: row.value(Column::DatasetId)?,
            content: DatasetItemContent {
                input: row.value(Column::Input)?,
                expected: row.get::<Option<String>>(Column::Expected)?.map(JsonText::from_parsed),
                metadata: row.value(Column::Metadata)?,
            },
            valid_from: row.get(Column::ValidFrom)?,
            valid_to: row.get(Column::ValidTo)?,
        })
    }
}

#[async_trait]
impl DatasetItemReader for ScopedTx {
    async fn item(&mut self, item: DatasetItemId) -> Result<Option<DatasetItem>> {
        self.find(item.uuid()).await
    }

    async fn items(
        &mut self,
        dataset: DatasetId,
        at: Option<Timestamp>,
        page: &PageRequest<DatasetItemSort>,
    ) -> Result<Page<DatasetItem>> {
        let of = list::times::<Entity>(page.times).add(Column::DatasetId.eq(dataset.uuid()));
        let valid = match at {
            None => Condition::all().add(Column::ValidTo.is_null()),
            Some(at) => Condition::all()
                .add(Column::ValidFrom.lte(at))
                .add(Condition::any().add(Column::ValidTo.is_null()).add(Column::ValidTo.gt(at))),
        };
        list::page(self, None, of.add(valid), page, None, Column::Id).await
    }
}

const LOCK: &str =
    "SELECT id FROM datasets WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE";

/// The arrays are of the same length.
const ADD: &str = "INSERT INTO dataset_items (organization_id, id, dataset_id, input, expected, \
    metadata, valid_from, version, created_at, updated_at) \
    SELECT $1, i.id, $2, i.input::jsonb, nullif(i.expected, '')::jsonb, i.metadata::jsonb, \
    i.at, 1, i.at, i.at \
    FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) \
    AS i (id, input, expected, metadata, at)";

const END: &str = "UPDATE dataset_items SET valid_to = $4, version = 2, updated_at = $4 \
    WHERE organization_id = $1 AND dataset_id = $2 AND id = $3 AND valid_to IS NULL";

#[async_trait]
impl DatasetItems for ScopedTx {
    async fn lock(&mut self, dataset: DatasetId) -> Result<Option<Dataset>> {
        if self.ask(LOCK, vec![dataset.uuid().into()]).await?.is_none() {
            return Ok(None);
        }
        RecordReader::<Dataset>::find(self, dataset).await
    }

    async fn add(&mut self, dataset: DatasetId, items: &[DatasetItem]) -> Result<()> {
        let expected = |item: &DatasetItem| {
            item.content.expected.as_ref().map_or_else(String::new, |text| text.as_str().to_owned())
        };
        let values = vec![
            dataset.uuid().into(),
            each(items, |item| item.id.uuid()),
            each(items, |item| item.content.input.as_str().to_owned()),
            each(items, expected),
            each(items, |item| item.content.metadata.as_str().to_owned()),
            each(items, |item| item.valid_from),
        ];
        self.insert_rows(ADD, values).await
    }

    async fn end(
        &mut self,
        dataset: DatasetId,
        item: DatasetItemId,
        at: Timestamp,
    ) -> Result<bool> {
        let values = vec![dataset.uuid().into(), item.uuid().into(), at.into()];
        Ok(self.write(END, values).await? > 0)
    }
}
