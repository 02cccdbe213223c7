//! A minimal HTTP/1.1 client: it must not cost more than the server.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::failure::Result;

/// A persistent connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A response, valid until the next request.
#[derive(Debug)]
pub struct Reply<'a> {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(128 * 1024) })
    }

    /// Sends a part of a request.
    pub async fn send(&mut self, part: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(part).await?)
    }

    /// Reads the head of a reply that may never end, and returns its status.
    pub async fn status(&mut self) -> Result<u16> {
        self.buffer.clear();
        while !self.buffer.windows(4).any(|four| four == b"\r\n\r\n") {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
        Ok(str::from_utf8(&self.buffer)?.get(9..12).ok_or("no status")?.parse()?)
    }

    /// Reads and discards until the server closes the connection.
    pub async fn drain(&mut self) -> Result<()> {
        loop {
            self.buffer.clear();
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(());
            }
        }
    }

    /// Sends a request and reads the whole reply.
    pub async fn send_request(&mut self, request: &[u8]) -> Result<Reply<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut head = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if head.is_none() {
                head = Head::read(&self.buffer);
            }
            if let Some(Head { status, body, end }) = head
                && self.buffer.len() >= end
            {
                return Ok(Reply { status, body: &self.buffer[body..end] });
            }
        }
    }
}

/// The parsed head of a response.
#[derive(Debug, Clone, Copy)]
struct Head {
    status: u16,
    /// The offset at which the body begins.
    body: usize,
    /// The offset at which the body ends.
    end: usize,
}

impl Head {
    /// `None` until the head is complete. The server sends a length with every measured response;
    /// without one, the benchmark would wait visibly.
    fn read(bytes: &[u8]) -> Option<Self> {
        let length = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = str::from_utf8(&bytes[..length]).ok()?;
        let status = head.get(9..12)?.parse().ok()?;
        let name = "content-length: ";
        let said = head.split("\r\n").find_map(|line| {
            line.get(..name.len())?.eq_ignore_ascii_case(name).then(|| &line[name.len()..])
        })?;
        let body = length + 4;
        Some(Self { status, body, end: body + said.parse::<usize>().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::Head;

    #[test]
    fn a_reply_is_complete_once_its_body_has_the_length_that_its_head_says() {
        let head = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nx: y\r\n\r\n";
        let read = Head::read(format!("{head}hello").as_bytes()).unwrap();
        assert_eq!((read.status, read.body, read.end), (201, head.len(), head.len() + 5));
        assert!(Head::read(&head.as_bytes()[..head.len() - 1]).is_none());
    }
}
