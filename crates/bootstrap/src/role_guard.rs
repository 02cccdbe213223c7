use std::time::Duration;

use plinth_postgres::{PgStore, RoleError, SessionFault};
use tokio_util::sync::CancellationToken;

/// The delay before the next check.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// Stops the server when row level security does not bind its database role, or a pooler lends it
/// another session for each transaction. It runs beside the server, and retries until the database responds: a process may start before its database. The
/// store itself opens no transaction before the role was verified.
///
/// # Errors
/// With the fault of the role. `stop` is cancelled before.
pub async fn guard_role(store: PgStore, stop: CancellationToken) -> Result<(), RoleError> {
    loop {
        match verify(&store).await {
            Ok(()) => return Ok(()),
            Err(RoleError::Unreachable(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database does not answer"
                );
            }
            Err(error) => {
                stop.cancel();
                return Err(error);
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(RETRY_DELAY)).await.is_none() {
            return Ok(());
        }
    }
}

async fn verify(store: &PgStore) -> Result<(), RoleError> {
    store.verify_role().await?;
    match store.session_faults().await {
        Ok(faults) if faults.contains(&SessionFault::Moved) => Err(RoleError::Moved),
        // A server with few connections left still has the one whose role is known.
        Ok(_) | Err(_) => Ok(()),
    }
}
