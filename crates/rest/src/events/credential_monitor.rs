use std::time::Duration;

use plinth_application::{Authenticated, Error};
use plinth_domain::{Access, Permission};
use tokio::time::Instant;

use crate::middleware::App;

/// How long a stream continues while the credential cannot be checked.
const BENEFIT_OF_DOUBT: Duration = Duration::from_secs(30);

/// The interval of checks. The access cache answers nearly all of them.
pub(super) const EVERY: Duration = Duration::from_secs(3);

/// Checks again and again whether a stream's credential is still valid.
pub(super) struct CredentialMonitor {
    app: App,
    credential: Authenticated,
    certain_at: Instant,
}

/// The credential is no longer valid.
pub(super) struct Ended;

impl CredentialMonitor {
    pub(super) fn over(app: App, credential: Authenticated) -> Self {
        Self { app, credential, certain_at: Instant::now() }
    }

    /// The access that the credential has now.
    pub(super) async fn look(&mut self) -> Result<Access, Ended> {
        match self.app.authenticate_again(&self.credential).await {
            Ok(found) if found.access.permissions().contains(Permission::EventRead) => {
                (self.credential, self.certain_at) = (found, Instant::now());
                Ok(found.access)
            }
            Ok(_) | Err(Error::Unauthenticated { .. }) => Err(Ended),
            // The database is unavailable.
            Err(_) if self.certain_at.elapsed() < BENEFIT_OF_DOUBT => Ok(self.credential.access),
            Err(_) => Err(Ended),
        }
    }
}
