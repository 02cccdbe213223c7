use plinth_domain::{Budget, BudgetPeriod, BudgetScope, Id, OrganizationId};
use plinth_ports::{
    Result,
    records::budgets::{BudgetFilter, BudgetSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    value::{name, set},
};

/// The columns of `budgets b`, in the order in which [`Model`] has them, for hand-written statements.
macro_rules! columns {
    () => {
        "b.organization_id, b.id, b.scope, b.project_id, b.api_key_id, b.prompt_id, b.period, \
         b.hard_limit_nano, b.soft_percent, b.version, b.created_at, b.updated_at"
    };
}
pub(super) use columns;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "budgets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub scope: String,
    pub project_id: Option<Uuid>,
    pub api_key_id: Option<Uuid>,
    pub prompt_id: Option<Uuid>,
    pub period: String,
    pub hard_limit_nano: i64,
    pub soft_percent: i16,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(BudgetPeriod);

impl FromRow for Budget {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let scope: &str = row.get(Column::Scope)?;
        let scope = match scope {
            "organization" => Some(BudgetScope::Organization),
            "project" => row.optional_id(Column::ProjectId)?.map(BudgetScope::Project),
            "api_key" => row.optional_id(Column::ApiKeyId)?.map(BudgetScope::ApiKey),
            "prompt" => row.optional_id(Column::PromptId)?.map(BudgetScope::Prompt),
            _ => None,
        };
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            scope: scope.ok_or_else(|| corrupt::<Entity>(Column::Scope))?,
            period: row.value(Column::Period)?,
            hard_limit: row.get(Column::HardLimitNano)?,
            soft_percent: row
                .known(Column::SoftPercent, |percent: i16| u8::try_from(percent).ok())?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Budget {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            scope: Set(self.scope.name().to_owned()),
            project_id: Set(self.scope.project().map(Id::uuid)),
            api_key_id: Set(self.scope.api_key().map(Id::uuid)),
            prompt_id: Set(self.scope.prompt().map(Id::uuid)),
            period: set(&self.period),
            hard_limit_nano: Set(self.hard_limit),
            soft_percent: Set(self.soft_percent.into()),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &BudgetFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::Scope, &filter.scope, |name| name))
            .add_option(list::one_of(Column::Period, &filter.period, BudgetPeriod::name))
    }

    fn column(sort: BudgetSort) -> Column {
        match sort {
            BudgetSort::CreatedAt => Column::CreatedAt,
            BudgetSort::UpdatedAt => Column::UpdatedAt,
        }
    }
}
