use std::time::Duration;

use actix_ws::{CloseCode, CloseReason, Session};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long a client may leave unread what was sent to it.
const STALL: Duration = Duration::from_secs(30);

/// How long the last word may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client has gone, or does not read.
    Gone,
    /// The server stops, or restarts: the client should come back.
    Leaving,
    /// The credential is missing, wrong or over.
    Unauthenticated,
    /// The client does not keep to the protocol.
    Protocol,
    /// It sent something other than text.
    NoText,
    /// It sent too large a message.
    TooLarge,
    /// It sends too much, or has too many sockets.
    TooMuch,
}

impl End {
    /// Its code (RFC 6455, 7.4); `None` where nobody is there to hear it.
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

/// The way to the client.
pub(super) struct Outgoing {
    session: Session,
    ending: CancellationToken,
}

impl Outgoing {
    pub(super) const fn new(session: Session, ending: CancellationToken) -> Self {
        Self { session, ending }
    }

    /// Sends a text, once the client has read enough of what came before.
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

    /// Says why, and hangs up.
    pub(super) async fn close(self, end: End) {
        let Some((code, text)) = end.code() else { return };
        let reason = CloseReason { code, description: Some(text.to_owned()) };
        // Whoever does not read misses it.
        drop(timeout(CLOSE_TIMEOUT, self.session.close(Some(reason))).await);
    }
}
