use std::time::Duration;

use actix_ws::{CloseCode, CloseReason, Session};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long the client may leave data unread.
const STALL: Duration = Duration::from_secs(30);

/// How long sending the close frame may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client has gone, or does not read.
    Gone,
    /// The server stops or restarts; the client should reconnect.
    Leaving,
    /// The credential is missing, wrong or expired.
    Unauthenticated,
    /// The client violates the protocol.
    Protocol,
    /// The client sent a binary message.
    NoText,
    /// The client sent too large a message.
    TooLarge,
    /// The client sends too many messages, or has too many sockets.
    TooMuch,
}

impl End {
    /// The close code (RFC 6455, 7.4); `None` if the client is gone.
    fn code(self) -> Option<(CloseCode, &'static str)> {
        Some(match self {
            Self::Gone => return None,
            Self::Leaving => (CloseCode::Away, "the server stops"),
            Self::Unauthenticated => (CloseCode::Other(4401), "the credential does not admit"),
            Self::Protocol => (CloseCode::Protocol, "this is no WebSocket's frame"),
            Self::NoText => (CloseCode::Unsupported, "messages are JSON texts"),
            Self::TooLarge => (CloseCode::Size, "a message has 4096 bytes at the most"),
            Self::TooMuch => (CloseCode::Policy, "too much at once"),
        })
    }
}

/// The sending side of the socket.
pub(super) struct Outgoing {
    session: Session,
    ending: CancellationToken,
}

impl Outgoing {
    pub(super) const fn new(session: Session, ending: CancellationToken) -> Self {
        Self { session, ending }
    }

    /// Sends a text message, with backpressure.
    pub(super) async fn text(&mut self, text: String) -> Result<(), End> {
        self.in_time(async |session| session.text(text).await).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), End> {
        self.in_time(async |session| session.ping(b"").await).await
    }

    pub(super) async fn pong(&mut self, payload: &[u8]) -> Result<(), End> {
        self.in_time(async |session| session.pong(payload).await).await
    }

    async fn in_time(
        &mut self,
        send: impl AsyncFnOnce(&mut Session) -> Result<(), actix_ws::Closed>,
    ) -> Result<(), End> {
        let sending = timeout(STALL, send(&mut self.session));
        match self.ending.run_until_cancelled(sending).await {
            Some(Ok(Ok(()))) => Ok(()),
            Some(_) => Err(End::Gone),
            None => Err(End::Leaving),
        }
    }

    /// Sends the close frame.
    pub(super) async fn close(self, end: End) {
        let Some((code, text)) = end.code() else { return };
        let reason = CloseReason { code, description: Some(text.to_owned()) };
        // A client that does not read misses the close frame.
        drop(timeout(CLOSE_TIMEOUT, self.session.close(Some(reason))).await);
    }
}
