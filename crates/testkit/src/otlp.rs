//! Test support: an OpenTelemetry collector in memory.
//!
//! [`Receiver`] takes OTLP over HTTP (protobuf) and over gRPC on one free port and keeps
//! what comes as plain structs. It runs on a thread and a runtime of its own, so that a test
//! on a current-thread runtime can flush its telemetry, which blocks, and still be received.

mod record;
mod server;
mod store;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime;

pub use record::{Attributes, Log, Metric, Point, Span};
use store::Store;

/// A running collector; it ends when dropped.
pub struct Receiver {
    store: Arc<Store>,
    address: SocketAddr,
    runtime: Option<runtime::Runtime>,
}

impl Receiver {
    /// Starts listening on a free port of the loopback address.
    pub fn start() -> io::Result<Self> {
        let runtime =
            runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        // Not by tokio: this may be called inside a runtime, which must not be blocked on.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let store = Arc::new(Store::default());
        runtime.spawn(server::serve(listener, Arc::clone(&store)));
        Ok(Self { store, address, runtime: Some(runtime) })
    }

    /// Its base URL, for either protocol.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The spans that came so far, in the order of their coming.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.store.received().spans.clone()
    }

    /// The metrics that came so far; one that is sent again is there again.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        self.store.received().metrics.clone()
    }

    /// The log records that came so far.
    #[must_use]
    pub fn logs(&self) -> Vec<Log> {
        self.store.received().logs.clone()
    }

    /// The headers of each request that came so far.
    #[must_use]
    pub fn headers(&self) -> Vec<Attributes> {
        self.store.received().headers.clone()
    }

    /// Waits until `seen` holds, at most so long; whether it did. Needs a tokio runtime with
    /// time.
    pub async fn wait_for(&self, seen: impl Fn(&Self) -> bool, at_most: Duration) -> bool {
        let deadline = Instant::now() + at_most;
        while Instant::now() < deadline {
            if seen(self) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        seen(self)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // An ordinary drop would block, and panic inside a test's runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
