use std::{num::NonZeroUsize, time::Duration};

use secrecy::SecretBox;

/// The configuration of the HTTP server. The composition root fills it from the
/// settings.
pub struct Config {
    /// The service's version, as `/health` shows it.
    pub version: &'static str,
    /// Number of worker threads; `None` for one per core.
    pub workers: Option<NonZeroUsize>,
    /// The maximum number of connections per worker thread.
    pub max_connections: usize,
    /// How long receiving a request's head may take.
    pub header_timeout: Duration,
    /// How long receiving a request's body may take.
    pub body_timeout: Duration,
    /// How long a client may send no byte of a file.
    pub body_stall: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long a whole request may take.
    pub request_timeout: Duration,
    /// How long requests may continue after the signal to stop, the drain delay included.
    pub shutdown_deadline: Duration,
    /// How long `/ready` responds with 503 before the listener closes.
    pub drain_delay: Duration,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How long a client may leave sent data unread.
    pub write_timeout: Duration,
    /// The maximum number of open streams and sockets.
    pub streams: StreamLimits,
    /// How many entries of the forwarded header come from trusted proxies, counted from its end.
    pub trusted_proxies: usize,
    /// The header that the trusted proxies write.
    pub forwarded_header: ForwardedHeader,
    /// Whether pages of this origin may call (the `Origin` header's value).
    pub allows_origin: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// The path prefix under which clients reach the server; empty for none. `None` to believe what
    /// trusted proxies say.
    pub public_path: Option<String>,
    /// Whether rate limits apply.
    pub rate_limits: bool,
    /// Whether requests are traced.
    pub traced: bool,
    /// Whether requests are measured.
    pub measured: bool,
    /// Signs cursors.
    pub cursor_key: SecretBox<[u8; 32]>,
}

/// The header in which a proxy reports the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The maximum number of open streams and sockets, in one process.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// Of one user, with all of their sessions and API keys.
    pub per_user: usize,
    /// Of one organization.
    pub per_organization: usize,
    /// Of all.
    pub total: usize,
    /// Of the sockets that have not authenticated yet.
    pub unauthenticated: usize,
    /// Of the sockets of one address that have not authenticated yet.
    pub unauthenticated_per_address: usize,
    /// How long a socket may take to authenticate.
    pub authentication_timeout: Duration,
}
