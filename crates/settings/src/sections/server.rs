use std::{net::IpAddr, time::Duration};

use url::Url;

use crate::{
    OriginPattern,
    declaration::section,
    readers::{Address, BaseUrl, Choice, Maybe, Number, Origins, Span, Unit::Seconds},
    setting::plain,
};

/// The header in which a proxy reports the client's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

const HEADERS: Choice<ForwardedHeader> = Choice(&[
    ("x-forwarded-for", ForwardedHeader::XForwardedFor),
    ("forwarded", ForwardedHeader::Forwarded),
]);

section! {
    "server"
    /// The HTTP server of the API: its address, timeouts and limits.
    pub struct Server {
        /// IP address to listen on.
        host: IpAddr = "host" by Address, plain().defaults("127.0.0.1", "0.0.0.0");

        /// TCP port to listen on; 0 selects a free port.
        port: u16 = "port" by Number(0, u16::MAX), plain().default("8080").aliases(&["PORT"]);

        /// Threads that serve requests; 0 means one per core.
        workers: usize = "workers" by Number(0, 1024), plain().default("0");

        /// Maximum number of open connections per thread. Further connections wait to be accepted.
        max_connections: usize = "max_connections" by Number(1, 1_000_000),
            plain().default("10000");

        /// How long requests in flight may take to finish after SIGTERM, `drain_delay_seconds`
        /// included. With up to 8 s for background work and telemetry, it must be shorter than the
        /// grace period of the supervisor (30 s in Kubernetes), which kills the process.
        shutdown_deadline: Duration = "shutdown_deadline_seconds" by Span(Seconds, 0, 3600),
            plain().default("20");

        /// How long `/ready` answers 503 after SIGTERM before the port closes, so that the load
        /// balancer can notice it. Part of `shutdown_deadline_seconds`.
        drain_delay: Duration = "drain_delay_seconds" by Span(Seconds, 0, 600),
            plain().defaults("0", "5");

        /// Timeout of a whole request, its body included. For a request that uploads a file, the
        /// longest time without a byte; it also needs 1 KiB a second.
        request_timeout: Duration = "request_timeout_seconds" by Span(Seconds, 1, 3600),
            plain().default("30");

        /// Timeout for receiving the headers of a request.
        header_timeout: Duration = "header_timeout_seconds" by Span(Seconds, 1, 600),
            plain().default("5");

        /// How long an idle connection is kept open. It must be longer than the idle timeout of the
        /// load balancer, which otherwise uses closed connections.
        keep_alive: Duration = "keep_alive_seconds" by Span(Seconds, 1, 3600),
            plain().default("75");

        /// How long a client may leave sent data unacknowledged before the operating system closes
        /// its connection (Linux only).
        write_timeout: Duration = "write_timeout_seconds" by Span(Seconds, 1, 3600),
            plain().default("30");

        /// Maximum number of open event streams and WebSocket connections of a
        /// process.
        max_streams: usize = "max_streams" by Number(1, 1_000_000), plain().default("10000");

        /// Maximum number of open event streams and WebSocket connections of one user, with all
        /// of their sessions and API keys, in a process.
        max_streams_per_user: usize = "max_streams_per_user" by Number(1, 1_000_000),
            plain().default("100");

        /// Maximum number of open event streams and WebSocket connections of one organization in
        /// a process.
        max_streams_per_organization: usize = "max_streams_per_organization"
            by Number(1, 1_000_000), plain().default("2000");

        /// Maximum number of WebSocket connections of a process that have not authenticated yet.
        max_unauthenticated_sockets: usize = "max_unauthenticated_sockets"
            by Number(1, 1_000_000), plain().default("500");

        /// Maximum number of WebSocket connections of one IP address that have not authenticated
        /// yet, in a process.
        max_unauthenticated_sockets_per_address: usize = "max_unauthenticated_sockets_per_address"
            by Number(1, 1_000_000), plain().default("20");

        /// How long a WebSocket connection may take to authenticate.
        socket_authentication_timeout: Duration = "socket_authentication_timeout_seconds"
            by Span(Seconds, 1, 60), plain().default("5");

        /// Maximum size of a request's body in bytes, as sent and as decoded. Uploads have separate
        /// limits.
        max_body_bytes: usize = "max_body_bytes" by Number(1024, 64 * 1024 * 1024),
            plain().default("262144");

        /// Number of trusted proxies before the server: so many entries of the forwarded header are
        /// trusted, counted from its end. With 0 the client's address is that of the connection, and
        /// all clients behind a load balancer share the rate limit of one address.
        trusted_proxies: usize = "trusted_proxies" by Number(0, 16), plain().default("0");

        /// Header in which the trusted proxies write the client's address: `x-forwarded-for`, or
        /// `forwarded` (RFC 7239). The other header is ignored: a client could forge it.
        forwarded_header: ForwardedHeader = "forwarded_header" by HEADERS,
            plain().default("x-forwarded-for");

        /// URL under which clients reach the server, when a proxy takes a path prefix away. Its path
        /// is put in front of `Location` and `Link`. Trusted proxies can send the prefix as
        /// `X-Forwarded-Prefix` instead; they must then overwrite the header of a client.
        public_url: Option<Url> = "public_url" by Maybe(BaseUrl),
            plain().example("https://example.com/plinth");

        /// Origins that browsers may call the API from (CORS). `*` stands for the first label of a
        /// host. Outside of production, pages of the machine itself (`http://localhost:5173`) may
        /// call it, too.
        cors_origins: Vec<OriginPattern> = "cors_origins" by Origins,
            plain().default("")
                .example("https://app.example.com,https://*.preview.example.com");
    }
}
