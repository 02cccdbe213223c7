//! The chunks of documents. Every comparison of vectors is exact.

use async_trait::async_trait;
use plinth_domain::{
    Document, DocumentChunk, DocumentChunkId, DocumentId, Embedding, EmbeddingSpace,
    OrganizationId, Timestamp, search::SearchableText,
};
use plinth_ports::{
    ChunkFilter, DocumentChunkReader, DocumentChunks, FoundChunk, Result,
    records::document_chunks::{DOCUMENT, MODEL},
};

use super::{record_tables::RecordTables, unit::Unit};

/// Removes the chunks of a document with their vectors.
pub(super) fn remove(
    tables: &mut RecordTables,
    organization: OrganizationId,
    document: DocumentId,
) {
    let key = (organization, document);
    for chunk in tables.document_chunks.get(&key).cloned().unwrap_or_default() {
        tables.chunk_vectors.remove(&(organization, chunk.id));
    }
    tables.document_chunks.remove(&key);
}

impl Unit {
    /// The chunks that a filter selects, each with its document.
    fn filtered(&self, filter: &ChunkFilter) -> impl Iterator<Item = (&Document, &DocumentChunk)> {
        let chunks = self.tables().records.document_chunks.of(self.organization_id());
        chunks.flatten().filter_map(move |chunk| {
            let document = self.record(chunk.document)?;
            let is_asked = filter.documents.as_ref().is_none_or(|ids| ids.contains(&document.id))
                && (filter.project.is_none() || filter.project == document.project)
                && filter.kinds.allows(&document.kind());
            is_asked.then_some((document, chunk))
        })
    }

    /// The vector of a chunk in this space.
    fn vector(&self, chunk: DocumentChunkId, space: EmbeddingSpace) -> Option<&Embedding> {
        let key = (self.organization_id(), chunk);
        let (of, vector) = self.tables().records.chunk_vectors.get(&key)?;
        (*of == space).then_some(vector)
    }
}

fn found((document, chunk): (&Document, &DocumentChunk), score: f32) -> FoundChunk {
    FoundChunk { chunk: chunk.clone(), title: document.name.as_str().to_owned(), score }
}

fn best(mut all: Vec<FoundChunk>, limit: u16) -> Vec<FoundChunk> {
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all.truncate(limit.into());
    all
}

#[async_trait]
impl DocumentChunkReader for Unit {
    async fn chunks_with_words(
        &mut self,
        words: &[String],
        filter: &ChunkFilter,
        limit: u16,
    ) -> Result<Vec<FoundChunk>> {
        let mut all = Vec::new();
        for (document, chunk) in self.filtered(filter) {
            let text = SearchableText::of(&chunk.content);
            let has = |word: &&String| text.as_str().split(' ').any(|known| known == **word);
            let count = u16::try_from(words.iter().filter(has).count()).unwrap_or(u16::MAX);
            if count > 0 {
                all.push(found((document, chunk), f32::from(count)));
            }
        }
        all.sort_by_key(|found| (std::cmp::Reverse(found.chunk.document), found.chunk.position));
        Ok(best(all, limit))
    }

    async fn nearest_chunks(
        &mut self,
        space: EmbeddingSpace,
        to: &Embedding,
        filter: &ChunkFilter,
        limit: u16,
    ) -> Result<Vec<FoundChunk>> {
        let mut all: Vec<_> = self
            .filtered(filter)
            .filter_map(|(document, chunk)| {
                let vector = self.vector(chunk.id, space)?;
                let is_comparable = vector.dimensions() == to.dimensions();
                is_comparable.then(|| found((document, chunk), vector.similarity(to)))
            })
            .collect();
        all.sort_by_key(|found| found.chunk.id);
        Ok(best(all, limit))
    }

    async fn chunks(&mut self, ids: &[DocumentChunkId]) -> Result<Vec<FoundChunk>> {
        let every = ChunkFilter::default();
        let known = self.filtered(&every).filter(|(_, chunk)| ids.contains(&chunk.id));
        Ok(known.map(|one| found(one, 0.0)).collect())
    }

    async fn chunks_between(
        &mut self,
        document: DocumentId,
        from: u32,
        until: u32,
    ) -> Result<Vec<DocumentChunk>> {
        let chunks = self.tables().records.document_chunks.get(&(self.organization_id(), document));
        let end = |chunk: &DocumentChunk| chunk.start as usize + chunk.content.chars().count();
        let is_asked = |chunk: &&DocumentChunk| end(chunk) > from as usize && chunk.start < until;
        Ok(chunks.into_iter().flatten().filter(is_asked).cloned().collect())
    }

    async fn chunks_without_vector(
        &mut self,
        document: DocumentId,
        space: EmbeddingSpace,
        limit: u16,
    ) -> Result<Vec<DocumentChunk>> {
        let key = (self.organization_id(), document);
        let chunks = self.tables().records.document_chunks.get(&key).into_iter().flatten();
        let bare = chunks.filter(|chunk| self.vector(chunk.id, space).is_none());
        Ok(bare.take(limit.into()).cloned().collect())
    }
}

#[async_trait]
impl DocumentChunks for Unit {
    async fn replace_chunks(
        &mut self,
        document: DocumentId,
        chunks: &[DocumentChunk],
        _at: Timestamp,
    ) -> Result<()> {
        let missing = self.record(document).is_none();
        self.draft.forbid(missing && !chunks.is_empty(), DOCUMENT.0)?;
        let organization = self.organization_id();
        remove(&mut self.draft.tables.records, organization, document);
        let rows = &mut self.draft.tables.records.document_chunks;
        rows.insert((organization, document), chunks.to_vec());
        Ok(())
    }

    async fn without_chunks(&mut self, documents: &[DocumentId]) -> Result<Vec<DocumentId>> {
        let (organization, records) = (self.organization_id(), &self.tables().records);
        let is_bare = |document: &&DocumentId| {
            let key = (organization, **document);
            let text = records.document_texts.get(&key);
            text.is_some_and(|text| !text.as_str().is_empty())
                && records.document_chunks.get(&key).is_none_or(Vec::is_empty)
        };
        Ok(documents.iter().filter(is_bare).copied().collect())
    }

    async fn store_vectors(
        &mut self,
        space: EmbeddingSpace,
        vectors: &[(DocumentChunkId, Embedding)],
        _at: Timestamp,
    ) -> Result<()> {
        let organization = self.organization_id();
        let chunks = self.tables().records.document_chunks.of(organization).flatten();
        let known: Vec<_> = chunks.map(|chunk| chunk.id).collect();
        let stored: Vec<_> = vectors.iter().filter(|(id, _)| known.contains(id)).collect();
        let no_model = self.record(space.model).is_none();
        self.draft.forbid(no_model && !stored.is_empty(), MODEL.0)?;
        for (id, vector) in stored {
            let row = (space, vector.clone());
            self.draft.tables.records.chunk_vectors.insert((organization, *id), row);
        }
        Ok(())
    }
}
