//! PDF (ISO 32000).
//!
//! Pages and title are read by lopdf, which mends what is broken; text by
//! pdf-extract, which knows where letters stand and thus where words end: on a
//! page of justified print it finds four times as many.

mod extract;

use std::time::Instant;

use lopdf::{
    DecompressError, Dictionary, Document, Error, LoadOptions, Object, decode_text_string,
};
use serde_json::json;

use crate::{Limits, properties::Properties, protocol::Found, refusal::Refusal, text};

/// How large a stream of a file's structure may become.
const MAX_STREAM_BYTES: usize = 64 * 1024 * 1024;

/// The most characters of a title.
const TITLE_CHARS: usize = 500;

/// Reads a PDF.
pub(crate) fn read(
    bytes: &[u8],
    limits: &Limits,
    progress: &mut dyn FnMut(u8),
) -> Result<Found, Refusal> {
    // Text that takes too long is left out, before the file is refused for it.
    let deadline = Instant::now() + limits.cpu_time.min(limits.wall_time) / 2;
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(error) if is_locked(&error) => return Ok(locked(None, None)),
        Err(error) => return Err(refusal(&error)),
    };
    progress(20);
    let pages = document.page_iter().take(limits.pages + 1).count();
    if pages > limits.pages {
        return Err(Refusal::too_complex(format!("it has more than {} pages", limits.pages)));
    }
    let title = title(&document);
    if document.is_encrypted() || document.was_encrypted() {
        return Ok(locked((pages > 0).then_some(pages), title.as_deref()));
    }
    if pages == 0 {
        return Err(Refusal::malformed("it has no pages"));
    }
    // The text is read from another model of the same bytes; two need not
    // stand in memory at once.
    drop(document);
    progress(30);
    let text = extract::text(bytes, pages, limits.text_bytes, deadline, progress);
    Ok(Found {
        properties: properties(Some(pages), title.as_deref(), false),
        text,
        thumbnails: Vec::new(),
    })
}

/// Whether it takes a password, or a way to use one, that is not had here.
const fn is_locked(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_)
    )
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::Decompress(DecompressError::MemoryLimitExceeded { limit }) => {
            Refusal::too_complex(format!("one of its streams is longer than {limit} bytes"))
        }
        error => Refusal::malformed(format!("it is no readable PDF: {error}")),
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
