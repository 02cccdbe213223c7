use std::{net::IpAddr, time::Duration};

use crate::{
    OriginPattern,
    declaration::section,
    readers::{Address, Number, Origins, Span, Unit::Seconds},
    setting::plain,
};

section! {
    "server"
    /// Where the API listens, and how much it takes.
    pub struct Server {
        /// Address to listen on.
        host: IpAddr = "host" by Address, plain().defaults("127.0.0.1", "0.0.0.0");

        /// TCP port to listen on; 0 takes any free one.
        port: u16 = "port" by Number(0, u16::MAX), plain().default("8080").aliases(&["PORT"]);

        /// Threads that serve requests; 0 is one a core.
        workers: usize = "workers" by Number(0, 1024), plain().default("0");

        /// Open connections a worker holds at most; others wait to be accepted.
        max_connections: usize = "max_connections" by Number(1, 1_000_000),
            plain().default("10000");

        /// How long requests in flight may take to finish after SIGTERM. Below the
        /// supervisor's own patience (30 s in Kubernetes), or it kills them.
        shutdown_deadline: Duration = "shutdown_deadline_seconds" by Span(Seconds, 0, 3600),
            plain().default("25");

        /// How long `/ready` says no after SIGTERM before the port closes, so that the load
        /// balancer has time to hear it.
        drain_delay: Duration = "drain_delay_seconds" by Span(Seconds, 0, 600),
            plain().defaults("0", "5");

        /// How long a whole request may take, its body included.
        request_timeout: Duration = "request_timeout_seconds" by Span(Seconds, 1, 3600),
            plain().default("30");

        /// How long a client may take to send the headers of a request.
        header_timeout: Duration = "header_timeout_seconds" by Span(Seconds, 1, 600),
            plain().default("5");

        /// How long an idle connection is kept. Longer than the load balancer keeps its own,
        /// or it meets closed ones.
        keep_alive: Duration = "keep_alive_seconds" by Span(Seconds, 1, 3600),
            plain().default("75");

        /// How long a client may leave unread what was sent to it, before the system closes its
        /// connection (on Linux).
        write_timeout: Duration = "write_timeout_seconds" by Span(Seconds, 1, 3600),
            plain().default("30");

        /// Event streams and web sockets that may be open at once.
        max_streams: usize = "max_streams" by Number(1, 1_000_000), plain().default("10000");

        /// Of those, with one credential.
        max_streams_per_credential: usize = "max_streams_per_credential"
            by Number(1, 1_000_000), plain().default("100");

        /// Bytes a request's body may have, as sent and as decoded; uploads have limits of
        /// their own.
        max_body_bytes: usize = "max_body_bytes" by Number(1024, 64 * 1024 * 1024),
            plain().default("262144");

        /// Proxies in front whose `X-Forwarded-For` entries are believed, counted from the
        /// right. 0 believes the connection alone.
        trusted_proxies: usize = "trusted_proxies" by Number(0, 16), plain().default("0");

        /// Origins that browsers may call from. A `*` stands for one label of a host.
        cors_origins: Vec<OriginPattern> = "cors_origins" by Origins,
            plain().default("")
                .example("https://app.example.com,https://*.preview.example.com");
    }
}
