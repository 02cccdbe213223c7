//! What an execution was given of the organization's documents.

use crate::{DocumentChunkId, DocumentId, DocumentVersionId, named};

named! {
    /// What vectors did for a search.
    VectorUse {
        /// They were compared.
        Used = "used",
        /// The organization has no embedding model, or nothing with vectors was looked for.
        Off = "off",
        /// The embedding model gave none: what was found comes of words and names alone.
        Unavailable = "unavailable",
    }
}

/// The chunks that an execution was given, the best first. It outlives them: of a removed document
/// the identities remain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionContext {
    /// What vectors did for the search.
    pub vectors: VectorUse,
    /// The chunks.
    pub chunks: Vec<UsedChunk>,
}

/// A chunk that an execution was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedChunk {
    /// The chunk.
    pub chunk: DocumentChunkId,
    /// Its document.
    pub document: DocumentId,
    /// The version of the document.
    pub version: DocumentVersionId,
    /// Its place among the chunks of the version, from 0.
    pub position: u16,
    /// How well it fits, in millionths, by reciprocal rank fusion: only the order means something.
    pub score: u32,
}
