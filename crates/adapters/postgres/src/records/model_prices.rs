use async_trait::async_trait;
use plinth_domain::{ModelId, ModelPrice, TokenRates};
use plinth_ports::{ModelPriceReader, ModelPriceSort, ModelPrices, Page, PageRequest, Result};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*};

use crate::{
    list,
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[expect(clippy::struct_field_names, reason = "sea-orm wants this name of the struct")]
#[sea_orm(table_name = "model_prices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub model_id: Uuid,
    pub valid_from: DateTimeUtc,
    pub input_nano: i64,
    pub output_nano: i64,
    pub cache_read_nano: i64,
    pub cache_write_nano: i64,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for ModelPrice {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            model: row.value(Column::ModelId)?,
            valid_from: row.get(Column::ValidFrom)?,
            rates: TokenRates {
                input: row.get(Column::InputNano)?,
                output: row.get(Column::OutputNano)?,
                cache_read: row.get(Column::CacheReadNano)?,
                cache_write: row.get(Column::CacheWriteNano)?,
            },
            created_at: row.get(Column::CreatedAt)?,
        })
    }
}

#[async_trait]
impl ModelPriceReader for ScopedTx {
    async fn of_model(
        &mut self,
        model: ModelId,
        page: &PageRequest<ModelPriceSort>,
    ) -> Result<Page<ModelPrice>> {
        let of = Condition::all().add(Column::ModelId.eq(model.uuid()));
        list::page(self, None, of, page, Some(Column::ValidFrom), Column::Id).await
    }
}

#[async_trait]
impl ModelPrices for ScopedTx {
    async fn add(&mut self, price: &ModelPrice) -> Result<()> {
        let row = ActiveModel {
            organization_id: NotSet,
            id: set(&price.id),
            model_id: set(&price.model),
            valid_from: Set(price.valid_from),
            input_nano: Set(price.rates.input),
            output_nano: Set(price.rates.output),
            cache_read_nano: Set(price.rates.cache_read),
            cache_write_nano: Set(price.rates.cache_write),
            version: Set(1),
            created_at: Set(price.created_at),
            updated_at: Set(price.created_at),
        };
        Self::add(self, row).await
    }
}
