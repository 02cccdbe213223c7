use async_trait::async_trait;
use plinth_ports::{Down, Health};

use crate::RedisConnection;

#[async_trait]
impl Health for RedisConnection {
    /// Sends a `PING` each time, even while the circuit breaker is open.
    async fn check(&self) -> Result<&'static str, Down> {
        let ping = |mut connection| async move {
            redis::cmd("PING").query_async::<String>(&mut connection).await
        };
        match self.ask_past_breaker(ping).await {
            Ok(_) => Ok("ok"),
            Err(fault) => Err(Down(fault.into())),
        }
    }
}
