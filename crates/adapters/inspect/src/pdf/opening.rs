//! Opening of a PDF, also of an encrypted one.

use std::sync::Arc;

use hayro_font::hayro_syntax::{
    LoadPdfError, Pdf,
    object::{Dict, FromBytes, Name, ObjectIdentifier},
};

use crate::refusal::Refusal;

/// How far from an entry for encryption its trailer must tell what it is, in bytes.
const NEAR: usize = 2048;

const ENTRY: &[u8] = b"/Encrypt";

/// A PDF that is open, as far as it can be.
pub(crate) struct Opened {
    /// `None` when not even the structure can be read without a password.
    pub(crate) pdf: Option<Pdf>,
    pub(crate) encrypted: bool,
    /// Whether a password is needed to read what is in it.
    pub(crate) locked: bool,
}

pub(crate) fn open(bytes: Vec<u8>) -> Result<Opened, Refusal> {
    let bytes = Arc::new(bytes);
    let entries = entries(&bytes);
    let encrypted = !entries.is_empty();
    match Pdf::new(bytes.clone()) {
        Ok(pdf) => Ok(Opened { pdf: Some(pdf), encrypted, locked: false }),
        Err(LoadPdfError::Invalid) if !encrypted => {
            Err(Refusal::malformed("the file is not a readable PDF"))
        }
        Err(_) => Ok(without_a_password(&bytes, &entries)),
    }
}

/// Opens a file that needs a password. Names, numbers and with them the tree of pages are mostly
/// readable, and everything is when the encryption is only for attached files (7.6.6).
fn without_a_password(source: &[u8], entries: &[usize]) -> Opened {
    let mut bytes = source.to_vec();
    for at in entries {
        // An entry of the same length that no reader knows.
        bytes[at + 1..at + ENTRY.len()].make_ascii_lowercase();
    }
    let pdf = Pdf::new(bytes).ok();
    let plain = pdf.as_ref().is_some_and(|pdf| {
        let mut dictionaries = entries.iter().filter_map(|at| {
            let value = &source[at + ENTRY.len()..];
            let start = value.iter().position(|byte| !byte.is_ascii_whitespace())?;
            dictionary(&value[start..], pdf)
        });
        dictionaries.next().is_some_and(|dict| {
            let identity =
                |key: &str| dict.get::<Name<'_>>(key).is_none_or(|name| *name == *b"Identity");
            dict.get::<u8>("V").is_some_and(|version| version >= 4)
                && identity("StmF")
                && identity("StrF")
        })
    });
    Opened { pdf, encrypted: true, locked: !plain }
}

fn dictionary<'a>(value: &'a [u8], pdf: &'a Pdf) -> Option<Dict<'a>> {
    if value.starts_with(b"<<") {
        return Dict::from_bytes(value);
    }
    let (number, generation) = reference(value)?;
    pdf.xref().get::<Dict<'_>>(ObjectIdentifier::new(number, generation))
}

/// The number and the generation of a reference: `12 0 R`.
fn reference(value: &[u8]) -> Option<(u32, i32)> {
    let start = &value[..value.len().min(40)];
    let mut words = start.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let mut number = || std::str::from_utf8(words.next()?).ok()?.parse::<i32>().ok();
    let (id, generation) = (number()?, number()?);
    let is_reference = words.next().is_some_and(|word| word.starts_with(b"R"));
    is_reference.then_some((u32::try_from(id).ok()?, generation))
}

/// Where trailers say that the file is encrypted (table 15).
fn entries(bytes: &[u8]) -> Vec<usize> {
    let mut entries = Vec::new();
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&bytes[from..], ENTRY) {
        let at = from + found;
        from = at + ENTRY.len();
        let value = bytes[from..].trim_ascii_start();
        let is_value = value.starts_with(b"<<") || reference(value).is_some();
        if is_value && is_in_a_trailer(bytes, at) {
            entries.push(at);
        }
    }
    entries
}

fn is_in_a_trailer(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(NEAR)..at];
    let around = &bytes[at.saturating_sub(NEAR)..bytes.len().min(at + NEAR)];
    let has = |place: &[u8], word: &[u8]| memchr::memmem::find(place, word).is_some();
    has(before, b"trailer") || has(around, b"/XRef")
}
