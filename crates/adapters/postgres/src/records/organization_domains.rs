use plinth_domain::{DomainName, OrganizationDomain, OrganizationId};
use plinth_ports::Result;
use sea_orm::{Set, entity::prelude::*};

use crate::{
    row::{FromRow, Row},
    value::{set, text},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_domains")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub domain: String,
    pub challenge: String,
    pub verified_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
text!(DomainName: DomainName::stored);

impl FromRow for OrganizationDomain {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            domain: row.value(Column::Domain)?,
            challenge: row.value(Column::Challenge)?,
            verified_at: row.get(Column::VerifiedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

/// A domain as a row of `organization`.
pub fn row(domain: &OrganizationDomain, organization: OrganizationId) -> ActiveModel {
    ActiveModel {
        organization_id: set(&organization),
        id: set(&domain.id),
        domain: set(&domain.domain),
        challenge: set(&domain.challenge),
        verified_at: Set(domain.verified_at),
        version: Set(domain.revision.version.number()),
        created_at: Set(domain.revision.created_at),
        updated_at: Set(domain.revision.updated_at),
    }
}
