use crate::{DocumentId, Verdict};

/// What became of the PDF of an issued invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoicePdf {
    /// It is this document. It never changes.
    Rendered(DocumentId),
    /// It could not be rendered.
    Unprintable(Verdict),
}
