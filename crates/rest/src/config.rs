use std::{num::NonZeroUsize, time::Duration};

use secrecy::SecretBox;

/// How the HTTP side behaves. The composition root fills it from the settings.
pub struct Config {
    /// The service's version, as `/health` shows it.
    pub version: &'static str,
    /// Threads that serve; `None` for one a core.
    pub workers: Option<NonZeroUsize>,
    /// The most connections a worker holds at once.
    pub max_connections: usize,
    /// How long a request's head may take.
    pub header_timeout: Duration,
    /// How long a request's body may take.
    pub body_timeout: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long a whole request may take.
    pub request_timeout: Duration,
    /// How long requests may take to end after the signal to stop.
    pub shutdown_deadline: Duration,
    /// How long `/ready` says no before the listener closes.
    pub drain_delay: Duration,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How long a client may leave unread what was sent to it.
    pub write_timeout: Duration,
    /// How many streams and sockets may be open.
    pub streams: StreamLimits,
    /// How many hops of `X-Forwarded-For` are ours.
    pub trusted_proxies: usize,
    /// Whether pages of this origin may call (the `Origin` header's value).
    pub allows_origin: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// Whether requests are counted against allowances.
    pub rate_limits: bool,
    /// Whether requests are traced and measured.
    pub telemetry: bool,
    /// Signs cursors.
    pub cursor_key: SecretBox<[u8; 32]>,
}

/// How many streams and sockets may be open at once.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// With one credential.
    pub per_credential: usize,
    /// In the whole process.
    pub total: usize,
}
