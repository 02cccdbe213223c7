use async_trait::async_trait;
use plinth_domain::{
    Contract, ContractId, ContractPosition, PositionDraft, Taxation, Text, Vat, VatCategory,
};
use plinth_ports::{ContractPositionReader, ContractPositions, Result};
use sea_orm::{Condition, QueryOrder, QuerySelect, entity::prelude::*};
use serde_json::json;

use super::contracts;
use crate::{
    row::{FromRow, Row, corrupt},
    scoped::ScopedTx,
};

/// A row. Positions are inserted by [`INSERT`].
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_positions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub contract_id: Uuid,
    pub number: i16,
    pub amendment: Option<i16>,
    pub changes: Option<i16>,
    pub text: String,
    #[sea_orm(select_as = "text")]
    pub quantity: String,
    pub unit: String,
    #[sea_orm(select_as = "text")]
    pub unit_price: String,
    pub vat_category: String,
    pub vat_rate: i16,
    pub exemption_reason: Option<String>,
    pub net_minor: i64,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

/// One statement for any number of positions. `$2` is the contract, `$3` a list of objects.
const INSERT: &str = "INSERT INTO contract_positions (organization_id, contract_id, number, amendment,
        changes, text, quantity, unit, unit_price, vat_category, vat_rate, exemption_reason, net_minor)
    SELECT $1, $2, p.number, p.amendment, p.changes, p.text, p.quantity, p.unit, p.unit_price,
        p.vat_category, p.vat_rate, p.exemption_reason, p.net_minor
    FROM jsonb_to_recordset($3::jsonb) AS p(number smallint, amendment smallint, changes smallint,
        text text, quantity numeric, unit text, unit_price numeric, vat_category text,
        vat_rate smallint, exemption_reason text, net_minor bigint)";

impl FromRow for ContractPosition {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let number = |number: i16| u16::try_from(number).ok();
        let optional = |column| {
            let value: Option<i16> = row.get(column)?;
            let value = value.map(u16::try_from).transpose();
            value.map_err(|_| corrupt::<Entity>(column))
        };
        let category: VatCategory = row.value(Column::VatCategory)?;
        let vat = Vat::new(category, row.value(Column::VatRate)?);
        let reason = row.value(Column::ExemptionReason)?;
        let tax = vat.and_then(|vat| Taxation::new(vat, reason));
        Ok(Self {
            number: row.known(Column::Number, number)?,
            amendment: optional(Column::Amendment)?,
            draft: PositionDraft {
                text: row.value(Column::Text)?,
                quantity: row.value(Column::Quantity)?,
                unit: row.value(Column::Unit)?,
                price: row.value(Column::UnitPrice)?,
                tax: tax.map_err(|_| corrupt::<Entity>(Column::VatCategory))?,
                changes: optional(Column::Changes)?,
            },
            net: row.get(Column::NetMinor)?,
        })
    }
}

#[async_trait]
impl ContractPositionReader for ScopedTx {
    async fn of(&mut self, contract: ContractId) -> Result<Vec<ContractPosition>> {
        let positions = self.select::<Entity>().filter(Column::ContractId.eq(contract.uuid()));
        positions.order_by_asc(Column::Number).all().await
    }
}

#[async_trait]
impl ContractPositions for ScopedTx {
    async fn lock(&mut self, contract: ContractId) -> Result<Option<Contract>> {
        let own = self.select::<contracts::Entity>();
        let own = own.filter(contracts::Column::Id.eq(contract.uuid()));
        own.lock_exclusive().one().await
    }

    async fn replace(
        &mut self,
        contract: ContractId,
        positions: &[ContractPosition],
    ) -> Result<()> {
        let of = Condition::all().add(Column::ContractId.eq(contract.uuid()));
        self.remove_all::<Entity>(of).await?;
        self.append(contract, positions).await
    }

    async fn append(&mut self, contract: ContractId, positions: &[ContractPosition]) -> Result<()> {
        if positions.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = positions.iter().map(row).collect();
        let rows = serde_json::Value::Array(rows).to_string();
        self.ask(INSERT, vec![contract.uuid().into(), rows.into()]).await.map(drop)
    }
}

fn row(position: &ContractPosition) -> serde_json::Value {
    let draft = &position.draft;
    json!({
        "number": position.number,
        "amendment": position.amendment,
        "changes": draft.changes,
        "text": draft.text.as_str(),
        "quantity": draft.quantity.to_string(),
        "unit": draft.unit.as_str(),
        "unit_price": draft.price.to_string(),
        "vat_category": draft.tax.vat().category().name(),
        "vat_rate": draft.tax.vat().rate().points(),
        "exemption_reason": draft.tax.reason().map(Text::as_str),
        "net_minor": position.net,
    })
}
