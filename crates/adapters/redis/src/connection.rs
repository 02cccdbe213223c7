use std::{fmt, sync::Arc, time::Duration};

use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo, RedisError, RedisResult,
    aio::MultiplexedConnection, io::tcp::TcpSettings,
};
use tokio::{runtime::Handle, sync::Mutex, time::timeout};

use crate::{breaker::Breaker, fault::Fault};

/// How to reach Redis, and how long to wait for it.
#[derive(Clone, Copy)]
pub struct RedisOptions<'a> {
    /// `redis://user:password@host:port/database`, or `rediss://` for TLS.
    pub url: &'a str,
    /// What every key and channel begins with: installations that share a Redis
    /// each have their own.
    pub prefix: &'a str,
    /// How long an answer may take, with the connection that it may need.
    pub patience: Duration,
    /// How long Redis is left alone after it did not answer.
    pub rest: Duration,
}

impl<'a> RedisOptions<'a> {
    /// What suits an API server: 250 ms for an answer, and a second of rest.
    #[must_use]
    pub const fn new(url: &'a str) -> Self {
        let (patience, rest) = (Duration::from_millis(250), Duration::from_secs(1));
        Self { url, prefix: "plinth", patience, rest }
    }
}

impl fmt::Debug for RedisOptions<'_> {
    /// Without the URL: it holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// The URL of Redis cannot be read. It is not repeated: it holds a password.
#[derive(Debug, thiserror::Error)]
#[error("the Redis URL is not of the form redis://user:password@host:port/database")]
pub struct InvalidUrl(#[source] RedisError);

/// One connection to Redis that all share. Cheap to clone.
///
/// It connects when it is first asked to, so that a process starts while Redis
/// is away. A question takes no longer than the patience, whatever becomes of
/// Redis; after one that was not answered, nobody asks for a while.
///
/// redis-rs has a manager of connections for this, which does not serve here:
/// it hands the failure of its last attempt to the next who asks, although
/// Redis may be back, and never tries again once it was not let in.
#[derive(Clone)]
pub struct RedisConnection(Arc<Shared>);

struct Shared {
    client: Client,
    prefix: String,
    patience: Duration,
    breaker: Breaker,
    open: Mutex<Option<MultiplexedConnection>>,
    /// Where the connection lives: it outlives the thread that first asked.
    runtime: Handle,
}

impl fmt::Debug for RedisConnection {
    /// Without the client: it holds a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConnection").field("prefix", &self.0.prefix).finish_non_exhaustive()
    }
}

impl RedisConnection {
    /// Connects to nothing yet. Must be called inside a Tokio runtime, the one
    /// that the connection shall live on.
    pub fn new(options: RedisOptions<'_>) -> Result<Self, InvalidUrl> {
        let info = options.url.into_connection_info().map_err(InvalidUrl)?;
        // Questions are small and somebody waits for each.
        let info = info.set_tcp_settings(TcpSettings::default().set_nodelay(true));
        Ok(Self(Arc::new(Shared {
            client: Client::open(info).map_err(InvalidUrl)?,
            prefix: options.prefix.to_owned(),
            patience: options.patience,
            breaker: Breaker::new(options.rest),
            open: Mutex::new(None),
            runtime: Handle::current(),
        })))
    }

    /// Asks Redis, unless it did not answer a moment ago.
    pub(crate) async fn ask<T, F>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        if self.0.breaker.admits() { self.ask_at_once(question).await } else { Err(Fault::Resting) }
    }

    /// Asks Redis, also when it did not answer a moment ago.
    pub(crate) async fn ask_at_once<T, F>(
        &self,
        question: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, Fault>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let exchange = async {
            let connection = self.connection().await.map_err(Fault::Away)?;
            question(connection).await.map_err(Fault::of)
        };
        let answer = timeout(self.0.patience, exchange).await.unwrap_or(Err(Fault::Silent));
        match &answer {
            Err(fault) if fault.is_loss() => self.lose(fault),
            _ if self.0.breaker.close() => tracing::info!("Redis answers again"),
            _ => {}
        }
        answer
    }

    /// A name below the prefix.
    pub(crate) fn name(&self, parts: &[&str]) -> String {
        parts.iter().fold(self.0.prefix.clone(), |name, part| name + ":" + part)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// The open connection, or a new one.
    async fn connection(&self) -> RedisResult<MultiplexedConnection> {
        // Whoever comes meanwhile waits for the same attempt.
        let mut open = self.0.open.lock().await;
        if let Some(connection) = &*open {
            return Ok(connection.clone());
        }
        let shared = self.0.clone();
        let attempt = async move {
            // Each question has a limit of its own, and so has this attempt.
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(None)
                .set_response_timeout(None);
            let connect = shared.client.get_multiplexed_async_connection_with_config(&config);
            let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
            timeout(shared.patience, connect).await.unwrap_or_else(late)
        };
        let attempt = self.0.runtime.spawn(attempt).await;
        let connection = attempt.map_err(std::io::Error::other)??;
        *open = Some(connection.clone());
        Ok(connection)
    }

    /// Gives the connection up: what does not answer may never do again.
    fn lose(&self, fault: &Fault) {
        // Who holds the lock is about to connect anew.
        if let Ok(mut open) = self.0.open.try_lock() {
            *open = None;
        }
        if self.0.breaker.open() {
            let error = fault as &dyn std::error::Error;
            tracing::warn!(error, "Redis is away: limits are counted in the process meanwhile");
        }
    }
}
