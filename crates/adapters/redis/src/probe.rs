//! A single request to Redis on a separate connection, for `plinth doctor`.

use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, InfoDict, RedisError, RedisResult};
use tokio::time;

/// Why a Redis counts as unreachable. No message contains the URL: it holds a password.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The URL is invalid, the connection failed, or the server refused it.
    #[error(transparent)]
    Redis(#[from] RedisError),
    /// The server accepted the connection and did not respond in time.
    #[error("no answer within {} s", .0.as_secs())]
    Timeout(Duration),
}

/// Connects to `url`, sends `PING` and returns the server's version, such as `7.2.5`; `None` if the
/// login lacks the permission to read it. The timeout covers all of it.
///
/// # Errors
/// When Redis does not answer `PING`.
pub async fn probe(url: &str, timeout: Duration) -> Result<Option<String>, ProbeError> {
    match time::timeout(timeout, ping(url)).await {
        Ok(version) => Ok(version?),
        Err(_) => Err(ProbeError::Timeout(timeout)),
    }
}

async fn ping(url: &str) -> RedisResult<Option<String>> {
    // The caller's timeout is the only one.
    let config =
        AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    let client = Client::open(url)?;
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    redis::cmd("PING").query_async::<String>(&mut connection).await?;
    let info = redis::cmd("INFO").arg("server").query_async::<InfoDict>(&mut connection).await;
    Ok(info.ok().and_then(|info| info.get("redis_version")))
}
