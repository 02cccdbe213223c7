use plinth_domain::Timestamp;

/// An idempotency key (IETF draft `idempotency-key-header`) with the request
/// that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The header's value, 1 to 255 visible ASCII characters.
    pub key: String,
    /// SHA-256 of the request: another body under the same key is refused.
    pub fingerprint: [u8; 32],
}

/// A reply that is sent again unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// The HTTP status.
    pub status: u16,
    /// The value of `ETag`, if the reply has one.
    pub etag: Option<String>,
    /// The value of `Location`, if the reply has one.
    pub location: Option<String>,
    /// The body: JSON or empty.
    pub body: Vec<u8>,
}

/// The state of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotencyClaim {
    /// It has no reply. The caller has locked it until its unit of work ends.
    Fresh,
    /// Another request has locked it.
    Running,
    /// It has a reply.
    Done {
        /// The fingerprint of the first request.
        fingerprint: [u8; 32],
        /// The stored reply.
        reply: StoredReply,
        /// The time from which the reply is ignored.
        expires_at: Timestamp,
    },
}
