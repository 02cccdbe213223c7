//! Signals by pub/sub. They are hints, delivered at most once. Publishing never waits for Redis,
//! and every listener receives [`Signal::Missed`] when signals may have been lost.

mod listener;
mod message;
mod outbox;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use plinth_ports::{Bus, Signal, Signals};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::RedisConnection;
use listener::Listener;
use outbox::Outbox;

/// The bus of all processes on the same Redis.
///
/// In the publishing process a signal arrives at once, with or without Redis. For the other
/// processes it waits in an outbox until Redis accepts it. When the connection is lost, and again
/// when it is restored, every listener of this process receives [`Signal::Missed`].
pub struct RedisBus {
    /// Delivers the signals inside the process.
    local: Arc<dyn Bus>,
    outbox: Arc<Outbox>,
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
        let channel = connection.name(&["signals"]);
        let listener = Listener {
            client: connection.client().clone(),
            channel: channel.clone(),
            instance,
            local: local.clone(),
            connected: connected.clone(),
        };
        let listener = AbortOnDropHandle::new(tokio::spawn(listener.run()));
        tokio::spawn(outbox::deliver(outbox.clone(), connection, channel, instance));
        Self { local, outbox, connected, _listener: listener }
    }
}

impl Bus for RedisBus {
    fn publish(&self, signal: Signal) {
        self.local.publish(signal);
        self.outbox.put(signal);
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
