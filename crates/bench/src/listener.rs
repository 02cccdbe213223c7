//! A minimal WebSocket client (RFC 6455).

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::failure::Result;

/// A message that subscribes to projects, in one masked frame. The mask is zero: it protects
/// proxies, and there is none here.
const SUBSCRIBE: &[u8] = br#"{"type":"subscribe","topics":["projects"]}"#;

/// The answer to a ping: without any, the server closes the socket after 45 s.
const PONG: &[u8] = &[0x8a, 0x80, 0, 0, 0, 0];

/// The first bytes of every event message.
const EVENT: &[u8] = br#"{"type":"event""#;

/// A subscriber of events.
#[derive(Debug)]
pub struct Listener {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Listener {
    /// Connects and subscribes.
    pub async fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let handshake = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer pla_{token}\r\n\r\n"
        );
        stream.write_all(handshake.as_bytes()).await?;
        let mut listener = Self { stream, buffer: Vec::with_capacity(8 * 1024) };
        let head = loop {
            if let Some(end) = listener.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break listener.buffer.drain(..end + 4).collect::<Vec<_>>();
            }
            listener.fill().await?;
        };
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(format!("no socket: {}", String::from_utf8_lossy(&head)).into());
        }
        let mut frame = vec![0x81, 0x80 | u8::try_from(SUBSCRIBE.len())?, 0, 0, 0, 0];
        frame.extend_from_slice(SUBSCRIBE);
        listener.stream.write_all(&frame).await?;
        let answer = listener.text().await?;
        if answer.starts_with(br#"{"type":"subscribed""#) {
            return Ok(listener);
        }
        Err(format!("no feed: {}", String::from_utf8_lossy(&answer)).into())
    }

    /// Waits for the next event.
    pub async fn event(&mut self) -> Result<()> {
        while !self.text().await?.starts_with(EVENT) {}
        Ok(())
    }

    /// The payload of the next text frame.
    async fn text(&mut self) -> Result<Vec<u8>> {
        loop {
            let Some((start, end)) = frame(&self.buffer) else {
                self.fill().await?;
                continue;
            };
            let opcode = self.buffer[0] & 15;
            let payload = self.buffer[start..end].to_vec();
            self.buffer.drain(..end);
            match opcode {
                1 => return Ok(payload),
                9 => self.stream.write_all(PONG).await?,
                8 => return Err("the server closed the socket".into()),
                _ => {}
            }
        }
    }

    async fn fill(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// The bounds of the first frame's payload, once the frame is complete.
fn frame(buffer: &[u8]) -> Option<(usize, usize)> {
    let (start, length) = match *buffer.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes(buffer.get(2..4)?.try_into().ok()?))),
        127 => {
            let length = u64::from_be_bytes(buffer.get(2..10)?.try_into().ok()?);
            (10, usize::try_from(length).ok()?)
        }
        short => (2, usize::from(short)),
    };
    let end = start + length;
    (buffer.len() >= end).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::frame;

    #[test]
    fn a_frame_is_as_long_as_its_head_says() {
        assert_eq!(frame(&[0x81, 2, b'o', b'k', 9]), Some((2, 4)));
        assert_eq!(frame(&[0x81, 2, b'o']), None);
        assert_eq!(frame(&[0x81, 126, 0, 1, b'x']), Some((4, 5)));
        assert_eq!(frame(&[0x81, 126, 0]), None);
        assert_eq!(frame(&[0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, b'x']), Some((10, 11)));
    }
}
