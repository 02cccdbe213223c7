use plinth_domain::Access;
use plinth_ports::{Origin, TokenHash};

/// The caller of a use case.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The access that the credential gives.
    pub access: Access,
    /// The credential's hash.
    pub credential: TokenHash,
    /// The request that the call belongs to.
    pub origin: Origin,
}
