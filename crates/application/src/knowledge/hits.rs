use plinth_domain::{
    DocumentVersionId,
    search::{Excerpt, Marked, excerpt},
};
use plinth_ports::{FoundChunk, Search};
use uuid::Uuid;

use super::{kind::SearchKind, named::Candidate};

/// Something that a search has found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchHit {
    /// What it is.
    pub kind: SearchKind,
    /// Its identity.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// How well it fits, by reciprocal rank fusion: only the order means something.
    pub score: f64,
    /// Where what is looked for is in it.
    pub highlights: Vec<Highlight>,
    /// The part of a document that fits the best.
    pub chunk: Option<HitChunk>,
}

/// A part of a text with what is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// `title`, `text` for another searched field of the record, `content` for the text of a document.
    pub field: &'static str,
    /// The part.
    pub excerpt: Excerpt,
}

/// Where a chunk is in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitChunk {
    /// The version of the document.
    pub version: DocumentVersionId,
    /// Its place among the chunks, from 0.
    pub position: u16,
    /// Where it begins, in characters of the text.
    pub start: u32,
    /// How many characters it has.
    pub length: u32,
}

/// What is shown of a record that was found.
pub(super) fn hit(
    search: &Search,
    score: f64,
    candidate: &Candidate,
    chunk: Option<&FoundChunk>,
) -> SearchHit {
    let mut highlights = Vec::new();
    let mut add = |field, text: &str, words: &[String], marked| {
        let excerpt = excerpt(text, words, marked);
        let is_marked = !excerpt.ranges.is_empty();
        if is_marked || field == "content" {
            highlights.push(Highlight { field, excerpt });
        }
        is_marked
    };
    let asked = [search.text().to_owned()];
    let (title, text) = (&candidate.title, &candidate.text);
    let _ = add("title", title, &asked, Marked::Parts)
        || add("title", title, search.words(), Marked::Words)
        || add("text", text, &asked, Marked::Parts);
    if let Some(found) = chunk {
        add("content", &found.chunk.content, search.words(), Marked::Words);
    }
    SearchHit {
        kind: candidate.kind,
        id: candidate.id,
        title: title.clone(),
        score,
        highlights,
        chunk: chunk.map(|FoundChunk { chunk, .. }| HitChunk {
            version: chunk.version,
            position: chunk.position,
            start: chunk.start,
            length: u32::try_from(chunk.content.chars().count()).unwrap_or(u32::MAX),
        }),
    }
}
