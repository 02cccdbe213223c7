use async_trait::async_trait;
use plinth_domain::Timestamp;

use crate::{IdempotencyClaim, IdempotencyKey, Result, StoredReply};

/// Remembers the replies to idempotent writes. Keys are told apart by
/// organization, principal and operation.
#[async_trait]
pub trait Idempotency: Send {
    /// Asks what is known of a key, and holds it until the unit of work ends
    /// when nothing is. A reply that expired before `now` is unknown.
    async fn claim(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<IdempotencyClaim>;

    /// Stores the reply with the effects that it speaks of. Fails with
    /// `Conflict` (`idempotency_keys_…_key`) when a rival was faster.
    async fn complete(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        reply: &StoredReply,
        expires_at: Timestamp,
    ) -> Result<()>;
}
