use chrono::{DateTime, Datelike, Timelike};
use typst::{
    diag::{SourceDiagnostic, Warned},
    foundations::{Datetime, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::world::TemplateWorld;

/// What is rendered.
pub(crate) struct Order {
    pub(crate) ident: String,
    /// In seconds since 1970 UTC.
    pub(crate) created_at: i64,
    /// The name of the logo's file.
    pub(crate) logo: Option<String>,
    /// The maximum number of pages.
    pub(crate) pages: usize,
    /// The maximum length of the PDF, in bytes.
    pub(crate) pdf_bytes: usize,
}

/// Why there is no PDF.
pub(crate) enum Unexported {
    /// It would have this many pages.
    Pages(usize),
    /// The errors of Typst.
    Errors(Vec<SourceDiagnostic>),
}

/// The number of pages, and the PDF.
pub(crate) fn export(world: &TemplateWorld, order: &Order) -> Result<(usize, Vec<u8>), Unexported> {
    let errors = |errors: typst::ecow::EcoVec<SourceDiagnostic>| {
        Unexported::Errors(errors.into_iter().collect())
    };
    let Warned { output, .. } = typst::compile::<PagedDocument>(world);
    let document = output.map_err(errors)?;
    let pages = document.pages().len();
    if pages > order.pages {
        return Err(Unexported::Pages(pages));
    }
    Ok((pages, typst_pdf::pdf(&document, &options(order)).map_err(errors)?))
}

fn options(order: &Order) -> PdfOptions {
    PdfOptions {
        ident: Smart::Custom(order.ident.clone()),
        creator: Smart::Custom(Some("Plinth".into())),
        timestamp: timestamp(order.created_at),
        // The combination of a single standard is valid.
        standards: PdfStandards::new(&[PdfStandard::A_3b]).unwrap_or_default(),
        tagged: true,
        ..PdfOptions::default()
    }
}

fn timestamp(seconds: i64) -> Option<Timestamp> {
    let time = DateTime::from_timestamp(seconds, 0)?;
    let part = |value: u32| u8::try_from(value).ok();
    let datetime = Datetime::from_ymd_hms(
        time.year(),
        part(time.month())?,
        part(time.day())?,
        part(time.hour())?,
        part(time.minute())?,
        part(time.second())?,
    )?;
    Some(Timestamp::new_utc(datetime))
}
