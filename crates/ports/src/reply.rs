use plinth_domain::Timestamp;

/// A client's name for one attempt at one write (IETF draft
/// `idempotency-key-header`), and what it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The header's value, 1 to 255 visible ASCII characters.
    pub key: String,
    /// SHA-256 of the request: another body under the same key is refused.
    pub fingerprint: [u8; 32],
}

/// A reply, ready to be sent again word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// HTTP status.
    pub status: u16,
    /// The entity tag, where the reply has one.
    pub etag: Option<String>,
    /// Where the new record is found.
    pub location: Option<String>,
    /// The body: JSON, or nothing.
    pub body: Vec<u8>,
}

/// What a store knows of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotencyClaim {
    /// Never seen: the caller holds it until its unit of work ends.
    Fresh,
    /// Somebody else holds it now.
    Running,
    /// Done before.
    Done {
        /// What was asked then.
        fingerprint: [u8; 32],
        /// What was answered.
        reply: StoredReply,
        /// When the answer is forgotten.
        expires_at: Timestamp,
    },
}
