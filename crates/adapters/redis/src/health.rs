use async_trait::async_trait;
use plinth_ports::{Down, Health};

use crate::RedisConnection;

#[async_trait]
impl Health for RedisConnection {
    /// A `PING` each time, also when Redis did not answer a moment ago.
    async fn check(&self) -> Result<&'static str, Down> {
        let ping = |mut connection| async move {
            redis::cmd("PING").query_async::<String>(&mut connection).await
        };
        match self.ask_at_once(ping).await {
            Ok(_) => Ok("ok"),
            Err(fault) => Err(Down(fault.into())),
        }
    }
}
