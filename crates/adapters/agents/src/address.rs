//! Where the sidecar is.

use std::{net::IpAddr, time::Duration};

use tonic::transport::{Channel, Endpoint};

const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// The sidecar cuts off a client that pings more often than every 10 s.
const PING_EVERY: Duration = Duration::from_secs(20);
const PONG_WITHIN: Duration = Duration::from_secs(5);
/// How long the sidecar may take to say what it has.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// An address at which no sidecar can be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    /// Neither `http://host:port` nor `unix:/path`.
    #[error("the sidecar's address is neither http://host:port nor unix:/path")]
    Malformed,
    /// Another machine, without the operator's consent: token and keys would be read on the way.
    #[error(
        "the sidecar's address is on another machine, and the connection is not encrypted: it needs \
         the operator's consent"
    )]
    NotLocal,
    /// Not in a header of HTTP.
    #[error("the sidecar's token has characters that are not printable ASCII")]
    Token,
}

/// A connection that is made when it is needed, and again after it broke.
pub(crate) fn channel(address: &str, allow_plain: bool) -> Result<Channel, InvalidAddress> {
    let is_socket = address.strip_prefix("unix:").is_some_and(|path| path.starts_with('/'));
    if !is_socket && !address.starts_with("http://") {
        return Err(InvalidAddress::Malformed);
    }
    let endpoint =
        Endpoint::from_shared(address.to_owned()).map_err(|_| InvalidAddress::Malformed)?;
    if !is_socket {
        let uri = endpoint.uri();
        let host = uri.host().ok_or(InvalidAddress::Malformed)?;
        if uri.port().is_none() || uri.path() != "/" || uri.query().is_some() {
            return Err(InvalidAddress::Malformed);
        }
        if !(allow_plain || is_loopback(host)) {
            return Err(InvalidAddress::NotLocal);
        }
    }
    Ok(endpoint
        .connect_timeout(CONNECT_WITHIN)
        .tcp_nodelay(true)
        .http2_keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_WITHIN)
        .keep_alive_while_idle(true)
        .connect_lazy())
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sidecar_on_another_machine_needs_consent() {
        let refusal = |address: &str, allow| channel(address, allow).err();
        for local in
            ["http://127.0.0.1:8070", "http://localhost:8070", "http://[::1]:8070", "unix:/run/x"]
        {
            assert_eq!(refusal(local, false), None, "{local}");
        }
        for remote in
            ["http://agents:8070", "http://10.0.0.7:8070", "http://127.0.0.1.example:8070"]
        {
            assert_eq!(refusal(remote, false), Some(InvalidAddress::NotLocal), "{remote}");
            assert_eq!(refusal(remote, true), None, "{remote}");
        }
        for wrong in [
            "",
            "agents:8070",
            "https://127.0.0.1:1",
            "http://127.0.0.1",
            "unix:run/x",
            "http://127.0.0.1:1/x",
        ] {
            assert_eq!(refusal(wrong, true), Some(InvalidAddress::Malformed), "{wrong}");
        }
    }
}
