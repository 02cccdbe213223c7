use async_trait::async_trait;
use plinth_domain::{OrganizationId, Timestamp};
use plinth_ports::{
    Idempotency, IdempotencyClaim, IdempotencyKey, Result, StoredReply,
    records::idempotency::KEY_TAKEN,
};

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
        // Units of work run one after another here, so no other one has locked a key.
        let row_key = self.reply_key(operation, key);
        let replies = &mut self.draft.tables.replies;
        Ok(match replies.get(&row_key) {
            None => IdempotencyClaim::Fresh,
            Some(row) if row.expires_at <= now => {
                replies.remove(&row_key);
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
        let row_key = self.reply_key(operation, key);
        let taken = self.tables().replies.contains(&row_key);
        self.draft.forbid(taken, KEY_TAKEN.0)?;
        let row = ReplyRow { fingerprint: key.fingerprint, reply: reply.clone(), expires_at };
        self.draft.tables.replies.insert(row_key, row);
        Ok(())
    }
}

impl Unit {
    fn reply_key(
        &self,
        operation: &'static str,
        key: &IdempotencyKey,
    ) -> (OrganizationId, ReplyKey) {
        let principal = self.scope.principal();
        (self.organization_id(), ReplyKey::new(principal, operation, &key.key))
    }
}
