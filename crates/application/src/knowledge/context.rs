//! What a prompt is given of the documents.

use plinth_domain::{
    DocumentChunk, DocumentChunkId, Permission, VectorUse,
    search::{asked_words, fuse},
};
use plinth_ports::{ChunkFilter, FoundChunk};

use super::vectors::AskedVector;
use crate::{Application, Caller, Error, Query, Reading, View};

/// The most chunks of a context.
pub const MAX_CONTEXT: u16 = 20;
/// How many chunks each of the searches finds.
const CANDIDATES: u16 = 50;
/// The most characters of the text that is looked for: of a longer one, the beginning counts.
pub const MAX_CHARS: usize = 2000;
/// The most words of it that are looked for.
const MAX_WORDS: usize = 64;

/// Asks for the chunks that fit a text the best.
#[derive(Debug, Clone)]
pub struct ContextRequest {
    /// The text; its first 2,000 characters count.
    pub query: String,
    /// How many chunks are found at most, 1 to [`MAX_CONTEXT`].
    pub k: u16,
    /// Where they are looked for.
    pub filter: ChunkFilter,
}

/// A chunk of a context.
#[derive(Debug, Clone, PartialEq)]
pub struct ContextChunk {
    /// The chunk.
    pub chunk: DocumentChunk,
    /// The name of its document.
    pub title: String,
    /// How well it fits, by reciprocal rank fusion: only the order means something.
    pub score: f64,
}

/// The chunks that were found, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundContext {
    /// The chunks.
    pub chunks: Vec<ContextChunk>,
    /// What vectors did for it.
    pub vectors: VectorUse,
}

impl Application {
    /// Finds the chunks that fit a text the best, by words and by vectors, in documents that the
    /// caller may read.
    pub async fn find_context(
        &self,
        caller: &Caller,
        request: ContextRequest,
    ) -> Result<FoundContext, Error> {
        self.admit(caller, FindChunks::PERMISSION, FindChunks::NAME)?;
        let query: String = request.query.chars().take(MAX_CHARS).collect();
        let (vectors, vector) = self.asked_vector(caller, &query).await?;
        let (k, filter) = (request.k.clamp(1, MAX_CONTEXT), request.filter);
        let chunks = self.query(caller, FindChunks { query, vector, k, filter }).await?;
        Ok(FoundContext { chunks, vectors })
    }
}

struct FindChunks {
    query: String,
    vector: AskedVector,
    k: u16,
    filter: ChunkFilter,
}

impl Query for FindChunks {
    const NAME: &'static str = "document.find_context";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Vec<ContextChunk>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Vec<ContextChunk>, Error> {
        let mut words = asked_words(&self.query);
        words.truncate(MAX_WORDS);
        let unit = view.unit.document_chunks();
        let by_words = unit.chunks_with_words(&words, &self.filter, CANDIDATES).await?;
        let by_vector = match &self.vector {
            Some((space, to)) => unit.nearest_chunks(*space, to, &self.filter, CANDIDATES).await?,
            None => Vec::new(),
        };
        let ids = |found: &[FoundChunk]| -> Vec<DocumentChunkId> {
            found.iter().map(|found| found.chunk.id).collect()
        };
        let mut fused = fuse(&[ids(&by_words), ids(&by_vector)]);
        fused.truncate(self.k.into());
        let mut found: Vec<FoundChunk> = by_words.into_iter().chain(by_vector).collect();
        let taken = fused.into_iter().filter_map(|(id, score)| {
            let at = found.iter().position(|found| found.chunk.id == id)?;
            let FoundChunk { chunk, title, .. } = found.swap_remove(at);
            Some(ContextChunk { chunk, title, score })
        });
        Ok(taken.collect())
    }
}
