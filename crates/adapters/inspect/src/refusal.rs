use std::io;

use plinth_confined::Verdict;
use plinth_domain::{
    Code, DOCUMENT_MALFORMED, DOCUMENT_TOO_COMPLEX, DOCUMENT_TOO_SLOW, DOCUMENT_UNSUPPORTED,
};
use plinth_ports::Unreadable;
use serde::{Deserialize, Serialize};

use crate::text;

/// The maximum length of a detail, in bytes.
const DETAIL_BYTES: usize = 300;

/// The detail of a refusal for the limit of memory.
pub(crate) const MEMORY: &str = "the file takes more memory to read than is allowed";

/// The kinds of refusal, one per code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// The file violates its format.
    Malformed,
    /// The file exceeds a limit.
    TooComplex,
    /// Reading the file takes more CPU time than is allowed.
    TooSlow,
    /// The file is valid, but uses a feature that is not supported.
    Unsupported,
}

impl Reason {
    const fn code(self) -> Code {
        match self {
            Self::Malformed => DOCUMENT_MALFORMED,
            Self::TooComplex => DOCUMENT_TOO_COMPLEX,
            Self::TooSlow => DOCUMENT_TOO_SLOW,
            Self::Unsupported => DOCUMENT_UNSUPPORTED,
        }
    }
}

/// Why a file is refused, as the child process reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    reason: Reason,
    detail: String,
}

impl Refusal {
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self { reason: Reason::Malformed, detail: detail.into() }
    }

    /// Whether the file violates its format.
    pub(crate) fn is_malformed(&self) -> bool {
        self.reason == Reason::Malformed
    }

    pub(crate) fn too_complex(detail: impl Into<String>) -> Self {
        Self { reason: Reason::TooComplex, detail: detail.into() }
    }

    pub(crate) fn too_slow() -> Self {
        let detail = "the file takes more processor time to read than is allowed";
        Self { reason: Reason::TooSlow, detail: detail.into() }
    }

    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        Self { reason: Reason::Unsupported, detail: detail.into() }
    }
}

impl From<Verdict> for Refusal {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::TooSlow => Self::too_slow(),
            Verdict::TooMuchMemory => Self::too_complex(MEMORY),
            Verdict::TooDeep => {
                Self::too_complex("the file is nested too deeply, or contains itself")
            }
            Verdict::Faulted => Self::malformed("the file cannot be read"),
        }
    }
}

impl From<Unreadable> for Refusal {
    fn from(unreadable: Unreadable) -> Self {
        let reasons = [Reason::Malformed, Reason::TooComplex, Reason::TooSlow, Reason::Unsupported];
        let reason = reasons.into_iter().find(|reason| reason.code() == unreadable.code);
        Self { reason: reason.unwrap_or(Reason::Malformed), detail: unreadable.detail }
    }
}

/// Why a file was not read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    /// Its content is refused.
    #[error("the file is refused: {}", .0.detail)]
    Refused(Refusal),
    /// The file descriptor failed, which says nothing about the content.
    #[error("the file descriptor cannot be read")]
    Broken(#[source] io::Error),
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::OutOfMemory => {
                Refusal::too_complex("the file does not fit into memory").into()
            }
            _ => Self::Broken(error),
        }
    }
}

impl From<Refusal> for Unreadable {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.reason.code(),
            detail: text::clean(&refusal.detail, DETAIL_BYTES).replace('\n', " "),
        }
    }
}
