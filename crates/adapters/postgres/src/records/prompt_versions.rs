use plinth_domain::{
    PromptMessage, PromptMessages, PromptRole, PromptText, PromptVersion, PromptVersionDraft,
};
use plinth_ports::Result;
use sea_orm::entity::prelude::*;
use serde_json::json;
use sqlx::{Decode, Postgres, error::BoxDynError, postgres::PgValueRef};

use crate::{
    row::{FromRow, Row, corrupt},
    value::ColumnValue,
};

/// A row. It is never updated.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prompt_versions")]
#[expect(clippy::struct_field_names, reason = "a column has its name in the database")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub prompt_id: Uuid,
    pub number: i16,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub messages: String,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub input_schema: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub output_schema: Option<String>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub parameters: String,
    pub model_id: Uuid,
    pub fallbacks: Vec<Uuid>,
    pub note: Option<String>,
    pub sha256: Vec<u8>,
    pub created_by: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl ColumnValue for PromptMessages {
    type Stored = String;

    fn stored(&self) -> String {
        let message = |message: &PromptMessage| json!({"role": message.role.name(), "content": message.content.as_str()});
        self.as_slice().iter().map(message).collect::<serde_json::Value>().to_string()
    }

    fn load(raw: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        #[derive(serde::Deserialize)]
        struct Message {
            role: String,
            content: String,
        }
        let stored: Vec<Message> = serde_json::from_str(<&str as Decode<Postgres>>::decode(raw)?)?;
        let messages = stored.into_iter().map(|message| {
            let role = PromptRole::from_name(&message.role).ok_or("an unknown role")?;
            Ok(PromptMessage { role, content: PromptText::parse(message.content)? })
        });
        Ok(Self::new(messages.collect::<Result<_, BoxDynError>>()?)?)
    }
}

impl FromRow for PromptVersion {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let sha256: Vec<u8> = row.get(Column::Sha256)?;
        let fallbacks: Vec<Uuid> = row.get(Column::Fallbacks)?;
        Ok(Self {
            id: row.value(Column::Id)?,
            prompt: row.value(Column::PromptId)?,
            number: row.known(Column::Number, |number: i16| u16::try_from(number).ok())?,
            draft: PromptVersionDraft {
                messages: row.value(Column::Messages)?,
                input_schema: row.value(Column::InputSchema)?,
                output_schema: row.value(Column::OutputSchema)?,
                parameters: row.value(Column::Parameters)?,
                model: row.value(Column::ModelId)?,
                fallbacks: fallbacks.into_iter().map(plinth_domain::Id::from_uuid).collect(),
                note: row.value(Column::Note)?,
            },
            sha256: sha256.try_into().map_err(|_| corrupt::<Entity>(Column::Sha256))?,
            created_by: row.value(Column::CreatedBy)?,
            created_at: row.get(Column::CreatedAt)?,
        })
    }
}
