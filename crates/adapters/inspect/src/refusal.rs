use plinth_domain::{Code, codes};
use plinth_ports::Rejection;
use serde::{Deserialize, Serialize};

use crate::text;

/// The most bytes a refusal's sentence has.
const DETAIL_BYTES: usize = 300;

/// The kinds of refusal, each with its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    /// It breaks the rules of its format.
    Malformed,
    /// It goes beyond a limit.
    TooComplex,
    /// Reading it takes too long.
    TooSlow,
    /// It follows the rules, with a feature that is not read here.
    Unsupported,
}

impl Reason {
    const fn code(self) -> Code {
        match self {
            Self::Malformed => codes::DOCUMENT_MALFORMED,
            Self::TooComplex => codes::DOCUMENT_TOO_COMPLEX,
            Self::TooSlow => codes::DOCUMENT_TOO_SLOW,
            Self::Unsupported => codes::DOCUMENT_UNSUPPORTED,
        }
    }
}

/// Why a file is refused, as the reading process tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    reason: Reason,
    detail: String,
}

impl Refusal {
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self { reason: Reason::Malformed, detail: detail.into() }
    }

    pub(crate) fn too_complex(detail: impl Into<String>) -> Self {
        Self { reason: Reason::TooComplex, detail: detail.into() }
    }

    pub(crate) fn too_slow() -> Self {
        let detail = "reading it takes longer than is allowed";
        Self { reason: Reason::TooSlow, detail: detail.into() }
    }

    pub(crate) fn unsupported(detail: impl Into<String>) -> Self {
        Self { reason: Reason::Unsupported, detail: detail.into() }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.reason.code(),
            detail: text::clean(&refusal.detail, DETAIL_BYTES).replace('\n', " "),
        }
    }
}
