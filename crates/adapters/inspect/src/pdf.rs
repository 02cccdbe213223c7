//! PDF (ISO 32000).
//!
//! hayro-syntax parses the file, and hayro-font its fonts; the text is put together here. hayro
//! draws the first page, with the same parser.

mod budget;
mod content;
mod font;
mod lines;
mod notes;
mod opening;
mod page_text;
mod preview;
mod strings;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_font::hayro_syntax::{Pdf, page::Page};
use serde_json::{Value, json};

use budget::Budget;
use font::Fonts;
use page_text::Interpreter;
pub(crate) use preview::draw;

use crate::{Limits, properties::Properties, protocol::Found, refusal::Refusal, text};

/// The maximum length of a title, in characters.
const TITLE_CHARS: usize = 500;

/// A unit of user space in millimetres: a 72nd of an inch.
const MILLIMETRES: f64 = 25.4 / 72.0;

/// Reads a PDF. One that needs a password has no text, and mostly no title.
pub(crate) fn read(
    bytes: Vec<u8>,
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Refusal> {
    let opened = opening::open(bytes)?;
    progress(20);
    let mut properties = Properties::new();
    properties.insert("encrypted".to_owned(), json!(opened.encrypted));
    // The pages of a locked file may be in streams that are encrypted, too.
    let pdf = opened.pdf.filter(|pdf| !opened.locked || !pdf.pages().is_empty());
    let Some(pdf) = pdf else {
        properties.insert("pages".to_owned(), Value::Null);
        properties.insert("title".to_owned(), Value::Null);
        return Ok(Found { properties, ..Found::default() });
    };
    let pages = pdf.pages().len();
    if pages == 0 {
        return Err(Refusal::malformed("the PDF has no pages"));
    }
    properties.insert("pages".to_owned(), json!(pages));
    let title = if opened.locked { None } else { title(&pdf) };
    properties.insert("title".to_owned(), json!(title));
    if let Some([width, height]) = pdf.pages().first().map(size) {
        properties.insert("page_width_mm".to_owned(), json!(width));
        properties.insert("page_height_mm".to_owned(), json!(height));
    }
    if opened.locked {
        return Ok(Found { properties, ..Found::default() });
    }
    let (text, complete) = text(&pdf, limits, progress);
    if !complete {
        properties.insert("text_truncated".to_owned(), json!(true));
    }
    Ok(Found { properties, text, thumbnails: Vec::new() })
}

/// The title of the document information dictionary (14.3.3).
fn title(pdf: &Pdf) -> Option<String> {
    let title = strings::decode(pdf.metadata().title.as_deref()?);
    text::name(&title, TITLE_CHARS)
}

/// The width and the height of a page as it is shown, in tenths of millimetres.
fn size(page: &Page<'_>) -> [f64; 2] {
    let (width, height) = page.render_dimensions();
    let unit = page.raw().get::<f64>("UserUnit").filter(|unit| *unit > 0.0).unwrap_or(1.0);
    [width, height].map(|length| (f64::from(length) * unit * MILLIMETRES * 10.0).round() / 10.0)
}

/// The text of the pages, and whether it is complete: it ends at the limits of pages and of bytes,
/// and when half of the CPU time is used up, so that the file is not refused for it. A page that
/// cannot be read has none.
fn text(pdf: &Pdf, limits: &Limits, progress: &mut dyn FnMut(u8)) -> (Option<String>, bool) {
    let mut budget = Budget::new(limits.text_bytes, limits.cpu_time / 2);
    let mut fonts = Fonts::new();
    let mut shown = notes::Shown::default();
    let mut text = String::new();
    let pages = pdf.pages();
    let count = pages.len().min(limits.pages);
    let mut complete = count == pages.len();
    for (number, page) in (1..).zip(&pages[..count]) {
        let read = || {
            text.push_str(&Interpreter::new(&mut fonts, &mut budget).page(page));
            notes::of_page(page, &mut fonts, &mut budget, &mut shown, &mut text);
        };
        // The parser panics on some malformed pages. The others have their text.
        complete &= catch_unwind(AssertUnwindSafe(read)).is_ok();
        if budget.is_spent() {
            break;
        }
        progress(u8::try_from(20 + number * 80 / count).unwrap_or(100));
    }
    let read = || notes::of_form(pdf, &mut budget, &shown, &mut text);
    complete &= catch_unwind(AssertUnwindSafe(read)).is_ok();
    complete &= budget.was_enough() && text.len() <= limits.text_bytes;
    let text = text::clean(&text, limits.text_bytes);
    ((!text.is_empty()).then_some(text), complete)
}
