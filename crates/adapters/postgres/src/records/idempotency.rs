use async_trait::async_trait;
use plinth_domain::{Principal, TenantScope, Timestamp};
use plinth_ports::{
    Idempotency, IdempotencyClaim, IdempotencyKey, Result, StoreError, StoredReply,
    records::idempotency::KEY_TAKEN,
};
use sea_orm::{
    NotSet, Set,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;

use crate::{
    connection::KeyUse,
    row::{corrupt, named},
    scoped::ScopedTx,
};

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

crate::scoped::tenant_table!();

/// The headers of the reply, an object of header names and values.
#[derive(Debug, Serialize, Deserialize)]
struct Headers {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    location: Option<String>,
}

/// The claim of a key that has a reply.
fn done(row: &PgRow) -> Result<IdempotencyClaim> {
    let fingerprint: &[u8] = named(row, "fingerprint")?;
    let headers = named(row, "headers")?;
    let Headers { etag, location } =
        serde_json::from_str(headers).map_err(|_| corrupt::<Entity>(Column::Headers))?;
    let status: i32 = named(row, "status")?;
    Ok(IdempotencyClaim::Done {
        fingerprint: fingerprint.try_into().map_err(|_| corrupt::<Entity>(Column::Fingerprint))?,
        reply: StoredReply {
            status: u16::try_from(status).map_err(|_| corrupt::<Entity>(Column::Status))?,
            etag,
            location,
            body: named(row, "body")?,
        },
        expires_at: named(row, "expires_at")?,
    })
}

impl ActiveModel {
    /// The row of a reply.
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

/// The reply of a key. It is asked for after the lock, so it is found when another transaction has
/// stored it and released the lock before.
const REPLY: &str = "
    SELECT fingerprint, status, headers::text AS headers, body, expires_at FROM idempotency_keys
    WHERE organization_id = $1 AND principal = $2 AND operation = $3 AND key = $4 AND expires_at > $5";

/// What is locked when the operation is run with this key.
pub fn key_use(scope: TenantScope, operation: &str, key: &IdempotencyKey) -> KeyUse {
    let (organization, principal) = (scope.organization(), stored_principal(scope.principal()));
    KeyUse(format!("{organization} {principal} {operation} {}", key.key))
}

/// The principal as the table stores it.
fn stored_principal(principal: Principal) -> String {
    format!("{}:{}", principal.kind(), principal.id())
}

#[async_trait]
impl Idempotency for ScopedTx {
    async fn claim(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<IdempotencyClaim> {
        self.claimed_at = Some(now);
        let asked = key_use(self.scope(), operation, key);
        let held = self.lock_key(&asked).await?;
        let principal = stored_principal(self.principal());
        let values = vec![principal.into(), operation.into(), key.key.as_str().into(), now.into()];
        match self.ask(REPLY, values).await? {
            Some(row) => done(&row),
            None if held => Ok(IdempotencyClaim::Fresh),
            None => Ok(IdempotencyClaim::Running),
        }
    }

    async fn complete(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        reply: &StoredReply,
        expires_at: Timestamp,
    ) -> Result<()> {
        let row =
            ActiveModel::new(stored_principal(self.principal()), operation, key, reply, expires_at);
        // A reply that had expired when the key was claimed is replaced.
        let unique = [Column::OrganizationId, Column::Principal, Column::Operation, Column::Key];
        let answer =
            [Column::Fingerprint, Column::Status, Column::Headers, Column::Body, Column::ExpiresAt];
        let mut replace = OnConflict::columns(unique);
        replace.update_columns(answer);
        let old = Expr::col((Entity, Column::ExpiresAt));
        replace.action_and_where(match self.claimed_at {
            Some(now) => old.lte(now),
            None => Expr::val(false),
        });
        match self.add_or(row, replace).await? {
            0 => Err(StoreError::Conflict { constraint: KEY_TAKEN.0.to_owned() }),
            _ => Ok(()),
        }
    }
}
