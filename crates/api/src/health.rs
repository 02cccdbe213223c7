//! Whether the server on this machine answers. It is for the health check of a container, whose
//! image holds no other program that could ask.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use plinth_settings::Settings;

/// How long the server may take: it does nothing for its answer.
const PATIENCE: Duration = Duration::from_secs(2);

const QUESTION: &[u8] = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// How the answer begins when all is well.
const WELL: &[u8] = b"HTTP/1.1 200 ";

/// Why the server does not count as healthy.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// Nobody answers.
    #[error("no answer from {address}: {source}")]
    Silent {
        /// Where it was asked.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The answer is another one.
    #[error("{0} does not answer that it is well")]
    Unwell(SocketAddr),
}

/// Asks the server on this machine whether it lives. What it depends on is `/ready`'s to say: a
/// database that is away for a moment is no reason to restart the server.
///
/// # Errors
/// When it is not healthy, with the reason.
pub fn check(settings: &Settings) -> Result<(), Unhealthy> {
    let address = SocketAddr::new(reachable(settings.server.host), settings.server.port);
    let answer = ask(address).map_err(|source| Unhealthy::Silent { address, source })?;
    if answer == *WELL { Ok(()) } else { Err(Unhealthy::Unwell(address)) }
}

/// The beginning of the answer, as long as that of a good one.
fn ask(address: SocketAddr) -> io::Result<[u8; WELL.len()]> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(QUESTION)?;
    let mut answer = [0; WELL.len()];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// The address that leads to what listens on `host`.
fn reachable(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        host => host,
    }
}
