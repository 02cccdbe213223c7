//! `idempotency_keys`: the first answer to each key. The headers of an answer
//! are an object of header names and values.

use domain::Timestamp;
use ports::{IdempotencyClaim, IdempotencyKey, StoreError, StoredReply};
use sea_orm::{FromQueryResult, NotSet, Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

use super::{hash, known};
use crate::error::corrupt;

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
#[derive(Debug, Default, Serialize, Deserialize)]
struct Headers {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    location: Option<String>,
}

/// What is known of a key, and whether the asker holds it now.
#[derive(Debug, FromQueryResult)]
pub struct Claim {
    held: bool,
    fingerprint: Option<Vec<u8>>,
    status: Option<i32>,
    headers: Option<String>,
    body: Option<Vec<u8>>,
    expires_at: Option<DateTimeUtc>,
}

impl TryFrom<Claim> for IdempotencyClaim {
    type Error = StoreError;

    fn try_from(claim: Claim) -> Result<Self, StoreError> {
        let (Some(fingerprint), Some(status), Some(expires_at)) =
            (claim.fingerprint, claim.status, claim.expires_at)
        else {
            return Ok(if claim.held { Self::Fresh } else { Self::Running });
        };
        let headers = claim.headers.as_deref().map(serde_json::from_str::<Headers>).transpose();
        let headers = headers.map_err(|_| corrupt("idempotency_keys", "headers"))?;
        let Headers { etag, location } = headers.unwrap_or_default();
        let status = known("idempotency_keys", "status", u16::try_from(status).ok())?;
        Ok(Self::Done {
            fingerprint: hash("idempotency_keys", "fingerprint", fingerprint)?,
            reply: StoredReply { status, etag, location, body: claim.body.unwrap_or_default() },
            expires_at,
        })
    }
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
