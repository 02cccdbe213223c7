use std::time::Instant;

use serde_json::Value;
use tokio::{io::AsyncReadExt, net::TcpStream};

/// A request that a provider got.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// `POST`, …
    pub method: String,
    /// The path with its query: `/v1/chat/completions`.
    pub path: String,
    /// The headers, their names in lowercase, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// When the request was complete.
    pub at: Instant,
}

impl ReceivedRequest {
    /// The first value of a header, whose name is in lowercase.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(found, _)| found == name);
        header.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Reads the next request of a connection. `input` keeps what came after it. `None` when the
    /// client closes, or sends what is no HTTP/1.1 request with a `content-length`.
    pub(super) async fn read(stream: &mut TcpStream, input: &mut Vec<u8>) -> Option<Self> {
        let head = loop {
            if let Some(end) = input.windows(4).position(|window| window == b"\r\n\r\n") {
                let rest = input.split_off(end + 4);
                break std::mem::replace(input, rest);
            }
            more(stream, input).await?;
        };
        let head = String::from_utf8(head).ok()?;
        let mut lines = head.lines();
        let mut words = lines.next()?.split(' ').map(str::to_owned);
        let (method, path) = (words.next()?, words.next()?);
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(Some(0), |(_, length)| length.parse().ok())?;
        while input.len() < length {
            more(stream, input).await?;
        }
        let rest = input.split_off(length);
        let body = std::mem::replace(input, rest);
        Some(Self { method, path, headers, body, at: Instant::now() })
    }
}

/// Reads more; `None` at the end of the connection.
async fn more(stream: &mut TcpStream, input: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(input).await {
        Ok(1..) => Some(()),
        _ => None,
    }
}
