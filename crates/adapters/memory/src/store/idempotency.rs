use async_trait::async_trait;
use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{Idempotency, IdempotencyClaim, IdempotencyKey, Result, StoredReply};

use super::{
    rows::{ReplyKey, ReplyRow},
    unit::Unit,
};

#[async_trait]
impl Idempotency for Unit {
    async fn claim(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<IdempotencyClaim> {
        // Nobody else ever holds a key here: they wait for their turn, and
        // then find what this unit of work has left.
        let place = self.place(operation, key);
        let replies = &mut self.draft.tables.replies;
        Ok(match replies.get(&place) {
            None => IdempotencyClaim::Fresh,
            Some(row) if row.expires_at <= now => {
                replies.remove(&place);
                IdempotencyClaim::Fresh
            }
            Some(row) => IdempotencyClaim::Done {
                fingerprint: row.fingerprint,
                reply: row.reply.clone(),
                expires_at: row.expires_at,
            },
        })
    }

    async fn complete(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        reply: &StoredReply,
        expires_at: Timestamp,
    ) -> Result<()> {
        let place = self.place(operation, key);
        let taken = self.tables().replies.contains(&place);
        self.draft.forbid(taken, "idempotency_keys_organization_id_principal_operation_key_key")?;
        let row = ReplyRow { fingerprint: key.fingerprint, reply: reply.clone(), expires_at };
        self.draft.tables.replies.insert(place, row);
        Ok(())
    }
}

impl Unit {
    fn place(&self, operation: &'static str, key: &IdempotencyKey) -> (OrganizationId, ReplyKey) {
        let principal = self.scope.principal();
        (self.organization_id(), ReplyKey::new(principal, operation, &key.key))
    }
}
