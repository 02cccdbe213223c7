//! The connections of clients. actix answers a head that it cannot read (400, 408, 431) before any
//! middleware: with a status and no more. On its way out such an answer gets the form of all others.
//! Reads and writes of other bytes cost the comparison of four bytes.

mod refusal;

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    rc::Rc,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_web::rt::net::TcpStream;
use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use crate::wire::Wire;
use refusal::Refusal;

/// What is read of a client that goes on sending after a refusal: if the connection were closed
/// before, the client would lose the answer.
const UNREAD: u64 = 4 * 1024 * 1024;

/// How long it is read.
const LINGER: Duration = Duration::from_secs(2);

/// The most connections of a process that are read so at once. Those beyond are closed at once.
const MOST_LINGERING: usize = 256;

static LINGERING: AtomicUsize = AtomicUsize::new(0);

/// Makes the ids of refused requests.
pub(crate) type RequestIds = Rc<dyn Fn() -> String>;

/// The connection of a client.
pub(crate) struct Connection {
    /// `None` only while this is being dropped.
    stream: Option<TcpStream>,
    wire: Rc<Wire>,
    ids: RequestIds,
    /// What is still to be sent of a refusal.
    pending: Bytes,
    is_refused: bool,
    line: RequestLine,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, ids: RequestIds) -> Self {
        Self {
            stream: Some(stream),
            wire: Rc::default(),
            ids,
            pending: Bytes::new(),
            is_refused: false,
            line: RequestLine::default(),
        }
    }

    /// What the middleware tells this connection about its answers.
    pub(crate) fn wire(&self) -> Rc<Wire> {
        Rc::clone(&self.wire)
    }

    pub(crate) fn peer(&self) -> Option<SocketAddr> {
        self.stream.as_ref()?.peer_addr().ok()
    }

    fn stream(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }

    fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.pending.is_empty() {
            let pending = self.pending.clone();
            let written = ready!(self.stream()?.poll_write(cx, &pending))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.pending.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let connection = self.get_mut();
        let known = buffer.filled().len();
        ready!(connection.stream()?.poll_read(cx, buffer))?;
        connection.line.read(buffer.filled().get(known..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let connection = self.get_mut();
        ready!(connection.poll_pending(cx))?;
        let bare = connection.wire.bare(bytes);
        if let Some((0, status)) = bare {
            let refusal = Refusal::of(status, connection.line.length());
            connection.pending = refusal.answer(&(connection.ids)());
            connection.is_refused = true;
            // The rest follows when the client reads.
            if let Poll::Ready(Err(error)) = connection.poll_pending(cx) {
                return Poll::Ready(Err(error));
            }
            return Poll::Ready(Ok(bytes.len()));
        }
        // What comes before a refusal is an answer to an earlier request.
        let some = bytes.get(..bare.map_or(bytes.len(), |(start, _)| start)).unwrap_or(bytes);
        let written = ready!(connection.stream()?.poll_write(cx, some))?;
        connection.line.answered();
        if written == bytes.len() {
            connection.wire.flushed();
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let connection = self.get_mut();
        ready!(connection.poll_pending(cx))?;
        connection.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let connection = self.get_mut();
        ready!(connection.poll_pending(cx))?;
        connection.stream()?.poll_shutdown(cx)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take().filter(|_| self.is_refused) else { return };
        let rest = std::mem::take(&mut self.pending);
        let Some(place) = Lingering::enter() else { return };
        actix_web::rt::spawn(async move {
            let _place = place;
            // The client has its answer, or is gone.
            drop(tokio::time::timeout(LINGER, linger(stream, rest)).await);
        });
    }
}

/// One of [`MOST_LINGERING`] connections.
struct Lingering;

impl Lingering {
    fn enter() -> Option<Self> {
        let lingering = Self;
        (LINGERING.fetch_add(1, Ordering::Relaxed) < MOST_LINGERING).then_some(lingering)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        LINGERING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sends the rest, and reads what the client still sends.
async fn linger(mut stream: TcpStream, rest: Bytes) -> io::Result<()> {
    stream.write_all(&rest).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(UNREAD), &mut tokio::io::sink()).await.map(drop)
}

/// The length of the first line since the last answer: the request line, unless requests are
/// pipelined.
#[derive(Default)]
struct RequestLine {
    length: usize,
    is_complete: bool,
}

impl RequestLine {
    fn read(&mut self, bytes: &[u8]) {
        if self.is_complete {
            return;
        }
        let end = bytes.iter().position(|byte| *byte == b'\n');
        self.length = self.length.saturating_add(end.unwrap_or(bytes.len()));
        self.is_complete = end.is_some();
    }

    fn answered(&mut self) {
        *self = Self::default();
    }

    const fn length(&self) -> usize {
        self.length
    }
}
