use std::{fmt, sync::Arc, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError, RedisResult,
    aio::MultiplexedConnection, io::tcp::TcpSettings,
};
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

use crate::{breaker::Breaker, fault::Fault};

/// How to reach Redis, and its timeouts.
#[derive(Clone, Copy)]
pub struct RedisOptions<'a> {
    /// `redis://user:password@host:port/database`, or `rediss://` for TLS.
    pub url: &'a str,
    /// The prefix of every key and channel. Installations that share a Redis need different ones.
    pub prefix: &'a str,
    /// The timeout of one command, including the connection if there is none yet.
    pub timeout: Duration,
    /// How long commands fail at once after one timed out.
    pub cooldown: Duration,
}

impl<'a> RedisOptions<'a> {
    /// Defaults for an API server: a timeout of 250 ms and a cooldown of 1 s.
    #[must_use]
    pub const fn new(url: &'a str) -> Self {
        let (timeout, cooldown) = (Duration::from_millis(250), Duration::from_secs(1));
        Self { url, prefix: "plinth", timeout, cooldown }
    }
}

impl fmt::Debug for RedisOptions<'_> {
    /// Omits the URL, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// The URL of Redis cannot be parsed. The error does not repeat it, because it holds a password.
#[derive(Debug, thiserror::Error)]
#[error("the Redis URL is not of the form redis://user:password@host:port/database")]
pub struct InvalidUrl(#[source] RedisError);

/// One multiplexed connection to Redis, shared by every adapter. Cheap to clone.
///
/// It connects on the first command, so a process starts while Redis is down. A command takes no
/// longer than the timeout. After one that timed out, commands fail at once during the cooldown.
///
/// `redis::aio::ConnectionManager` does not fit: it returns the failure of its last attempt to the
/// next caller although Redis may be available again, and never reconnects after a refused login.
#[derive(Clone)]
pub struct RedisConnection(Arc<Shared>);

struct Shared {
    client: Client,
    prefix: String,
    timeout: Duration,
    breaker: Breaker,
    open: Mutex<Option<MultiplexedConnection>>,
    /// The runtime of the connection's task, which continues after the thread of the first command
    /// has ended.
    runtime: Handle,
}

impl fmt::Debug for RedisConnection {
    /// Omits the client, which holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConnection").field("prefix", &self.0.prefix).finish_non_exhaustive()
    }
}

impl RedisConnection {
    /// Does not connect yet. Must be called inside the Tokio runtime that the connection's task
    /// will run on.
    pub fn new(options: RedisOptions<'_>) -> Result<Self, InvalidUrl> {
        let info = options.url.into_connection_info().map_err(InvalidUrl)?;
        // Commands are small, and a request waits for each of them.
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        Ok(Self(Arc::new(Shared {
            client: Client::open(info).map_err(InvalidUrl)?,
            prefix: options.prefix.to_owned(),
            timeout: options.timeout,
            breaker: Breaker::new(options.cooldown),
            open: Mutex::new(None),
            runtime: Handle::current(),
        })))
    }

    /// Sends a command, unless the circuit breaker is open.
    pub(crate) async fn ask<T, F>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if self.0.breaker.admits() {
            self.ask_past_breaker(question).await
        } else {
            Err(Fault::CircuitOpen)
        }
    }

    /// Sends a command even while the circuit breaker is open.
    pub(crate) async fn ask_past_breaker<T, F>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let exchange = async {
            let connection = self.connection().await.map_err(Fault::Unreachable)?;
            question(connection).await.map_err(Fault::of)
        };
        let answer = timeout(self.0.timeout, exchange).await.unwrap_or(Err(Fault::TimedOut));
        match &answer {
            Err(fault) if fault.is_loss() => self.lose(fault),
            _ if self.0.breaker.close() => tracing::info!("Redis answers again"),
            _ => {}
        }
        answer
    }

    /// A key or channel with the prefix.
    pub(crate) fn name(&self, parts: &[&str]) -> String {
        parts.iter().fold(self.0.prefix.clone(), |name, part| name + ":" + part)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// The open connection, or a new one.
    async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        // Concurrent callers wait here for the same attempt.
        let mut open = self.0.open.lock().await;
        if let Some(connection) = &*open {
            return Ok(connection.clone());
        }
        let shared = self.0.clone();
        let attempt = async move {
            // The timeouts are applied by `ask` and below.
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(None)
                .set_response_timeout(None);
            let connect = shared.client.get_multiplexed_async_connection_with_config(&config);
            let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
            timeout(shared.timeout, connect).await.unwrap_or_else(late)
        };
        let attempt = self.0.runtime.spawn(attempt).await;
        let connection = attempt.map_err(std::io::Error::other)??;
        *open = Some(connection.clone());
        Ok(connection)
    }

    /// Drops the connection, because it may never respond again.
    fn lose(&self, fault: &Fault) {
        // A task that holds the lock is about to reconnect.
        if let Ok(mut open) = self.0.open.try_lock() {
            *open = None;
        }
        if self.0.breaker.open() {
            let error = fault as &dyn std::error::Error;
            tracing::warn!(error, "Redis is unreachable: rate limits are counted in this process");
        }
    }
}
