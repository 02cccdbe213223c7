use std::time::Duration;

use plinth_application::{Authenticated, Error};
use plinth_domain::{Access, Permission};
use tokio::time::Instant;

use crate::middleware::App;

/// How long a stream continues while the credential cannot be checked.
const UNCHECKED_GRACE: Duration = Duration::from_secs(30);

/// The interval of checks. Nearly all of them hit the access cache.
pub(super) const INTERVAL: Duration = Duration::from_secs(3);

/// Checks periodically whether a stream's credential is still valid.
pub(super) struct CredentialMonitor {
    app: App,
    credential: Authenticated,
    checked_at: Instant,
}

/// The credential is no longer valid.
pub(super) struct Ended;

impl CredentialMonitor {
    pub(super) fn new(app: App, credential: Authenticated) -> Self {
        Self { app, credential, checked_at: Instant::now() }
    }

    /// The access that the credential has now.
    pub(super) async fn check(&mut self) -> Result<Access, Ended> {
        match self.app.authenticate_again(&self.credential).await {
            Ok(found) if found.access.permissions().contains(Permission::EventRead) => {
                (self.credential, self.checked_at) = (found, Instant::now());
                Ok(found.access)
            }
            Ok(_) | Err(Error::Unauthenticated { .. }) => Err(Ended),
            // The database is unavailable.
            Err(_) if self.checked_at.elapsed() < UNCHECKED_GRACE => Ok(self.credential.access),
            Err(_) => Err(Ended),
        }
    }
}
