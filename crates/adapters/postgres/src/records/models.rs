use std::time::Duration;

use plinth_domain::{
    BaseUrl, MAX_FALLBACKS, Model as CalledModel, ModelCapability, ModelId, ModelKind, ModelName,
    ModelProvider, ModelStatus, ModelTimeouts, OrganizationId, SecretRef,
};
use plinth_ports::{
    Result,
    records::models::{ModelFilter, ModelSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row, corrupt},
    scoped::{Places, places},
    value::{name, set, text},
};

/// The columns of `models m`, in the order in which [`Model`] has them, for hand-written statements.
macro_rules! columns {
    () => {
        "m.organization_id, m.id, m.name, m.provider, m.provider_model, m.base_url, m.kind, \
         m.capabilities, m.connect_ms, m.first_token_ms, m.idle_ms, m.total_ms, m.fallback_1_id, \
         m.fallback_2_id, m.fallback_3_id, m.fallback_4_id, m.fallback_5_id, m.config::text, \
         m.status, m.secret_id, m.secret_last_four, m.flagged_at, m.version, m.created_at, \
         m.updated_at"
    };
}
pub(super) use columns;

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[expect(clippy::struct_field_names, reason = "sea-orm wants this name of the struct")]
#[sea_orm(table_name = "models")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub provider: String,
    pub provider_model: String,
    pub base_url: Option<String>,
    pub kind: String,
    pub capabilities: Vec<String>,
    pub connect_ms: i32,
    pub first_token_ms: i32,
    pub idle_ms: i32,
    pub total_ms: i32,
    #[sea_orm(column_name = "fallback_1_id")]
    pub fallback_1_id: Option<Uuid>,
    #[sea_orm(column_name = "fallback_2_id")]
    pub fallback_2_id: Option<Uuid>,
    #[sea_orm(column_name = "fallback_3_id")]
    pub fallback_3_id: Option<Uuid>,
    #[sea_orm(column_name = "fallback_4_id")]
    pub fallback_4_id: Option<Uuid>,
    #[sea_orm(column_name = "fallback_5_id")]
    pub fallback_5_id: Option<Uuid>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub config: String,
    pub status: String,
    pub secret_id: Option<Uuid>,
    pub secret_last_four: Option<String>,
    pub flagged_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(ModelProvider, ModelKind, ModelStatus);
text!(ModelName: ModelName::parse, BaseUrl: BaseUrl::parse);

/// The columns of the fallbacks, in their order.
const FALLBACKS: [Column; MAX_FALLBACKS] = [
    Column::Fallback1Id,
    Column::Fallback2Id,
    Column::Fallback3Id,
    Column::Fallback4Id,
    Column::Fallback5Id,
];

impl FromRow for CalledModel {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let fallbacks = FALLBACKS.map(|column| row.optional_id(column));
        let fallbacks = fallbacks.into_iter().filter_map(Result::transpose);
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            provider: row.value(Column::Provider)?,
            model_id: row.value(Column::ProviderModel)?,
            base_url: row.value(Column::BaseUrl)?,
            kind: row.value(Column::Kind)?,
            capabilities: capabilities(row)?,
            timeouts: timeouts(row)?,
            fallbacks: fallbacks.collect::<Result<_>>()?,
            config: row.value(Column::Config)?,
            status: row.value(Column::Status)?,
            secret: secret(row)?,
            flagged: row.get(Column::FlaggedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn capabilities(row: &Row<'_, Entity>) -> Result<Vec<ModelCapability>> {
    let names: Vec<String> = row.get(Column::Capabilities)?;
    let known = names.iter().map(|name| ModelCapability::from_name(name));
    known.collect::<Option<_>>().ok_or_else(|| corrupt::<Entity>(Column::Capabilities))
}

fn timeouts(row: &Row<'_, Entity>) -> Result<ModelTimeouts> {
    let duration = |column| -> Result<Duration> {
        let milliseconds: i32 = row.get(column)?;
        Ok(Duration::from_millis(milliseconds.unsigned_abs().into()))
    };
    Ok(ModelTimeouts {
        connect: duration(Column::ConnectMs)?,
        first_token: duration(Column::FirstTokenMs)?,
        idle: duration(Column::IdleMs)?,
        total: duration(Column::TotalMs)?,
    })
}

fn secret(row: &Row<'_, Entity>) -> Result<Option<SecretRef>> {
    let Some(id) = row.optional_id(Column::SecretId)? else { return Ok(None) };
    Ok(Some(SecretRef { id, last_four: row.get(Column::SecretLastFour)? }))
}

/// A time-out has at most 3,600,000 ms.
fn milliseconds(duration: Duration) -> i32 {
    i32::try_from(duration.as_millis()).unwrap_or(i32::MAX)
}

impl Stored for CalledModel {
    type Row = ActiveModel;
    const PLACES: Option<Places> = Some(places!("models"));

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let secret = self.secret.as_ref();
        let fallback = |place: usize| Set(self.fallbacks.get(place).copied().map(ModelId::uuid));
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            provider: set(&self.provider),
            provider_model: set(&self.model_id),
            base_url: set(&self.base_url),
            kind: set(&self.kind),
            capabilities: Set(self.capabilities.iter().map(|c| c.name().to_owned()).collect()),
            connect_ms: Set(milliseconds(self.timeouts.connect)),
            first_token_ms: Set(milliseconds(self.timeouts.first_token)),
            idle_ms: Set(milliseconds(self.timeouts.idle)),
            total_ms: Set(milliseconds(self.timeouts.total)),
            fallback_1_id: fallback(0),
            fallback_2_id: fallback(1),
            fallback_3_id: fallback(2),
            fallback_4_id: fallback(3),
            fallback_5_id: fallback(4),
            config: set(&self.config),
            status: set(&self.status),
            secret_id: Set(secret.map(|secret| secret.id.uuid())),
            secret_last_four: Set(secret.map(|secret| secret.last_four.clone())),
            flagged_at: Set(self.flagged),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &ModelFilter) -> Condition {
        Condition::all()
            .add_option(list::one_of(Column::Kind, &filter.kind, ModelKind::name))
            .add_option(list::one_of(Column::Provider, &filter.provider, ModelProvider::name))
            .add_option(list::one_of(Column::Status, &filter.status, ModelStatus::name))
    }

    fn column(sort: ModelSort) -> Column {
        match sort {
            ModelSort::CreatedAt => Column::CreatedAt,
            ModelSort::UpdatedAt => Column::UpdatedAt,
            ModelSort::Name => Column::Name,
        }
    }
}
