use plinth_domain::{LabelledVersion, PromptLabel};
use plinth_ports::Result;
use sea_orm::entity::prelude::*;

use crate::{
    row::{FromRow, Row},
    value::text,
};

/// A row. It is updated when the label moves.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prompt_labels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub prompt_id: Uuid,
    pub label: String,
    pub version_number: i16,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
text!(PromptLabel: PromptLabel::parse);

impl FromRow for LabelledVersion {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            label: row.value(Column::Label)?,
            version: row.known(Column::VersionNumber, |number: i16| u16::try_from(number).ok())?,
            moved_at: row.get(Column::UpdatedAt)?,
        })
    }
}
