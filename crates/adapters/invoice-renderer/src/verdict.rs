//! The stable codes of what the child, or its end, says about an invoice.

use plinth_confined::Verdict;
use plinth_ports::{
    INVOICE_LOGO_UNREADABLE, INVOICE_NO_GLYPH, INVOICE_TEMPLATE_BROKEN, INVOICE_TOO_LONG,
    INVOICE_TOO_SLOW, Unprintable,
};

use crate::protocol::Reason;

/// The maximum length of a detail, in characters.
const DETAIL_CHARACTERS: usize = 300;

/// The verdict of the child.
pub(crate) fn refused(reason: Reason, detail: &str) -> Unprintable {
    let code = match reason {
        Reason::NoGlyph => INVOICE_NO_GLYPH,
        Reason::TooLong => INVOICE_TOO_LONG,
        Reason::Logo => INVOICE_LOGO_UNREADABLE,
        Reason::Template => INVOICE_TEMPLATE_BROKEN,
    };
    let visible = detail.chars().map(|c| if c.is_control() { ' ' } else { c });
    Unprintable { code, detail: visible.take(DETAIL_CHARACTERS).collect() }
}

/// The verdict of the way in which the child ended.
pub(crate) fn ended(verdict: Verdict) -> Unprintable {
    let (code, detail) = match verdict {
        Verdict::TooSlow => {
            (INVOICE_TOO_SLOW, "the invoice takes more processor time to render than is allowed")
        }
        Verdict::TooMuchMemory => {
            (INVOICE_TOO_LONG, "the invoice takes more memory to render than is allowed")
        }
        Verdict::TooDeep => (INVOICE_TEMPLATE_BROKEN, "the template is nested too deeply"),
        Verdict::Faulted => (INVOICE_TEMPLATE_BROKEN, "the template cannot be rendered"),
    };
    Unprintable { code, detail: detail.into() }
}
