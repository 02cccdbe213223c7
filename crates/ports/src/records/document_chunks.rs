//! The texts of documents in pieces, and vectors of these.

use async_trait::async_trait;
use plinth_domain::{
    DocumentChunk, DocumentChunkId, DocumentId, DocumentKind, Embedding, EmbeddingSpace, ProjectId,
    Timestamp,
};

use super::Constraint;
use crate::{OneOf, Result};

/// The document of a chunk does not exist.
pub const DOCUMENT: Constraint = Constraint("document_chunks_organization_id_document_id_fkey");

/// The model of a vector does not exist.
pub const MODEL: Constraint = Constraint("chunk_vectors_organization_id_model_id_fkey");

/// Which chunks are searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChunkFilter {
    /// Only those of documents of this project.
    pub project: Option<ProjectId>,
    /// Only those of these documents; none means all.
    pub documents: Option<Vec<DocumentId>>,
    /// Only those of documents of one of these kinds.
    pub kinds: OneOf<DocumentKind>,
}

/// A chunk that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundChunk {
    /// The chunk.
    pub chunk: DocumentChunk,
    /// The name of its document.
    pub title: String,
    /// The number of words that were found in it, or the similarity of its vector, at most 1.
    pub score: f32,
}

/// Finds chunks.
#[async_trait]
pub trait DocumentChunkReader: Send {
    /// Up to `limit` chunks that have some of these folded words, those with the most first, and then
    /// those of the newest documents. Of many chunks, a store may look at a thousand, and leave out
    /// words that are in every fifth chunk.
    async fn chunks_with_words(
        &mut self,
        words: &[String],
        filter: &ChunkFilter,
        limit: u16,
    ) -> Result<Vec<FoundChunk>>;

    /// Up to `limit` chunks whose vectors of this space are the nearest, by their angle. Vectors of
    /// another space, or with other dimensions, do not count. Of more than 100,000 vectors, a store may
    /// compare only the 1,000 exactly that are the nearest by the signs of their values.
    async fn nearest_chunks(
        &mut self,
        space: EmbeddingSpace,
        to: &Embedding,
        filter: &ChunkFilter,
        limit: u16,
    ) -> Result<Vec<FoundChunk>>;

    /// Those of these chunks that still exist, with the names of their documents, in no order. Their
    /// score is 0.
    async fn chunks(&mut self, ids: &[DocumentChunkId]) -> Result<Vec<FoundChunk>>;

    /// The chunks of a document that have some of these characters of its text, in their order.
    async fn chunks_between(
        &mut self,
        document: DocumentId,
        from: u32,
        until: u32,
    ) -> Result<Vec<DocumentChunk>>;

    /// Up to `limit` chunks of a document without a vector of this space, in their order.
    async fn chunks_without_vector(
        &mut self,
        document: DocumentId,
        space: EmbeddingSpace,
        limit: u16,
    ) -> Result<Vec<DocumentChunk>>;
}

/// Stores chunks and their vectors. They are removed with their document.
#[async_trait]
pub trait DocumentChunks: Send {
    /// Stores the chunks of the document's newest version, and removes the previous ones with their
    /// vectors.
    async fn replace_chunks(
        &mut self,
        document: DocumentId,
        chunks: &[DocumentChunk],
        at: Timestamp,
    ) -> Result<()>;

    /// Those of these documents that have a text and no chunks: it was stored by an earlier version.
    async fn without_chunks(&mut self, documents: &[DocumentId]) -> Result<Vec<DocumentId>>;

    /// Stores vectors of this space, all with as many dimensions, and replaces those that the chunks
    /// had. Chunks that are gone are left out.
    async fn store_vectors(
        &mut self,
        space: EmbeddingSpace,
        vectors: &[(DocumentChunkId, Embedding)],
        at: Timestamp,
    ) -> Result<()>;
}
