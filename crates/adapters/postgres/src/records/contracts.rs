use plinth_domain::{
    Contract, ContractRole, ContractStatus, OrganizationId, Schedule, Termination,
};
use plinth_ports::{
    Result,
    records::contracts::{ContractFilter, ContractSort, number_order, signed_order},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    scoped::{Places, places},
    value::{name, set},
};

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contracts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub status: String,
    pub number: Option<String>,
    pub number_order: String,
    pub title: String,
    pub party_id: Uuid,
    pub project_id: Option<Uuid>,
    pub document_id: Option<Uuid>,
    pub role: String,
    pub currency: String,
    pub value_minor: i64,
    pub signed_at: Option<Date>,
    pub signed_order: DateTimeUtc,
    pub starts_on: Option<Date>,
    pub ends_on: Option<Date>,
    pub retention: i16,
    pub note: Option<String>,
    pub terminated_on: Option<Date>,
    pub termination_reason: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub metadata: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(ContractRole, ContractStatus);

impl FromRow for Contract {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let schedule = Schedule::new(row.get(Column::StartsOn)?, row.get(Column::EndsOn)?);
        let terminated_on: Option<Date> = row.get(Column::TerminatedOn)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            status: row.value(Column::Status)?,
            number: row.value(Column::Number)?,
            title: row.value(Column::Title)?,
            project: row.value(Column::ProjectId)?,
            party: row.value(Column::PartyId)?,
            role: row.value(Column::Role)?,
            currency: row.value(Column::Currency)?,
            value: row.get(Column::ValueMinor)?,
            signed_at: row.get(Column::SignedAt)?,
            schedule: schedule.map_err(|_| corrupt::<Entity>(Column::EndsOn))?,
            retention: row.value(Column::Retention)?,
            document: row.value(Column::DocumentId)?,
            note: row.value(Column::Note)?,
            termination: match terminated_on {
                Some(on) => Some(Termination { on, reason: row.value(Column::TerminationReason)? }),
                None => None,
            },
            metadata: row.value(Column::Metadata)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Contract {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("contracts"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let termination = self.termination.as_ref();
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            status: set(&self.status),
            number: set(&self.number),
            number_order: Set(number_order(self).to_owned()),
            title: set(&self.title),
            party_id: set(&self.party),
            project_id: set(&self.project),
            document_id: set(&self.document),
            role: set(&self.role),
            currency: set(&self.currency),
            value_minor: Set(self.value),
            signed_at: Set(self.signed_at),
            signed_order: Set(signed_order(self)),
            starts_on: Set(self.schedule.starts_on()),
            ends_on: Set(self.schedule.ends_on()),
            retention: set(&self.retention),
            note: set(&self.note),
            terminated_on: Set(termination.map(|end| end.on)),
            termination_reason: set(&termination.map(|end| end.reason.clone())),
            metadata: set(&self.metadata),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &ContractFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::Status, &filter.status, ContractStatus::name))
            .add_option(filter.role.map(|role| Column::Role.eq(role.name())))
            .add_option(filter.party.map(|party| Column::PartyId.eq(party.uuid())))
            .add_option(filter.project.map(|project| Column::ProjectId.eq(project.uuid())))
            .add_option(filter.among.as_ref().map(|among| list::among(Column::ProjectId, among)))
            .add_option(filter.number.as_ref().map(|number| Column::Number.eq(number.as_str())))
    }

    fn column(sort: ContractSort) -> Column {
        match sort {
            ContractSort::CreatedAt => Column::CreatedAt,
            ContractSort::UpdatedAt => Column::UpdatedAt,
            ContractSort::Number => Column::NumberOrder,
            ContractSort::SignedAt => Column::SignedOrder,
        }
    }
}
