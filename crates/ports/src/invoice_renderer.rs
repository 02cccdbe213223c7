use async_trait::async_trait;
use bytes::Bytes;
use plinth_domain::{Code, codes};

use crate::PrintedInvoice;

codes! {
    INVOICE_NO_GLYPH = "invoice.no_glyph",
        "The invoice has a character that no font of the template can print.";
    INVOICE_TOO_LONG = "invoice.too_long",
        "The printed invoice would exceed a limit: positions, text, pages, memory.";
    INVOICE_TOO_SLOW = "invoice.too_slow",
        "Rendering the invoice takes more CPU time than is allowed.";
    INVOICE_LOGO_UNREADABLE = "invoice.logo_unreadable",
        "The logo is no picture that can be printed, or too large.";
    INVOICE_PAYMENT_CODE = "invoice.payment_code",
        "The payment code cannot hold the account, the amount or the reference.";
    INVOICE_TEMPLATE_BROKEN = "invoice.template_broken",
        "The template fails on this invoice: the operator corrects it.";
}

/// The codes of the verdicts.
pub const RENDERING_CODES: &[Code] = CODES;

/// What is rendered. The same request has the same bytes for its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderRequest {
    /// The invoice.
    pub invoice: PrintedInvoice,
    /// What identifies the document, and nothing else, for ever: the PDF's identifier is its hash.
    pub ident: String,
    /// The time of creation that the PDF states, in seconds since 1970 UTC: when it was issued.
    pub created_at: i64,
    /// The logo of the letterhead.
    pub logo: Option<Logo>,
}

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The format.
    pub format: LogoFormat,
    /// The file.
    pub bytes: Bytes,
}

/// The formats of logos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoFormat {
    /// SVG 1.1, without scripts and without references to other files.
    Svg,
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

/// A rendered invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedInvoice {
    /// The PDF/A-3b file (ISO 19005-3).
    pub pdf: Bytes,
    /// The number of pages, at least 1.
    pub pages: u32,
}

/// Why an invoice cannot be rendered. A retry has the same result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unprintable {
    /// The code of the verdict: `invoice.no_glyph`.
    pub code: Code,
    /// An explanation for the seller.
    pub detail: String,
}

/// The rendering itself failed; a retry may succeed.
#[derive(Debug, thiserror::Error)]
#[error("the invoice could not be rendered")]
pub struct RendererError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Renders invoices.
#[async_trait]
pub trait InvoiceRenderer: Send + Sync {
    /// Renders an invoice, or tells why it cannot be. Dropping the future cancels it.
    async fn render(
        &self,
        request: &RenderRequest,
    ) -> Result<Result<RenderedInvoice, Unprintable>, RendererError>;
}

/// Tells what can be printed, at no more cost than reading the text. An invoice is checked with it
/// before it takes its number.
pub trait GlyphCoverage: Send + Sync {
    /// The characters of `text` that no font has, each once, in ascending order.
    fn uncovered(&self, text: &str) -> Vec<char>;

    /// The characters of all texts of an invoice that no font has.
    fn uncovered_in(&self, invoice: &PrintedInvoice) -> Vec<char>;
}
