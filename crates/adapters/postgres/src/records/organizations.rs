use async_trait::async_trait;
use plinth_domain::{Name, Organization, OrganizationStatus, PlanName, Slug};
use plinth_ports::{OrganizationReader, Organizations, Result};
use sea_orm::{QuerySelect, Set, entity::prelude::*};

use super::settings;
use crate::{
    row::{FromRow, Row, corrupt},
    scoped::ScopedTx,
    value::{set, text},
};

/// A row. The organization is its own tenant.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub slug: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub settings: String,
    pub status: String,
    pub erase_at: Option<DateTimeUtc>,
    pub suspended_by_operator_at: Option<DateTimeUtc>,
    pub legal_hold: bool,
    pub plan: Option<String>,
    pub billing_reference: Option<String>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

crate::scoped::tenant_table!(related by Id);
text!(PlanName: PlanName::parse);

impl FromRow for Organization {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.id(Column::Id)?,
            name: row.parse(Column::Name, Name::stored)?,
            slug: row.parse(Column::Slug, Slug::parse)?,
            settings: settings::decode(row.get(Column::Settings)?)
                .ok_or_else(|| corrupt::<Entity>(Column::Settings))?,
            status: row.known(Column::Status, OrganizationStatus::from_name)?,
            erase_at: row.get(Column::EraseAt)?,
            suspended_by_operator_at: row.get(Column::SuspendedByOperatorAt)?,
            legal_hold: row.get(Column::LegalHold)?,
            plan: row.value(Column::Plan)?,
            billing_reference: row.value(Column::BillingReference)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl From<&Organization> for ActiveModel {
    fn from(organization: &Organization) -> Self {
        Self {
            id: Set(organization.id.uuid()),
            name: Set(organization.name.as_str().to_owned()),
            slug: Set(organization.slug.as_str().to_owned()),
            settings: Set(settings::encode(&organization.settings)),
            status: Set(organization.status.name().to_owned()),
            erase_at: Set(organization.erase_at),
            suspended_by_operator_at: Set(organization.suspended_by_operator_at),
            legal_hold: Set(organization.legal_hold),
            plan: set(&organization.plan),
            billing_reference: set(&organization.billing_reference),
            version: Set(organization.revision.version.number()),
            created_at: Set(organization.revision.created_at),
            updated_at: Set(organization.revision.updated_at),
        }
    }
}

#[async_trait]
impl OrganizationReader for ScopedTx {
    async fn find(&mut self) -> Result<Option<Organization>> {
        self.select::<Entity>().one().await
    }
}

#[async_trait]
impl Organizations for ScopedTx {
    async fn hold(&mut self) -> Result<Option<Organization>> {
        self.select::<Entity>().lock_shared().one().await
    }

    async fn update(&mut self, organization: &Organization) -> Result<()> {
        let previous = organization.revision.previous();
        self.save(ActiveModel::from(organization), organization.id.uuid(), previous).await
    }
}
