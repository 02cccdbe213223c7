//! Signals by pub/sub. They are hints, delivered at most once: what counts is
//! that nobody waits for Redis, and that everybody learns when hints may have
//! been lost.

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

/// Wakes up whoever waits, in every process on the same Redis.
///
/// In its own process a signal arrives at once, whatever becomes of Redis. For
/// the others it waits in an outbox until Redis takes it. When the connection
/// is lost, and whenever there is one anew, everybody here hears
/// [`Signal::Missed`].
pub struct RedisBus {
    /// Carries the signals inside the process.
    local: Arc<dyn Bus>,
    outbox: Arc<Outbox>,
    connected: Arc<AtomicBool>,
    /// Ends when this is dropped. What delivers the outbox ends by itself.
    _listener: AbortOnDropHandle<()>,
}

impl RedisBus {
    /// Begins to listen and to deliver, as the process `instance`, which no
    /// other is called. `local` carries the signals inside this one. Must be
    /// called inside a Tokio runtime, the one that it works on.
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
