//! Signals by pub/sub. They are hints, delivered at most once. Publishing never waits for Redis,
//! and every listener receives [`Signal::Missed`] when signals may have been lost.

mod confirmations;
mod listener;
mod message;
mod outbox;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use plinth_ports::{Bus, Signal, SignalHandler, Signals};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::RedisConnection;
use confirmations::Confirmations;
use listener::Listener;
use message::Message;
use outbox::{Delivery, Outbox};

/// How long [`Bus::confirmed`] waits for the other processes.
const CONFIRMATION_TIMEOUT: Duration = Duration::from_millis(250);

/// The bus of all processes on the same Redis.
///
/// In the publishing process a signal arrives at once, with or without Redis. For the other
/// processes it waits in an outbox until Redis accepts it. When the connection is lost, and again
/// when it is restored, every listener of this process receives [`Signal::Missed`].
///
/// Redis tells how many processes it has sent a message to, and each of them answers a request for
/// confirmation on the channel of the process that asks.
pub struct RedisBus {
    /// Delivers the signals inside the process.
    local: Arc<dyn Bus>,
    outbox: Arc<Outbox>,
    confirmations: Arc<Confirmations>,
    connected: Arc<AtomicBool>,
    /// Aborted when the bus is dropped. The task that delivers the outbox ends by itself.
    _listener: AbortOnDropHandle<()>,
}

impl RedisBus {
    /// Starts to listen and to deliver. `instance` identifies this process among all others;
    /// `local` delivers the signals inside it. Must be called inside the Tokio runtime that the
    /// tasks will run on.
    #[must_use]
    pub fn start(connection: RedisConnection, local: Arc<dyn Bus>, instance: Uuid) -> Self {
        let (outbox, connected) = (Arc::new(Outbox::default()), Arc::new(AtomicBool::new(false)));
        let confirmations = Arc::new(Confirmations::default());
        let listener = Listener {
            client: connection.client().clone(),
            channels: [
                message::signals(&connection),
                message::confirmations(&connection, instance),
            ],
            instance,
            local: local.clone(),
            outbox: outbox.clone(),
            confirmations: confirmations.clone(),
            connected: connected.clone(),
        };
        let listener = AbortOnDropHandle::new(tokio::spawn(listener.run()));
        let delivery = Delivery {
            outbox: outbox.clone(),
            confirmations: confirmations.clone(),
            connection,
            instance,
        };
        tokio::spawn(delivery.run());
        Self { local, outbox, confirmations, connected, _listener: listener }
    }
}

#[async_trait]
impl Bus for RedisBus {
    fn publish(&self, signal: Signal) {
        self.local.publish(signal);
        self.outbox.put(Message::Signal(signal));
    }

    async fn confirmed(&self) {
        let request = self.confirmations.request();
        self.outbox.put(Message::Confirm(request.number()));
        if timeout(CONFIRMATION_TIMEOUT, request.answered()).await.is_err() {
            tracing::debug!("not every process has confirmed a signal in time");
        }
    }

    fn attend(&self, handler: SignalHandler) {
        self.local.attend(handler);
    }

    fn subscribe(&self) -> Box<dyn Signals> {
        self.local.subscribe()
    }

    fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }
}

impl Drop for RedisBus {
    fn drop(&mut self) {
        self.outbox.close();
    }
}
