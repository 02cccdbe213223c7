use plinth_domain::{
    Evaluator, EvaluatorDefinition, EvaluatorKind, EvaluatorParts, Id, JsonObject, OrganizationId,
    Pattern, Score,
};
use plinth_ports::{
    Result,
    records::evaluators::{EvaluatorFilter, EvaluatorSort},
};
use sea_orm::{Condition, Set, entity::prelude::*};
use serde::{Deserialize, Serialize};
use sqlx::{Decode, Postgres, error::BoxDynError, postgres::PgValueRef};

use super::Stored;
use crate::{
    list,
    row::{FromRow, Row},
    value::{ColumnValue, name, set},
};

/// A row.
#[expect(clippy::struct_field_names, reason = "sea-orm names each row `Model`")]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluators")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub description: Option<String>,
    pub kind: String,
    pub number: i64,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub definition: String,
    pub model_id: Option<Uuid>,
    pub prompt_id: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
name!(EvaluatorKind);

/// A definition as JSON: its parts.
#[derive(Serialize, Deserialize)]
struct Parts {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ignore_case: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    /// A JSON object as text, which `jsonb` does not change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tolerance: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt_version: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
}

impl From<EvaluatorParts> for Parts {
    fn from(parts: EvaluatorParts) -> Self {
        Self {
            kind: parts.kind.name().to_owned(),
            ignore_case: parts.ignore_case,
            pattern: parts.pattern.map(|pattern| pattern.as_str().to_owned()),
            schema: parts.schema.map(JsonObject::into_string),
            tolerance: parts.tolerance,
            model: parts.model.map(Id::uuid),
            prompt: parts.prompt.map(Id::uuid),
            prompt_version: parts.prompt_version,
            threshold: parts.threshold.map(Score::number),
        }
    }
}

impl ColumnValue for EvaluatorDefinition {
    type Stored = String;

    fn stored(&self) -> String {
        serde_json::to_string(&Parts::from(self.parts())).unwrap_or_default()
    }

    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        let text = <&str as Decode<Postgres>>::decode(raw)?;
        Self::of_json(text)
    }
}

/// Reads the JSON of a definition.
trait OfJson: Sized {
    fn of_json(text: &str) -> Result<Self, BoxDynError>;
}

impl OfJson for EvaluatorDefinition {
    fn of_json(text: &str) -> Result<Self, BoxDynError> {
        let parts: Parts = serde_json::from_str(text)?;
        let parts = EvaluatorParts {
            kind: EvaluatorKind::from_name(&parts.kind).ok_or("an unknown kind")?,
            ignore_case: parts.ignore_case,
            pattern: parts.pattern.map(Pattern::parse).transpose()?,
            schema: parts.schema.map(JsonObject::from_parsed),
            tolerance: parts.tolerance,
            model: parts.model.map(Id::from_uuid),
            prompt: parts.prompt.map(Id::from_uuid),
            prompt_version: parts.prompt_version,
            threshold: parts.threshold.map(Score::new).transpose()?,
        };
        parts.define().map_err(|fault| fault.invalid.into())
    }
}

impl FromRow for Evaluator {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            description: row.value(Column::Description)?,
            definition: row.value(Column::Definition)?,
            number: row.known(Column::Number, |number: i64| u32::try_from(number).ok())?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl Stored for Evaluator {
    type Row = ActiveModel;

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let parts = self.definition.parts();
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            description: set(&self.description),
            kind: Set(parts.kind.name().to_owned()),
            number: Set(self.number.into()),
            definition: set(&self.definition),
            model_id: set(&parts.model),
            prompt_id: set(&parts.prompt),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &EvaluatorFilter) -> Condition {
        Condition::all()
            .add_option(filter.name.as_ref().map(|value| Column::Name.eq(value.as_str())))
            .add_option(list::one_of(Column::Kind, &filter.kind, EvaluatorKind::name))
    }

    fn column(sort: EvaluatorSort) -> Column {
        match sort {
            EvaluatorSort::CreatedAt => Column::CreatedAt,
            EvaluatorSort::Name => Column::Name,
        }
    }
}
