use std::error::Error;

use super::{connect::ConnectTimedOut, resolver::NotPublic};

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutgoingError {
    /// The address is refused; nothing was sent.
    #[error("the address {reason}")]
    Forbidden {
        /// The end of a sentence: `is not a public address`.
        reason: String,
    },
    /// The server redirects (300 to 399), which is not followed.
    #[error("the server redirects to another address")]
    Redirect {
        /// The HTTP status.
        status: u16,
    },
    /// The body is compressed although that was not accepted.
    #[error("the server compresses its answer, which was not accepted")]
    Encoded {
        /// The HTTP status.
        status: u16,
    },
    /// The connection did not stand in time.
    #[error("the connection took too long")]
    ConnectTimeout,
    /// No connection (refused, no such name, TLS), or it broke before the head of an answer.
    #[error("no answer: {detail}")]
    Unreachable {
        /// What the operating system or TLS says.
        detail: String,
    },
}

impl OutgoingError {
    pub(super) fn unreachable(detail: &str) -> Self {
        Self::Unreachable { detail: detail.to_owned() }
    }

    pub(super) fn of(error: &reqwest::Error) -> Self {
        let known = sources(error).find_map(|source| {
            if source.is::<ConnectTimedOut>() {
                return Some(Self::ConnectTimeout);
            }
            let refused = source.downcast_ref::<NotPublic>()?;
            Some(Self::Forbidden { reason: refused.to_string() })
        });
        known.unwrap_or_else(|| Self::Unreachable { detail: root_cause(error) })
    }
}

/// What the innermost error says. The outer ones repeat the URL.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    sources(error).last().map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}

fn sources(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&error| error.source())
}
