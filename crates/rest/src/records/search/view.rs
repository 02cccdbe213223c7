use std::ops::Range;

use plinth_application::knowledge::{Highlight, HitChunk, SearchAnswer, SearchHit};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::names;

names! {
    /// A kind of record that the search finds.
    SearchKindName = Project, Party, Document, Contract, Invoice, Prompt, Model
}

names! {
    /// What vectors did for a search: they were compared; the organization has no embedding model, or
    /// no documents were looked for; or the embedding model gave none for now.
    VectorUseName = Used, Off, Unavailable
}

names! {
    /// Where a highlight is: in the title, in another field of the record, or in a document's text.
    HighlightFieldName = Title, Text, Content
}

/// What a search has found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchView {
    /// The best first.
    data: Vec<SearchHitView>,
    #[schema(value_type = VectorUseName)]
    vectors: &'static str,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchHit)]
struct SearchHitView {
    #[schema(value_type = SearchKindName)]
    kind: &'static str,
    id: Uuid,
    #[schema(example = "Harbour crossing")]
    title: String,
    #[schema(example = 0.0325)]
    score: f64,
    highlights: Vec<HighlightView>,
    chunk: Option<ChunkView>,
}

/// A part of a text: plain characters, no markup.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Highlight)]
struct HighlightView {
    #[schema(value_type = HighlightFieldName)]
    field: &'static str,
    text: String,
    ranges: Vec<RangeView>,
}

/// A range of characters (Unicode scalar values).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CharacterRange)]
struct RangeView {
    /// The first character.
    #[schema(minimum = 0)]
    start: usize,
    /// The character behind the last one.
    #[schema(minimum = 1)]
    end: usize,
}

/// The part of a document that fits the best.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchChunk)]
struct ChunkView {
    document_version_id: Uuid,
    /// The place among the parts of the text.
    #[schema(minimum = 0)]
    position: u16,
    /// Its characters in the text of the version.
    range: RangeView,
}

impl From<SearchAnswer> for SearchView {
    fn from(answer: SearchAnswer) -> Self {
        let data = answer.hits.into_iter().map(SearchHitView::from).collect();
        Self { data, vectors: answer.vectors.name() }
    }
}

impl From<SearchHit> for SearchHitView {
    fn from(hit: SearchHit) -> Self {
        Self {
            kind: hit.kind.name(),
            id: hit.id,
            title: hit.title,
            score: hit.score,
            highlights: hit.highlights.into_iter().map(HighlightView::from).collect(),
            chunk: hit.chunk.map(ChunkView::from),
        }
    }
}

impl From<Highlight> for HighlightView {
    fn from(Highlight { field, excerpt }: Highlight) -> Self {
        let ranges = excerpt.ranges.into_iter().map(RangeView::from).collect();
        Self { field, text: excerpt.text, ranges }
    }
}

impl From<Range<usize>> for RangeView {
    fn from(Range { start, end }: Range<usize>) -> Self {
        Self { start, end }
    }
}

impl From<HitChunk> for ChunkView {
    fn from(chunk: HitChunk) -> Self {
        let (start, length) = (chunk.start as usize, chunk.length as usize);
        Self {
            document_version_id: chunk.version.uuid(),
            position: chunk.position,
            range: (start..start + length).into(),
        }
    }
}
