//! Whether something answers at the other end.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use plinth_settings::Url;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, ToSocketAddrs},
    time::timeout,
};

/// Longer than any of these takes that is of use.
const PATIENCE: Duration = Duration::from_secs(3);

/// Connects to the host and port of a URL.
pub(super) async fn reach(url: &Url) -> Result<TcpStream, String> {
    let host = url.host_str().ok_or("it names no host")?;
    let port = url.port_or_known_default().ok_or("it names no port")?;
    // The brackets of an IPv6 address belong to the URL.
    connect((host.trim_matches(['[', ']']), port)).await
}

/// Connects, or says why not.
async fn connect(address: impl ToSocketAddrs) -> Result<TcpStream, String> {
    within(TcpStream::connect(address)).await
}

/// The answer to what is sent, up to `enough` bytes or the end.
pub(super) async fn ask(
    mut stream: TcpStream,
    question: &[u8],
    enough: impl Fn(&[u8]) -> bool,
) -> Result<Vec<u8>, String> {
    let exchange = async {
        stream.write_all(question).await?;
        let mut answer = Vec::new();
        while !enough(&answer) && stream.read_buf(&mut answer).await? > 0 {}
        Ok(answer)
    };
    within(exchange).await
}

/// Whether Plinth itself answers on a port: then it is not taken by somebody else.
pub(super) async fn is_plinth(host: IpAddr, port: u16) -> bool {
    let host = if host.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { host };
    let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = async {
        let stream = connect(SocketAddr::new(host, port)).await?;
        ask(stream, request, |answer| answer.len() > 8192).await
    };
    answer
        .await
        .is_ok_and(|answer| String::from_utf8_lossy(&answer).contains(r#""service":"plinth""#))
}

async fn within<T>(work: impl Future<Output = std::io::Result<T>>) -> Result<T, String> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}
