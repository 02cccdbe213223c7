use std::time::Duration;

use plinth_application::{Authenticated, Error};
use plinth_domain::{Access, Forbidden, Permission};
use tokio::time::Instant;

use super::spread;
use crate::middleware::App;

/// How long a stream continues while the credential cannot be checked.
const UNCHECKED_GRACE: Duration = Duration::from_secs(30);
/// A part of this is added, so that not all streams end at once.
const GRACE_SPREAD: Duration = Duration::from_secs(30);

/// The interval of checks. Nearly all of them hit the access cache. While signals of other processes
/// do not arrive, it is added to the grace of the cache: a revocation must end a stream within 5 s.
pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

/// Checks periodically whether a stream's credential is still valid.
pub(crate) struct CredentialMonitor {
    app: App,
    credential: Authenticated,
    permission: Permission,
    checked_at: Instant,
    grace: Duration,
}

/// The credential is no longer valid.
pub(crate) struct Ended;

impl CredentialMonitor {
    /// The stream needs this permission.
    pub(crate) fn new(app: App, credential: Authenticated, permission: Permission) -> Self {
        let grace = UNCHECKED_GRACE + spread::part_of(GRACE_SPREAD);
        Self { app, credential, permission, checked_at: Instant::now(), grace }
    }

    /// The access that the credential has now.
    pub(crate) async fn check(&mut self) -> Result<Access, Ended> {
        match self.app.authenticate_again(&self.credential).await {
            Ok(found) if found.access.permissions().contains(self.permission) => {
                (self.credential, self.checked_at) = (found, Instant::now());
                Ok(found.access)
            }
            Ok(_) | Err(Error::Unauthenticated { .. } | Error::Forbidden(Forbidden::Suspended)) => {
                Err(Ended)
            }
            // The database is unavailable.
            Err(_) if self.checked_at.elapsed() < self.grace => Ok(self.credential.access),
            Err(_) => Err(Ended),
        }
    }
}
