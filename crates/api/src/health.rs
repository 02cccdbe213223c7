//! Whether a server on this machine answers `GET /health`. The health check of a container needs
//! it because its image holds no HTTP client; `plinth doctor` needs it, too.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use plinth_settings::Settings;

/// The server answers `/health` without IO, so a slow answer is a failure.
const TIMEOUT: Duration = Duration::from_secs(2);

const REQUEST: &[u8] = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Bytes that are read of a response at most: another program may listen on the port.
const MAX_RESPONSE: u64 = 8 * 1024;

/// Why the server does not count as healthy.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// No connection, or no response within 2 s.
    #[error("no answer from {address}: {source}")]
    NoAnswer {
        /// The address that was asked.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The response has another status than 200.
    #[error("{0} does not answer 200")]
    Status(SocketAddr),
}

/// Asks the server on this machine for `/health`. Its dependencies are the subject of `/ready`:
/// a database that is away for a moment is no reason to restart the server.
///
/// # Errors
/// When it is not healthy, with the reason.
pub fn check(settings: &Settings) -> Result<(), Unhealthy> {
    let address = local_address(settings.server.host, settings.server.port);
    let response = get_health(address).map_err(|source| Unhealthy::NoAnswer { address, source })?;
    if response.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(Unhealthy::Status(address)) }
}

/// Whether the program that listens on `host` and `port` of this machine is Plinth. Blocks for
/// up to 2 s.
#[must_use]
pub fn is_plinth(host: IpAddr, port: u16) -> bool {
    get_health(local_address(host, port))
        .is_ok_and(|response| response.contains(r#""service":"plinth""#))
}

fn get_health(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(REQUEST)?;
    let mut response = Vec::new();
    stream.take(MAX_RESPONSE).read_to_end(&mut response)?;
    Ok(String::from_utf8_lossy(&response).into_owned())
}

/// A wildcard address is reached by the loopback address.
fn local_address(host: IpAddr, port: u16) -> SocketAddr {
    let host = match host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    SocketAddr::new(host, port)
}
