//! `idempotency_keys`: the first answer to each key. The headers of an answer
//! are an object of header names and values.

use plinth_domain::Timestamp;
use plinth_ports::{IdempotencyClaim, IdempotencyKey, Result, StoreError, StoredReply};
use sea_orm::{NotSet, Set, entity::prelude::*};
use serde::{Deserialize, Serialize};
use sqlx::{Row, postgres::PgRow};

use crate::row::corrupt;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub principal: String,
    pub operation: String,
    pub key: String,
    pub fingerprint: Vec<u8>,
    pub status: Option<i32>,
    #[sea_orm(select_as = "text", save_as = "jsonb")]
    pub headers: Option<String>,
    pub body: Option<Vec<u8>>,
    pub expires_at: DateTimeUtc,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The headers that an answer is sent again with.
#[derive(Debug, Serialize, Deserialize)]
struct Headers {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    location: Option<String>,
}

/// What is known of a key, from the columns `held, fingerprint, status,
/// headers, body, expires_at`; all but the first are null when nothing is.
pub fn claim(row: &PgRow) -> Result<IdempotencyClaim> {
    let fault = |error: sqlx::Error| StoreError::Other(error.into());
    let Some(fingerprint) = row.try_get::<Option<&[u8]>, _>("fingerprint").map_err(fault)? else {
        let held = row.try_get("held").map_err(fault)?;
        return Ok(if held { IdempotencyClaim::Fresh } else { IdempotencyClaim::Running });
    };
    let headers = row.try_get("headers").map_err(fault)?;
    let Headers { etag, location } =
        serde_json::from_str(headers).map_err(|_| corrupt::<Entity>(Column::Headers))?;
    let status: i32 = row.try_get("status").map_err(fault)?;
    Ok(IdempotencyClaim::Done {
        fingerprint: fingerprint.try_into().map_err(|_| corrupt::<Entity>(Column::Fingerprint))?,
        reply: StoredReply {
            status: u16::try_from(status).map_err(|_| corrupt::<Entity>(Column::Status))?,
            etag,
            location,
            body: row.try_get("body").map_err(fault)?,
        },
        expires_at: row.try_get("expires_at").map_err(fault)?,
    })
}

impl ActiveModel {
    /// The row of an answer.
    pub fn new(
        principal: String,
        operation: &str,
        key: &IdempotencyKey,
        reply: &StoredReply,
        expires_at: Timestamp,
    ) -> Self {
        let headers = Headers { etag: reply.etag.clone(), location: reply.location.clone() };
        Self {
            organization_id: NotSet,
            id: NotSet,
            principal: Set(principal),
            operation: Set(operation.to_owned()),
            key: Set(key.key.clone()),
            fingerprint: Set(key.fingerprint.to_vec()),
            status: Set(Some(reply.status.into())),
            headers: Set(serde_json::to_string(&headers).ok()),
            body: Set(Some(reply.body.clone())),
            expires_at: Set(expires_at),
            version: Set(1),
        }
    }
}
