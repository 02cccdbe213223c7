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

use super::{
    confirmations::Confirmations,
    message::{self, Message},
    outbox::Outbox,
};
use crate::backoff::Backoff;

/// The interval between two pings.
const PING_INTERVAL: Duration = Duration::from_secs(1);
/// The timeout of one command.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Receives the signals of the other processes, on a separate connection.
pub(super) struct Listener {
    pub(super) client: Client,
    /// The channels of signals, and of confirmations for this process.
    pub(super) channels: [String; 2],
    /// The sender of this process's own signals, which are ignored.
    pub(super) instance: Uuid,
    /// The bus that received signals are published on.
    pub(super) local: Arc<dyn Bus>,
    /// Where answers to requests for confirmation are put.
    pub(super) outbox: Arc<Outbox>,
    pub(super) confirmations: Arc<Confirmations>,
    pub(super) connected: Arc<AtomicBool>,
}

impl Listener {
    /// Listens for ever, and reconnects after every loss.
    pub(super) async fn run(self) {
        let mut backoff = Backoff::new();
        loop {
            match self.subscribe().await {
                Ok((connection, lost)) => {
                    backoff.reset();
                    // Before the bus counts as connected: cached values may be stale by now.
                    self.local.publish(Signal::Missed);
                    self.connected.store(true, Ordering::SeqCst);
                    tracing::debug!("subscribed to the signals of other processes");
                    watch(connection, lost).await;
                    self.connected.store(false, Ordering::SeqCst);
                    // Listeners must not rely on the last signals until the connection is back.
                    self.local.publish(Signal::Missed);
                    tracing::warn!(
                        "the connection to Redis is lost: no signals of other processes"
                    );
                }
                Err(error) => {
                    if backoff.is_first() {
                        let error = &error as &dyn std::error::Error;
                        tracing::warn!(error, "cannot subscribe to the signals of other processes");
                    }
                }
            }
            backoff.wait().await;
        }
    }

    /// A connection that is subscribed, and a token that is cancelled when it is lost.
    async fn subscribe(&self) -> RedisResult<(MultiplexedConnection, CancellationToken)> {
        // Only RESP3 allows subscriptions and commands on one connection.
        let info = self.client.get_connection_info().clone();
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings))?;
        let lost = CancellationToken::new();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_push_sender(self.hear(lost.clone()));
        let attempt = async {
            let mut connection =
                client.get_multiplexed_async_connection_with_config(&config).await?;
            connection.subscribe(&self.channels).await?;
            Ok((connection, lost))
        };
        // Limits the steps without a timeout, too: name resolution and the handshake.
        let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
        timeout(TIMEOUT * 2, attempt).await.unwrap_or_else(late)
    }

    /// Handles push messages. It runs in the task that reads the connection, and does not block.
    fn hear(
        &self,
        lost: CancellationToken,
    ) -> impl Fn(PushInfo) -> Result<(), Infallible> + Send + Sync + use<> {
        let (local, instance) = (self.local.clone(), self.instance);
        let (outbox, confirmations) = (self.outbox.clone(), self.confirmations.clone());
        let take = move |sender, message| match message {
            // This process has delivered its own signals already.
            Message::Signal(_) if sender == instance => {}
            // Its handlers have run when this returns.
            Message::Signal(signal) => local.publish(signal),
            Message::Confirm(number) if sender == instance => confirmations.answer(number, sender),
            Message::Confirm(number) => outbox.put(Message::Confirmed { to: sender, number }),
            Message::Confirmed { to, number } if to == instance => {
                confirmations.answer(number, sender);
            }
            Message::Confirmed { .. } => {}
        };
        move |push| {
            match (push.kind, push.data.last()) {
                (PushKind::Disconnection, _) => lost.cancel(),
                (PushKind::Message, Some(Value::BulkString(text))) => {
                    if let Some((sender, message)) = message::decode(text) {
                        take(sender, message);
                    } else {
                        tracing::debug!("ignored a message of an unknown form");
                    }
                }
                _ => {}
            }
            Ok(())
        }
    }
}

/// Returns when the connection is lost, or a ping times out.
async fn watch(mut connection: MultiplexedConnection, lost: CancellationToken) {
    while lost.run_until_cancelled(sleep(PING_INTERVAL)).await.is_some() {
        let ping = redis::cmd("PING");
        let ping = timeout(TIMEOUT, ping.exec_async(&mut connection));
        if !matches!(ping.await, Ok(Ok(()))) {
            return;
        }
    }
}
