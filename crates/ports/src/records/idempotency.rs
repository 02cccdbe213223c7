//! Idempotency keys and the replies stored with them.

use async_trait::async_trait;
use plinth_domain::Timestamp;

use super::Constraint;
use crate::{IdempotencyClaim, IdempotencyKey, Result, StoredReply};

/// A concurrent request with the same key has stored its reply first.
pub const KEY_TAKEN: Constraint =
    Constraint("idempotency_keys_organization_id_principal_operation_key_key");

/// Stores the replies to idempotent writes. A key is unique within its
/// organization, principal and operation.
#[async_trait]
pub trait Idempotency: Send {
    /// Looks up the reply of a key. When there is none, the key is locked until the unit of work
    /// ends. A reply that expired before `now` is ignored.
    async fn claim(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<IdempotencyClaim>;

    /// Stores the reply in the transaction of the effects that it reports.
    /// Violates [`KEY_TAKEN`] when a concurrent request was faster.
    async fn complete(
        &mut self,
        operation: &'static str,
        key: &IdempotencyKey,
        reply: &StoredReply,
        expires_at: Timestamp,
    ) -> Result<()>;
}
