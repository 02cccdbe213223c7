use async_trait::async_trait;
use plinth_domain::{Principal, Timestamp};
use plinth_ports::{
    Idempotency, IdempotencyClaim, IdempotencyKey, Result, StoreError, StoredReply,
};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};

use crate::{
    entity::idempotency_key::{self, ActiveModel, Column, Entity},
    scoped::ScopedTx,
};

/// Takes the key's lock until the transaction ends, if nobody has it, and
/// looks the key up, in one statement. Its snapshot may be older than the
/// commit that freed the lock: then the row is missed, and the unique
/// constraint speaks when the answer is stored.
const CLAIM: &str = "
    SELECT pg_try_advisory_xact_lock(
            hashtextextended(concat_ws(' ', $1, $2, $3, $4), 0)) AS held,
        k.fingerprint, k.status, k.headers::text AS headers, k.body, k.expires_at
    FROM (VALUES (1)) AS always
    LEFT JOIN idempotency_keys k ON k.organization_id = $1
        AND k.principal = $2 AND k.operation = $3 AND k.key = $4 AND k.expires_at > $5";

/// What a rival's answer shows up as.
const RIVAL: &str = "idempotency_keys_organization_id_principal_operation_key_key";

/// The principal as the table spells it.
fn spelled(principal: Principal) -> String {
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
        let values = vec![
            spelled(self.principal()).into(),
            operation.into(),
            key.key.as_str().into(),
            now.into(),
        ];
        // The statement always has one row.
        let Some(row) = self.ask(CLAIM, values).await? else {
            return Ok(IdempotencyClaim::Running);
        };
        idempotency_key::claim(&row)
    }

    async fn complete(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        reply: &StoredReply,
        expires_at: Timestamp,
    ) -> Result<()> {
        let row = ActiveModel::new(spelled(self.principal()), operation, key, reply, expires_at);
        // An answer that had expired when the key was claimed makes room.
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
            0 => Err(StoreError::Conflict { constraint: RIVAL.to_owned() }),
            _ => Ok(()),
        }
    }
}
