use plinth_domain::{OperatorName, OrganizationId, SupportSession, SupportToken, Timestamp};
use plinth_ports::{Result, SupportSessionFilter, SupportSessionSort};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    row::{FromRow, Row, corrupt},
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub operator: String,
    pub reason: String,
    pub read_only: bool,
    pub token_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for SupportSession {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let operator: &str = row.get(Column::Operator)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            operator: OperatorName::parse(operator)
                .ok_or_else(|| corrupt::<Entity>(Column::Operator))?,
            reason: row.value(Column::Reason)?,
            read_only: row.get(Column::ReadOnly)?,
            token: SupportToken(row.hash(Column::TokenHash)?),
            expires_at: row.get(Column::ExpiresAt)?,
            ended_at: row.get(Column::EndedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for SupportSession {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            operator: Set(self.operator.as_str().to_owned()),
            reason: set(&self.reason),
            read_only: Set(self.read_only),
            token_hash: Set(self.token.0.to_vec()),
            expires_at: Set(self.expires_at),
            ended_at: Set(self.ended_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &SupportSessionFilter) -> Condition {
        Condition::all().add_option(filter.live_at.map(live))
    }

    fn column(sort: SupportSessionSort) -> Column {
        match sort {
            SupportSessionSort::CreatedAt => Column::CreatedAt,
        }
    }
}

/// The condition on the sessions whose token is valid at this time.
pub fn live(at: Timestamp) -> Condition {
    Condition::all().add(Column::EndedAt.is_null()).add(Column::ExpiresAt.gt(at))
}
