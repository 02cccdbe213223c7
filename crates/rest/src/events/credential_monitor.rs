use std::time::Duration;

use plinth_application::{Authenticated, Error};
use plinth_domain::{Access, Permission};
use tokio::time::Instant;

use crate::middleware::App;

/// How long a stream goes on while nobody can tell whether its credential
/// still admits.
const BENEFIT_OF_DOUBT: Duration = Duration::from_secs(30);

/// How often a credential is looked at. Nearly always the cache knows.
pub(super) const EVERY: Duration = Duration::from_secs(3);

/// Watches over a stream's credential.
pub(super) struct CredentialMonitor {
    app: App,
    credential: Authenticated,
    certain_at: Instant,
}

/// The credential does not admit any more.
pub(super) struct Ended;

impl CredentialMonitor {
    pub(super) fn over(app: App, credential: Authenticated) -> Self {
        Self { app, credential, certain_at: Instant::now() }
    }

    /// What the credential admits to now.
    pub(super) async fn look(&mut self) -> Result<Access, Ended> {
        match self.app.authenticate_again(&self.credential).await {
            Ok(found) if found.access.permissions().contains(Permission::EventRead) => {
                (self.credential, self.certain_at) = (found, Instant::now());
                Ok(found.access)
            }
            Ok(_) | Err(Error::Unauthenticated { .. }) => Err(Ended),
            // The database is away.
            Err(_) if self.certain_at.elapsed() < BENEFIT_OF_DOUBT => Ok(self.credential.access),
            Err(_) => Err(Ended),
        }
    }
}
