use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use pdf_extract::PlainTextOutput;

use super::MAX_STREAM_BYTES;
use crate::{cpu_time, text::clean};

/// The text of the pages, up to `limit` bytes and until this process has used `deadline` of CPU time. A
/// page that cannot be parsed
/// has no text.
pub(crate) fn text(
    bytes: &[u8],
    pages: usize,
    limit: usize,
    deadline: Duration,
    progress: &mut dyn FnMut(u8),
) -> Option<String> {
    let read = source(bytes);
    let mut text = String::new();
    for page in 1..=pages {
        if text.len() >= limit || cpu_time::used() > deadline {
            break;
        }
        let number = u32::try_from(page).unwrap_or(u32::MAX);
        // pdf-extract panics on some malformed pages.
        let found = catch_unwind(AssertUnwindSafe(|| read(number, limit - text.len())));
        text.push_str(&found.unwrap_or_default());
        text.push('\n');
        progress(u8::try_from(30 + page * 70 / pages).unwrap_or(100));
    }
    let text = clean(&text, limit);
    (!text.is_empty()).then_some(text)
}

/// Reads the text of a page by the positions of letters. A file that only lopdf 0.47 can repair is
/// read by lopdf itself.
fn source(bytes: &[u8]) -> Box<dyn Fn(u32, usize) -> String> {
    if let Ok(Ok(document)) = catch_unwind(|| pdf_extract::Document::load_mem(bytes)) {
        return Box::new(move |page, limit| by_letters(&document, page, limit));
    }
    match lopdf::Document::load_mem(bytes) {
        Ok(document) => Box::new(move |page, _| {
            document.extract_text_with_limit(&[page], MAX_STREAM_BYTES).unwrap_or_default()
        }),
        Err(_) => Box::new(|_, _| String::new()),
    }
}

fn by_letters(document: &pdf_extract::Document, page: u32, limit: usize) -> String {
    let mut found = Bounded { bytes: Vec::new(), limit };
    let writer: &mut dyn io::Write = &mut found;
    // Text before an error, and up to the limit, is kept.
    catch_unwind(AssertUnwindSafe(|| {
        pdf_extract::output_doc_page(document, &mut PlainTextOutput::new(writer), page).ok()
    }))
    .ok();
    String::from_utf8_lossy(&found.bytes).into_owned()
}

/// A writer of at most `limit` bytes.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.limit - self.bytes.len();
        let taken = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
