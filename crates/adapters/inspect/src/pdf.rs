//! PDF (ISO 32000).
//!
//! lopdf 0.47 reads pages and title: it repairs broken files, and limits the size of decompressed
//! streams. pdf-extract reads the text: it uses the positions of letters to find the ends of
//! words, and finds four times as many words on a page of justified print. It depends on lopdf
//! 0.42, which does neither, so two versions are linked.

mod extract;

use lopdf::{
    DecompressError, Dictionary, Document, Error, LoadOptions, Object, decode_text_string,
};
use serde_json::json;

use crate::{Limits, properties::Properties, protocol::Found, refusal::Refusal, text};

/// The maximum size of a decompressed stream, in bytes.
const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;

/// The maximum length of a title, in characters.
const TITLE_CHARS: usize = 500;

/// Reads a PDF.
pub(crate) fn read(
    bytes: &[u8],
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Refusal> {
    // Text that takes too long is left out, so that the file is not refused for it.
    let deadline = limits.cpu_time / 2;
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(error) if is_locked(&error) => return Ok(locked(None, None)),
        Err(error) => return Err(refusal(&error)),
    };
    progress(20);
    let pages = document.page_iter().take(limits.pages + 1).count();
    if pages > limits.pages {
        return Err(Refusal::too_complex(format!("the PDF has more than {} pages", limits.pages)));
    }
    let title = title(&document);
    if document.is_encrypted() || document.was_encrypted() {
        return Ok(locked((pages > 0).then_some(pages), title.as_deref()));
    }
    if pages == 0 {
        return Err(Refusal::malformed("the PDF has no pages"));
    }
    // The text is read from another model of the same bytes. Only one is in memory at a time.
    drop(document);
    progress(30);
    let text = extract::text(bytes, pages, limits.text_bytes, deadline, progress);
    Ok(Found {
        properties: properties(Some(pages), title.as_deref(), false),
        text,
        thumbnails: Vec::new(),
    })
}

/// Whether the file needs a password, or an unsupported security handler.
const fn is_locked(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_)
    )
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { limit }) => {
            Refusal::too_complex(format!("a stream is longer than {limit} bytes"))
        }
        error => Refusal::malformed(format!("the file is not a readable PDF: {error}")),
    }
}

fn locked(pages: Option<usize>, title: Option<&str>) -> Found {
    Found { properties: properties(pages, title, true), text: None, thumbnails: Vec::new() }
}

fn properties(pages: Option<usize>, title: Option<&str>, encrypted: bool) -> Properties {
    [("pages", json!(pages)), ("title", json!(title)), ("encrypted", json!(encrypted))]
        .map(|(key, value)| (key.to_owned(), value))
        .into_iter()
        .collect()
}

/// The title of the document information dictionary (14.3.3).
fn title(document: &Document) -> Option<String> {
    let information = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict);
    let title = |information: &Dictionary| {
        let title = information.get_deref(b"Title", document).and_then(decode_text_string);
        text::name(&title.ok()?, TITLE_CHARS)
    };
    information.ok().and_then(title)
}
