use plinth_domain::{Access, Principal, UserId};
use plinth_ports::{Origin, TokenHash};

use crate::Error;

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

impl Caller {
    /// The user of a session.
    ///
    /// # Errors
    /// `auth.users_only` for every other credential.
    pub(crate) fn session_user(&self) -> Result<UserId, Error> {
        match self.access.principal() {
            Principal::User(user) => Ok(user),
            _ => Err(Error::USERS_ONLY),
        }
    }
}
