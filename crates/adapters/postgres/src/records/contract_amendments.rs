use async_trait::async_trait;
use plinth_domain::{ContractAmendment, ContractId};
use plinth_ports::{ContractAmendmentReader, ContractAmendments, Result};
use sea_orm::{NotSet, QueryOrder, Set, entity::prelude::*};

use crate::{
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_amendments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub contract_id: Uuid,
    pub number: i16,
    pub title: String,
    pub signed_at: Option<Date>,
    pub note: Option<String>,
    pub value_minor: i64,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for ContractAmendment {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            number: row.known(Column::Number, |number: i16| u16::try_from(number).ok())?,
            title: row.value(Column::Title)?,
            signed_at: row.get(Column::SignedAt)?,
            note: row.value(Column::Note)?,
            value: row.get(Column::ValueMinor)?,
            created_at: row.get(Column::CreatedAt)?,
        })
    }
}

#[async_trait]
impl ContractAmendmentReader for ScopedTx {
    async fn of(&mut self, contract: ContractId) -> Result<Vec<ContractAmendment>> {
        let amendments = self.select::<Entity>().filter(Column::ContractId.eq(contract.uuid()));
        amendments.order_by_asc(Column::Number).all().await
    }
}

#[async_trait]
impl ContractAmendments for ScopedTx {
    async fn add(&mut self, contract: ContractId, amendment: &ContractAmendment) -> Result<()> {
        let row = ActiveModel {
            organization_id: NotSet,
            id: NotSet,
            contract_id: set(&contract),
            number: Set(amendment.number.cast_signed()),
            title: set(&amendment.title),
            signed_at: Set(amendment.signed_at),
            note: set(&amendment.note),
            value_minor: Set(amendment.value),
            version: Set(1),
            created_at: Set(amendment.created_at),
            updated_at: Set(amendment.created_at),
        };
        Self::add(self, row).await
    }
}
