use std::future::pending;

use async_trait::async_trait;
use plinth_ports::{Bus, Signal, Signals};
use tokio::sync::broadcast::{Receiver, Sender, error::RecvError};

/// The bus of a single process.
#[derive(Debug)]
pub struct InProcessBus(Sender<Signal>);

impl InProcessBus {
    /// How many signals a subscriber may be behind before it receives [`Signal::Missed`].
    pub const CAPACITY: usize = 1024;

    /// A bus without subscribers.
    #[must_use]
    pub fn new() -> Self {
        Self(Sender::new(Self::CAPACITY))
    }
}

impl Default for InProcessBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Bus for InProcessBus {
    fn publish(&self, signal: Signal) {
        // It fails without subscribers, which is no error.
        let _ = self.0.send(signal);
    }

    fn subscribe(&self) -> Box<dyn Signals> {
        Box::new(Subscription(self.0.subscribe()))
    }

    fn is_connected(&self) -> bool {
        true
    }
}

struct Subscription(Receiver<Signal>);

#[async_trait]
impl Signals for Subscription {
    async fn next(&mut self) -> Signal {
        match self.0.recv().await {
            Ok(signal) => signal,
            Err(RecvError::Lagged(_)) => Signal::Missed,
            // The bus was dropped: no signal will ever come.
            Err(RecvError::Closed) => pending().await,
        }
    }
}
