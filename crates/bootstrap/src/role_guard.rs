use std::time::Duration;

use plinth_postgres::{PgStore, RoleError};
use tokio_util::sync::CancellationToken;

const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// Stops the server when row level security would not bind the role that it
/// works as. It runs beside the server, and asks until the database answers:
/// a process may start while the database is away.
///
/// # Errors
/// With what is wrong with the role; `stop` is cancelled then.
pub async fn guard_role(store: PgStore, stop: CancellationToken) -> Result<(), RoleError> {
    loop {
        match store.verify_role().await {
            Ok(()) => return Ok(()),
            Err(RoleError::Unreachable(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database is away");
            }
            Err(error) => {
                stop.cancel();
                return Err(error);
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(AGAIN_AFTER)).await.is_none() {
            return Ok(());
        }
    }
}
