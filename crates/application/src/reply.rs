use plinth_ports::StoredReply;

/// A command's output as a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The reply to send now.
    pub reply: StoredReply,
    /// The reply to store if it differs: a secret is shown once.
    pub redacted: Option<StoredReply>,
}

/// The answer to a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The reply to send.
    pub reply: StoredReply,
    /// Whether it is a stored reply that is sent again.
    pub replayed: bool,
}
