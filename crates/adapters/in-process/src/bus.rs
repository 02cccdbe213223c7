use std::{
    future::pending,
    sync::{PoisonError, RwLock},
};

use async_trait::async_trait;
use plinth_ports::{Bus, Signal, SignalHandler, Signals};
use tokio::sync::broadcast::{Receiver, Sender, error::RecvError};

/// The bus of a single process.
pub struct InProcessBus {
    subscribers: Sender<Signal>,
    handlers: RwLock<Vec<SignalHandler>>,
}

impl InProcessBus {
    /// How many signals a subscriber may be behind before it receives [`Signal::Missed`].
    pub const CAPACITY: usize = 1024;

    /// A bus without subscribers.
    #[must_use]
    pub fn new() -> Self {
        Self { subscribers: Sender::new(Self::CAPACITY), handlers: RwLock::default() }
    }
}

impl Default for InProcessBus {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Bus for InProcessBus {
    fn publish(&self, signal: Signal) {
        for handler in self.handlers.read().unwrap_or_else(PoisonError::into_inner).iter() {
            handler(signal);
        }
        // It fails without subscribers, which is no error.
        let _ = self.subscribers.send(signal);
    }

    /// There is no other process.
    async fn confirmed(&self) {}

    fn attend(&self, handler: SignalHandler) {
        self.handlers.write().unwrap_or_else(PoisonError::into_inner).push(handler);
    }

    fn subscribe(&self) -> Box<dyn Signals> {
        Box::new(Subscription(self.subscribers.subscribe()))
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
