use plinth_domain::Access;
use plinth_ports::{Origin, TokenHash};

/// Who calls, with what, and from where.
#[derive(Debug, Clone)]
pub struct Caller {
    /// What their credential admits them to.
    pub access: Access,
    /// The credential's hash.
    pub credential: TokenHash,
    /// The request.
    pub origin: Origin,
}
