use plinth_domain::{DOCUMENT_MALFORMED, DOCUMENT_TOO_COMPLEX, DOCUMENT_UNSUPPORTED};
use plinth_ports::Unreadable;

/// The document breaks the rules of its format.
pub(crate) fn malformed(detail: impl Into<String>) -> Unreadable {
    Unreadable { code: DOCUMENT_MALFORMED, detail: detail.into() }
}

/// The document exceeds a limit.
pub(crate) fn too_complex(detail: impl Into<String>) -> Unreadable {
    Unreadable { code: DOCUMENT_TOO_COMPLEX, detail: detail.into() }
}

/// The document may be valid, but is of a kind that is not read.
pub(crate) fn unsupported(detail: impl Into<String>) -> Unreadable {
    Unreadable { code: DOCUMENT_UNSUPPORTED, detail: detail.into() }
}
