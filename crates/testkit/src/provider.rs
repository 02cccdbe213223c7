//! A provider of models over real sockets: it answers as it is told, also wrongly.
//!
//! Without a script it answers every request well, in the form that the request asks for.
//!
//! ```no_run
//! # use plinth_testkit::provider::{Answer, FakeProvider, Wire};
//! # async fn test() {
//! let provider = FakeProvider::start().await;
//! provider.script([Answer::tokens(Wire::OpenAi, &["Hel", "lo"]), Answer::status(503)]);
//! // … call provider.base_url() twice …
//! assert_eq!(provider.requests().len(), 2);
//! # }
//! ```

mod answer;
mod connection;
mod request;
mod state;
mod wire;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinSet},
};

pub use answer::Answer;
pub use request::ReceivedRequest;
use state::State;
pub use state::{Connection, default_answer};
pub use wire::{CACHED_TOKENS, INPUT_TOKENS, Wire};

/// A running provider. It ends, with all of its connections, when dropped.
pub struct FakeProvider {
    address: SocketAddr,
    state: Arc<State>,
    server: AbortHandle,
}

impl FakeProvider {
    /// Starts on a free port of the loopback address, in the caller's runtime.
    ///
    /// # Panics
    /// If no port can be listened on.
    #[expect(clippy::expect_used, reason = "a test cannot go on without")]
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("the address of a listener");
        let state = Arc::new(State::default());
        let server = tokio::spawn(accept(listener, Arc::clone(&state))).abort_handle();
        Self { address, state, server }
    }

    /// The address of the API: `http://127.0.0.1:40123/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Host and port, as an operator allows them: `127.0.0.1:40123`.
    #[must_use]
    pub fn host_port(&self) -> String {
        self.address.to_string()
    }

    /// Answers the next requests, one with each. They come before [`Self::answer_with`].
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.script(answers);
    }

    /// Answers every request that has no answer in the script. [`default_answer`] is what it does
    /// otherwise.
    pub fn answer_with(&self, answer: impl Fn(&ReceivedRequest) -> Answer + Send + Sync + 'static) {
        self.state.answer_with(Arc::new(answer));
    }

    /// The requests received so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.state.requests()
    }

    /// Every connection until now, oldest first.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        self.state.connections()
    }

    /// How many connections are open.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.connections().iter().filter(|connection| connection.closed.is_none()).count()
    }

    /// Polls every 5 ms until `condition` holds; `false` when `timeout` passed first.
    pub async fn wait_for(&self, condition: impl Fn(&Self) -> bool, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        while Instant::now() < deadline {
            if condition(self) {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        condition(self)
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    // Aborting this task drops the set, which aborts every connection.
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while open.try_join_next().is_some() {}
        open.spawn(connection::serve(stream, Arc::clone(&state)));
    }
}
