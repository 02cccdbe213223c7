//! An OpenTelemetry collector in memory.
//!
//! [`Receiver`] accepts OTLP over HTTP (protobuf) and over gRPC on one free port and stores the
//! data as plain structs. It has a separate thread and runtime: a test on a current-thread runtime
//! can flush its telemetry, which blocks, while the receiver responds.

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
        // The standard library binds: `block_on` would panic inside a caller's runtime.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let store = Arc::new(Store::default());
        runtime.spawn(server::serve(listener, Arc::clone(&store)));
        Ok(Self { store, address, runtime: Some(runtime) })
    }

    /// The base URL for both protocols, such as `http://127.0.0.1:4318`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The spans received so far, oldest first.
    #[must_use]
    pub fn spans(&self) -> Vec<Span> {
        self.store.received().spans.clone()
    }

    /// The metrics received so far; each export adds an entry.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        self.store.received().metrics.clone()
    }

    /// The log records received so far.
    #[must_use]
    pub fn logs(&self) -> Vec<Log> {
        self.store.received().logs.clone()
    }

    /// The headers of each request received so far.
    #[must_use]
    pub fn headers(&self) -> Vec<Attributes> {
        self.store.received().headers.clone()
    }

    /// Whether a text is anywhere in the bytes received so far.
    #[must_use]
    pub fn has_received(&self, text: &str) -> bool {
        let received = self.store.received();
        let has = |body: &[u8]| body.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        received.bodies.iter().any(|body| has(body))
    }

    /// Polls every 10 ms until `condition` holds; `false` when `timeout` passed first.
    pub async fn wait_for(&self, condition: impl Fn(&Self) -> bool, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if condition(self) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        condition(self)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Dropping a runtime blocks, which panics inside the runtime of a test.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
