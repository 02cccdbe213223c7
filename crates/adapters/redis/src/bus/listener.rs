use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use plinth_ports::{Bus, Signal};
use redis::{
    AsyncConnectionConfig, Client, ProtocolVersion, PushInfo, PushKind, RedisResult, Value,
    aio::MultiplexedConnection,
};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::message;
use crate::pause::Pause;

/// How often the connection is asked whether it lives.
const BEAT: Duration = Duration::from_secs(1);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Hears the other processes, on a connection of its own.
pub(super) struct Listener {
    pub(super) client: Client,
    pub(super) channel: String,
    /// What this process is called.
    pub(super) instance: Uuid,
    /// Where what is heard goes.
    pub(super) local: Arc<dyn Bus>,
    pub(super) connected: Arc<AtomicBool>,
}

impl Listener {
    /// Listens for ever, and connects anew after every loss.
    pub(super) async fn run(self) {
        let mut pause = Pause::new();
        loop {
            match self.subscribe().await {
                Ok((connection, lost)) => {
                    pause.reset();
                    // Before anybody relies on the connection: what was
                    // remembered until now may be untrue.
                    self.local.publish(Signal::Missed);
                    self.connected.store(true, Ordering::SeqCst);
                    tracing::debug!("other processes are heard");
                    watch(connection, lost).await;
                    self.connected.store(false, Ordering::SeqCst);
                    // Who goes by what was told last must not wait until it is back.
                    self.local.publish(Signal::Missed);
                    tracing::warn!(
                        "other processes are not heard: the connection to Redis is lost"
                    );
                }
                Err(error) => {
                    if pause.is_first() {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "other processes are not heard");
                    }
                }
            }
            pause.wait().await;
        }
    }

    /// A connection that hears the channel, and what tells when it is lost.
    async fn subscribe(&self) -> RedisResult<(MultiplexedConnection, CancellationToken)> {
        // Only with this protocol one connection can hear and be asked.
        let info = self.client.get_connection_info().clone();
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let lost = CancellationToken::new();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_push_sender(hear(self.local.clone(), self.instance, lost.clone()));
        let attempt = async {
            let mut connection =
                client.get_multiplexed_async_connection_with_config(&config).await?;
            connection.subscribe(&self.channel).await?;
            Ok((connection, lost))
        };
        // Whatever has its own limit and whatever has none.
        let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
        timeout(PATIENCE * 2, attempt).await.unwrap_or_else(late)
    }
}

/// What to do with what Redis sends unasked. It runs where the connection is
/// read, and does not wait.
fn hear(
    local: Arc<dyn Bus>,
    instance: Uuid,
    lost: CancellationToken,
) -> impl Fn(PushInfo) -> Result<(), Infallible> + Send + Sync + 'static {
    move |push| {
        match (push.kind, push.data.last()) {
            (PushKind::Disconnection, _) => lost.cancel(),
            (PushKind::Message, Some(Value::BulkString(text))) => match message::decode(text) {
                // It has been heard here already.
                Some((sender, _)) if sender == instance => {}
                Some((_, signal)) => local.publish(signal),
                None => tracing::debug!("a signal was not understood"),
            },
            _ => {}
        }
        Ok(())
    }
}

/// Returns when the connection is lost, or does not answer in time.
async fn watch(mut connection: MultiplexedConnection, lost: CancellationToken) {
    while lost.run_until_cancelled(sleep(BEAT)).await.is_some() {
        let ping = redis::cmd("PING");
        let ping = timeout(PATIENCE, ping.exec_async(&mut connection));
        if !matches!(ping.await, Ok(Ok(()))) {
            return;
        }
    }
}
