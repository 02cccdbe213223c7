use plinth_domain::{
    OrganizationId, Prompt, PromptLabel, PromptName, PromptTags, PromptVersion, ProtectedLabels,
    ReleaseGate, Score, Text,
};
use plinth_ports::{PromptFilter, PromptSort, Result, StoreError};
use sea_orm::{
    Condition, JoinType, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, extension::postgres::PgFunc},
};

use super::{Stored, prompt_versions};
use crate::{
    list::Join,
    row::{FromRow, Row, corrupt},
    scoped::{Places, Scoped, places},
    value::{set, text},
};

mod versions;

/// A row, without the columns of the search.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "prompts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub is_active: bool,
    pub protected_labels: Vec<String>,
    pub versions: i16,
    pub is_released: bool,
    pub shown_version_id: Uuid,
    pub gate_dataset_id: Option<Uuid>,
    pub gate_evaluator_id: Option<Uuid>,
    pub gate_threshold: Option<f64>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The version that lists show.
    #[sea_orm(
        belongs_to = "super::prompt_versions::Entity",
        from = "Column::ShownVersionId",
        to = "super::prompt_versions::Column::Id"
    )]
    Shown,
    /// All versions.
    #[sea_orm(
        belongs_to = "super::prompt_versions::Entity",
        from = "Column::Id",
        to = "super::prompt_versions::Column::PromptId"
    )]
    All,
}

crate::scoped::tenant_table!(related);
text!(PromptName: PromptName::parse);

impl FromRow for Prompt {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let refused = |column| -> StoreError { corrupt::<Entity>(column) };
        let tags: Vec<String> = row.get(Column::Tags)?;
        let tags = tags.iter().map(|tag| Text::parse(tag)).collect::<Result<_, _>>();
        let labels: Vec<String> = row.get(Column::ProtectedLabels)?;
        let labels = labels.iter().map(|label| PromptLabel::parse(label)).collect::<Result<_, _>>();
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            description: row.value(Column::Description)?,
            tags: tags.and_then(PromptTags::new).map_err(|_| refused(Column::Tags))?,
            active: row.get(Column::IsActive)?,
            protected_labels: labels
                .and_then(ProtectedLabels::new)
                .map_err(|_| refused(Column::ProtectedLabels))?,
            release_gate: gate(row)?,
            versions: row.known(Column::Versions, |count: i16| u16::try_from(count).ok())?,
            released: row.get(Column::IsReleased)?,
            shown: PromptVersion::from_row(&row.joined())?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn gate(row: &Row<'_, Entity>) -> Result<Option<ReleaseGate>> {
    let Some(dataset) = row.optional_id(Column::GateDatasetId)? else { return Ok(None) };
    let evaluator = row.id(Column::GateEvaluatorId)?;
    let threshold = row.known(Column::GateThreshold, |number: f64| Score::new(number).ok())?;
    Ok(Some(ReleaseGate { dataset, evaluator, threshold }))
}

impl Stored for Prompt {
    type Row = ActiveModel;

    const PLACES: Option<Places> = Some(places!("prompts"));
    /// Joins the version that is shown.
    const JOIN: Option<Join<Entity>> = Some(|rows: Scoped<'_, Entity>| {
        rows.with_own::<prompt_versions::Entity>(JoinType::InnerJoin, Relation::Shown.def())
    });

    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let tags = self.tags.as_slice().iter().map(|tag| tag.as_str().to_owned());
        let labels = self.protected_labels.as_slice().iter().map(|label| label.as_str().to_owned());
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            description: set(&self.description),
            tags: Set(tags.collect()),
            is_active: Set(self.active),
            protected_labels: Set(labels.collect()),
            versions: Set(self.versions.cast_signed()),
            is_released: Set(self.released),
            shown_version_id: set(&self.shown.id),
            gate_dataset_id: Set(self.release_gate.map(|gate| gate.dataset.uuid())),
            gate_evaluator_id: Set(self.release_gate.map(|gate| gate.evaluator.uuid())),
            gate_threshold: Set(self.release_gate.map(|gate| gate.threshold.number())),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition(filter: &PromptFilter) -> Condition {
        let tagged = |tag: &Text<50>| {
            Expr::val(tag.as_str()).eq(PgFunc::any(Expr::col((Entity, Column::Tags))))
        };
        Condition::all()
            .add_option(filter.name.as_ref().map(|name| Column::Name.eq(name.as_str())))
            .add_option(filter.tag.as_ref().map(tagged))
            .add_option(filter.active.map(|active| Column::IsActive.eq(active)))
    }

    fn column(sort: PromptSort) -> Column {
        match sort {
            PromptSort::CreatedAt => Column::CreatedAt,
            PromptSort::UpdatedAt => Column::UpdatedAt,
            PromptSort::Name => Column::Name,
        }
    }
}
