use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Reply;

/// A connection that sends exactly the given bytes.
pub struct Socket(TcpStream);

impl Socket {
    pub async fn to(url: &str) -> Self {
        Self(TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap())
    }

    /// Sends bytes; the server may have disconnected.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// The reply, read until the server closes or its announced end.
    pub async fn reply(&mut self) -> Reply {
        self.try_reply().await.expect("there is a reply")
    }

    /// The same; `None` when the server closes without one.
    pub async fn try_reply(&mut self) -> Option<Reply> {
        let reading = timeout(Duration::from_secs(20), self.read());
        reading.await.expect("the server answers or closes in time")
    }

    /// Everything until the server closes.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let reading = timeout(Duration::from_secs(20), self.0.read_to_end(&mut bytes));
        reading.await.expect("the server closes in time").expect("the connection is not reset");
        String::from_utf8(bytes).unwrap()
    }

    async fn read(&mut self) -> Option<Reply> {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let head = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = head.split_once("\r\n\r\n") {
                let reply = parse(head, body);
                let length = reply.header("content-length").parse().unwrap_or(usize::MAX);
                if body.len() >= length {
                    return Some(reply);
                }
            }
            match self.0.read(&mut buffer).await.expect("the connection is not reset") {
                0 => return head.split_once("\r\n\r\n").map(|(head, body)| parse(head, body)),
                n => bytes.extend_from_slice(&buffer[..n]),
            }
        }
    }
}

fn parse(head: &str, body: &str) -> Reply {
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        let name = name.parse::<reqwest::header::HeaderName>().unwrap();
        headers.append(name, value.trim().parse().unwrap());
    }
    let status = StatusCode::from_bytes(status.as_bytes()).unwrap();
    Reply { status, headers, text: body.to_owned() }
}
