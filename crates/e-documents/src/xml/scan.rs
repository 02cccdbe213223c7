//! The look through a document before anything is built of it.
//!
//! The parser of invoices takes a time that grows with the square of an element's attributes, and
//! some two hundred bytes for each element; so both are bounded here, where each costs nothing.

use plinth_ports::Unreadable;
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::encoding::is_allowed;
use crate::refusal::{malformed, too_complex, unsupported};

/// How deep elements may be nested.
const DEPTH: usize = 100;
/// How many attributes an element may have.
const ATTRIBUTES: usize = 64;
/// How many elements a document may have.
const ELEMENTS: usize = 200_000;
/// How many declarations of namespaces may be in force at once: an element that declares one more
/// makes the parser copy all of them.
const NAMESPACES: usize = 200;

/// Refuses a document with a document type, or one that exceeds a limit.
pub(crate) fn scan(text: &str) -> Result<(), Unreadable> {
    let mut reader = reader(text);
    let mut limits = Scan::default();
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Start(start) => limits.open(&start)?,
            Event::Empty(start) => {
                limits.open(&start)?;
                limits.declared.pop();
            }
            Event::End(_) => {
                limits.declared.pop();
            }
            Event::DocType(_) => {
                return Err(unsupported("the XML has a document type (DTD), which is not read"));
            }
            Event::GeneralRef(reference) => {
                character(&reference)?;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if limits.declared.is_empty() && limits.elements > 0 {
        return Ok(());
    }
    Err(malformed("the XML ends within an element, or has none"))
}

/// A reader of events that checks that each element ends.
pub(super) fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    reader
}

pub(super) fn broken(error: impl Into<quick_xml::Error>) -> Unreadable {
    malformed(format!("the XML is not well-formed: {}", error.into()))
}

/// The character that a reference such as `&amp;` or `&#38;` stands for.
pub(super) fn character(reference: &quick_xml::events::BytesRef<'_>) -> Result<char, Unreadable> {
    let named = match &**reference {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        _ => reference.resolve_char_ref().map_err(broken)?,
    };
    named
        .filter(|c| is_allowed(*c))
        .ok_or_else(|| malformed("the XML has an entity or a character that is not allowed"))
}

/// What has been seen so far.
#[derive(Default)]
struct Scan {
    elements: usize,
    /// The number of namespaces that each open element declares.
    declared: Vec<usize>,
}

impl Scan {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Unreadable> {
        self.elements += 1;
        if self.elements > ELEMENTS {
            return Err(too_complex(format!("the XML has more than {ELEMENTS} elements")));
        }
        if self.declared.len() >= DEPTH {
            return Err(too_complex(format!("the XML is nested deeper than {DEPTH} elements")));
        }
        let (mut attributes, mut namespaces) = (0, 0);
        // Without its check for double names, which takes the square of their number.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(broken)?;
            attributes += 1;
            if attributes > ATTRIBUTES {
                let detail = format!("an element of the XML has more than {ATTRIBUTES} attributes");
                return Err(too_complex(detail));
            }
            namespaces += usize::from(attribute.key.as_namespace_binding().is_some());
        }
        self.declared.push(namespaces);
        if self.declared.iter().sum::<usize>() > NAMESPACES {
            return Err(too_complex(format!(
                "the XML has more than {NAMESPACES} namespaces at once"
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
