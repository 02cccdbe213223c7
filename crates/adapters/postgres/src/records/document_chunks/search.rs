use async_trait::async_trait;
use plinth_domain::{DocumentChunk, DocumentChunkId, DocumentId, Embedding, EmbeddingSpace};
use plinth_ports::{ChunkFilter, DocumentChunkReader, FoundChunk, PAGE_BYTES, Result};
use sea_orm::Value;
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{
    chunk, columns, other,
    vectors::{place, text},
};
use crate::scoped::ScopedTx;

/// Sets the words that are looked for, of which a chunk must have one. Words that are in twenty of the
/// newest hundred chunks say little, and would fill the list of a thousand; they are left out, unless
/// nothing else is looked for. The parameters are the organization and the quoted words.
const LOOK_FOR: &str = "SELECT set_config('app.search_words', \
    coalesce(string_agg(w, ' | ') FILTER (WHERE few), string_agg(w, ' | '), ''), true) \
    FROM (SELECT w, (SELECT count(*) < 20 FROM (SELECT search FROM document_chunks \
        WHERE organization_id = $1 ORDER BY id DESC LIMIT 100) s \
        WHERE search @@ w::tsquery) AS few FROM unnest($2::text[]) AS w OFFSET 0) asked";

/// The condition of [`ChunkFilter`] on the identity of a document, with the project as `$3`, the
/// documents as `$4` and the kinds as this parameter.
macro_rules! in_filter {
    ($document:literal, $kinds:literal) => {
        concat!(
            "($3::uuid IS NULL OR ",
            $document,
            " IN (SELECT p.id FROM documents p WHERE p.organization_id = $1 \
             AND p.project_id = $3)) AND ($4::uuid[] IS NULL OR ",
            $document,
            " = ANY($4)) AND (",
            $kinds,
            "::text[] IS NULL OR ",
            $document,
            " IN (SELECT k.id FROM documents k WHERE k.organization_id = $1 AND k.kind = ANY(",
            $kinds,
            ")))"
        )
    };
}

/// `$2` is the quoted words, `$5` the number of rows, and `$6` the kinds.
const WITH_WORDS: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.name, n.score FROM (SELECT f.id, (SELECT count(*) FROM unnest($2::text[]) AS w \
        WHERE f.search @@ w::tsquery)::real AS score FROM found_document_chunks f WHERE ",
    in_filter!("f.document_id", "$6"),
    " LIMIT 1000) n JOIN document_chunks c ON c.organization_id = $1 AND c.id = n.id \
    JOIN documents d ON d.organization_id = $1 AND d.id = c.document_id \
    ORDER BY n.score DESC, c.document_id DESC, c.position LIMIT $5"
);

const BY_ID: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.name, 0::real FROM document_chunks c \
    JOIN documents d ON d.organization_id = $1 AND d.id = c.document_id \
    WHERE c.organization_id = $1 AND c.id = ANY($2)"
);

const WITHOUT_VECTOR: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM document_chunks c WHERE c.organization_id = $1 AND c.document_id = $2 \
    AND NOT EXISTS (SELECT FROM chunk_vectors v WHERE v.organization_id = $1 AND v.id = c.id \
        AND v.model_id = $3 AND v.fingerprint = $4) ORDER BY c.position LIMIT $5"
);

/// `$3` and `$4` are the first character and the one behind the last.
const BETWEEN: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM document_chunks c WHERE c.organization_id = $1 AND c.document_id = $2 \
    AND c.start + char_length(c.content) > $3 AND c.start < $4 ORDER BY c.position"
);

/// Whether there are too many vectors for a comparison with all of them: more than 100,000, or than
/// the parameter `plinth.exact_vectors` of the database says. The signs of vectors lose most of the
/// nearest where the vectors of a model have a common direction, as those of E5 have.
const ARE_MANY: &str = "SELECT (SELECT count(*) FROM (SELECT v.id FROM chunk_vectors v \
        WHERE v.organization_id = $1 AND v.model_id = $2 AND v.fingerprint = $3 \
        AND v.dimensions = $4 LIMIT e.most + 1) n) > e.most \
    FROM (SELECT coalesce(nullif(current_setting('plinth.exact_vectors', true), '')::bigint, \
        100000) AS most) e";

/// The vector is parsed once, in a sub-select. The condition keeps vectors with other dimensions away
/// from the comparison, which would fail. `$2` is the vector, `$5` the number of rows, `$9` the
/// kinds, and the others are the space with the dimensions.
const NEAREST: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.name, (1 - n.distance)::real FROM (SELECT v.id, \
        v.embedding <=> (SELECT $2::halfvec) AS distance FROM chunk_vectors v \
        WHERE v.organization_id = $1 AND v.model_id = $6 AND v.fingerprint = $7 \
        AND v.dimensions = $8 AND (($3::uuid IS NULL AND $4::uuid[] IS NULL AND $9::text[] IS NULL) OR v.id IN \
            (SELECT f.id FROM document_chunks f WHERE f.organization_id = $1 AND ",
    in_filter!("f.document_id", "$9"),
    ")) ORDER BY distance, v.id LIMIT $5) n \
    JOIN document_chunks c ON c.organization_id = $1 AND c.id = n.id \
    JOIN documents d ON d.organization_id = $1 AND d.id = c.document_id \
    ORDER BY n.distance, c.id"
);

/// The same for many vectors: the nearest by the signs of their values, which are read in an index
/// alone, and the nearest of those.
const NEAREST_BY_SIGNS: &str = concat!(
    "SELECT ",
    columns!(),
    ", d.name, (1 - n.distance)::real FROM (SELECT v.id, \
        v.embedding <=> (SELECT $2::halfvec) AS distance FROM (SELECT s.id FROM chunk_vectors s \
            WHERE s.organization_id = $1 AND s.model_id = $4 AND s.fingerprint = $5 \
            AND s.dimensions = $6 ORDER BY s.bits <~> (SELECT binary_quantize($2::halfvec)) \
            LIMIT 1000) signs \
        JOIN chunk_vectors v ON v.organization_id = $1 AND v.id = signs.id \
        ORDER BY distance, v.id LIMIT $3) n \
    JOIN document_chunks c ON c.organization_id = $1 AND c.id = n.id \
    JOIN documents d ON d.organization_id = $1 AND d.id = c.document_id \
    ORDER BY n.distance, c.id"
);

#[async_trait]
impl DocumentChunkReader for ScopedTx {
    async fn chunks_with_words(
        &mut self,
        words: &[String],
        filter: &ChunkFilter,
        limit: u16,
    ) -> Result<Vec<FoundChunk>> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        self.asks_together()?;
        let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        self.ask(LOOK_FOR, vec![words.clone().into()]).await?;
        let [project, documents, kinds] = places(filter);
        let values = vec![words.into(), project, documents, i64::from(limit).into(), kinds];
        Ok(self.ask_within(WITH_WORDS, values, PAGE_BYTES, read).await?.items)
    }

    async fn nearest_chunks(
        &mut self,
        space: EmbeddingSpace,
        to: &Embedding,
        filter: &ChunkFilter,
        limit: u16,
    ) -> Result<Vec<FoundChunk>> {
        let [model, fingerprint, dimensions] = place(space, to);
        let (vector, limit) = (text(to).into(), i64::from(limit).into());
        if *filter == ChunkFilter::default() {
            let of_space = vec![model.clone(), fingerprint.clone(), dimensions.clone()];
            let told = self.ask(ARE_MANY, of_space).await?;
            if told.map_or(Ok(false), |row| row.try_get(0)).map_err(other)? {
                let values = vec![vector, limit, model, fingerprint, dimensions];
                let found = self.ask_within(NEAREST_BY_SIGNS, values, PAGE_BYTES, read).await?;
                return Ok(found.items);
            }
        }
        let [project, documents, kinds] = places(filter);
        let values = vec![vector, project, documents, limit, model, fingerprint, dimensions, kinds];
        Ok(self.ask_within(NEAREST, values, PAGE_BYTES, read).await?.items)
    }

    async fn chunks(&mut self, ids: &[DocumentChunkId]) -> Result<Vec<FoundChunk>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
        Ok(self.ask_within(BY_ID, vec![ids.into()], PAGE_BYTES, read).await?.items)
    }

    async fn chunks_between(
        &mut self,
        document: DocumentId,
        from: u32,
        until: u32,
    ) -> Result<Vec<DocumentChunk>> {
        let place = |character| i32::try_from(character).unwrap_or(i32::MAX);
        let values = vec![document.uuid().into(), place(from).into(), place(until).into()];
        Ok(self.ask_within(BETWEEN, values, usize::MAX, chunk).await?.items)
    }

    async fn chunks_without_vector(
        &mut self,
        document: DocumentId,
        space: EmbeddingSpace,
        limit: u16,
    ) -> Result<Vec<DocumentChunk>> {
        let values = vec![
            document.uuid().into(),
            space.model.uuid().into(),
            space.fingerprint.into(),
            i64::from(limit).into(),
        ];
        let chunks = self.ask_within(WITHOUT_VECTOR, values, PAGE_BYTES, chunk).await?;
        Ok(chunks.items)
    }
}

/// The project, the documents and the kinds of a filter.
fn places(filter: &ChunkFilter) -> [Value; 3] {
    let documents: Option<Vec<Uuid>> = filter
        .documents
        .as_ref()
        .map(|documents| documents.iter().map(|document| document.uuid()).collect());
    let kinds = filter.kinds.values();
    let kinds: Option<Vec<String>> =
        kinds.map(|kinds| kinds.iter().map(|kind| kind.name().to_owned()).collect());
    [filter.project.map(plinth_domain::Id::uuid).into(), documents.into(), kinds.into()]
}

fn read(row: &PgRow) -> Result<FoundChunk> {
    Ok(FoundChunk {
        chunk: chunk(row)?,
        title: row.try_get(6).map_err(other)?,
        score: row.try_get(7).map_err(other)?,
    })
}
