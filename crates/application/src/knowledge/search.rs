//! The search over everything that a caller may read.

use std::collections::BTreeMap;

use plinth_domain::{
    Contract, Document, DocumentId, Invoice, Model, Party, Permission, Project, ProjectId, Prompt,
    VectorUse, search::fuse,
};
use plinth_ports::{ChunkFilter, FoundChunk, OneOf, Search};
use uuid::Uuid;

use super::{
    hits::{SearchHit, hit},
    kind::SearchKind,
    named::{Candidate, Quality, named},
    vectors::AskedVector,
};
use crate::{Application, Caller, Error, Query, Reading, View};

/// The most characters of what is looked for.
pub const MAX_QUERY: usize = 200;
/// How many chunks with words are found: some documents have several.
const WITH_WORDS: u16 = 200;
/// How many of the nearest chunks are found.
const NEAREST: u16 = 50;

/// Looks for something in everything.
#[derive(Debug, Clone)]
pub struct SearchRequest {
    /// What is looked for, 1 to [`MAX_QUERY`] characters.
    pub query: String,
    /// The kinds of records.
    pub kinds: OneOf<SearchKind>,
    /// Only what belongs to this project, and the project itself.
    pub project: Option<ProjectId>,
    /// The most results.
    pub limit: u16,
}

/// What a search has found, the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// The results.
    pub hits: Vec<SearchHit>,
    /// What vectors did for it.
    pub vectors: VectorUse,
}

impl Application {
    /// Searches names, words of documents, and vectors of their chunks, in what the caller may read.
    pub async fn search(
        &self,
        caller: &Caller,
        request: SearchRequest,
    ) -> Result<SearchAnswer, Error> {
        self.admit(caller, FindHits::PERMISSION, FindHits::NAME)?;
        let permissions = caller.access.permissions();
        let is_asked = |kind: &SearchKind| {
            request.kinds.allows(kind)
                && permissions.contains(kind.permission())
                && (request.project.is_none() || kind.has_project())
        };
        let kinds: Vec<_> = SearchKind::ALL.into_iter().filter(is_asked).collect();
        let (vectors, vector) = if kinds.contains(&SearchKind::Document) {
            self.asked_vector(caller, &request.query).await?
        } else {
            (VectorUse::Off, None)
        };
        let search = Search::new(&request.query, true);
        let SearchRequest { project, limit, .. } = request;
        let hits = self.query(caller, FindHits { search, kinds, project, limit, vector }).await?;
        Ok(SearchAnswer { hits, vectors })
    }
}

struct FindHits {
    search: Search,
    kinds: Vec<SearchKind>,
    project: Option<ProjectId>,
    limit: u16,
    vector: AskedVector,
}

impl Query for FindHits {
    const NAME: &'static str = "search.find";
    const PERMISSION: Permission = Permission::SearchRead;
    type Output = Vec<SearchHit>;

    fn reading(&self) -> Reading {
        Reading::Slowly
    }

    async fn run(self, view: &mut View<'_>) -> Result<Vec<SearchHit>, Error> {
        let mut found = self.candidates(view).await?;
        let (by_words, by_vector) = self.chunks(view, &found).await?;
        let lists = self.lists(&found, &by_words, &by_vector);
        let mut chunks = BTreeMap::new();
        for chunk in by_words.iter().chain(&by_vector) {
            chunks.entry(chunk.chunk.document.uuid()).or_insert(chunk);
        }
        found.extend(by_vector.iter().map(by_its_chunk));
        let records: BTreeMap<_, _> =
            found.iter().rev().map(|one| ((one.kind, one.id), one)).collect();
        let mut fused = fuse(&lists);
        fused.truncate(self.limit.into());
        let shown = fused.into_iter().filter_map(|(key, score)| {
            let candidate = records.get(&key)?;
            let chunk = chunks.get(&candidate.id).copied();
            Some(hit(&self.search, score, candidate, chunk))
        });
        Ok(shown.collect())
    }
}

impl FindHits {
    /// The records of all kinds with what is looked for, the newest of each kind first.
    async fn candidates(&self, view: &mut View<'_>) -> Result<Vec<Candidate>, Error> {
        let (search, project) = (&self.search, self.project);
        let mut all = Vec::new();
        for kind in &self.kinds {
            let mut found = match kind {
                SearchKind::Project => named::<Project>(view, search, project).await?,
                SearchKind::Party => named::<Party>(view, search, project).await?,
                SearchKind::Document => named::<Document>(view, search, project).await?,
                SearchKind::Contract => named::<Contract>(view, search, project).await?,
                SearchKind::Invoice => named::<Invoice>(view, search, project).await?,
                SearchKind::Prompt => named::<Prompt>(view, search, project).await?,
                SearchKind::Model => named::<Model>(view, search, project).await?,
            };
            if let (SearchKind::Project, Some(project)) = (kind, project) {
                found.retain(|one| one.id == project.uuid());
            }
            all.append(&mut found);
        }
        Ok(all)
    }

    /// The chunks with the words in the documents that have them all, and the nearest chunks.
    async fn chunks(
        &self,
        view: &mut View<'_>,
        found: &[Candidate],
    ) -> Result<(Vec<FoundChunk>, Vec<FoundChunk>), Error> {
        let unit = view.unit.document_chunks();
        let documents: Vec<_> = documents(found).map(DocumentId::from_uuid).collect();
        let by_words = if documents.is_empty() {
            Vec::new()
        } else {
            let filter = ChunkFilter {
                project: self.project,
                documents: Some(documents),
                ..ChunkFilter::default()
            };
            unit.chunks_with_words(self.search.words(), &filter, WITH_WORDS).await?
        };
        let filter = ChunkFilter { project: self.project, ..ChunkFilter::default() };
        let by_vector = match &self.vector {
            Some((space, to)) => unit.nearest_chunks(*space, to, &filter, NEAREST).await?,
            None => Vec::new(),
        };
        Ok((by_words, by_vector))
    }

    /// Names, words and vectors, each with the best first.
    fn lists(
        &self,
        found: &[Candidate],
        by_words: &[FoundChunk],
        by_vector: &[FoundChunk],
    ) -> [Vec<(SearchKind, Uuid)>; 3] {
        let document = |id: Uuid| (SearchKind::Document, id);
        let is_text =
            |one: &Candidate| one.kind == SearchKind::Document && one.quality == Quality::Other;
        let mut names: Vec<_> = found.iter().filter(|one| !is_text(one)).collect();
        names.sort_by_key(|one| one.quality);
        let names = names.into_iter().map(|one| (one.kind, one.id)).collect();
        // A chunk with all words is before words that are all over a text.
        let all = self.search.words().len();
        #[expect(clippy::cast_precision_loss, reason = "few words are looked for")]
        let has_all = |found: &&FoundChunk| found.score >= all as f32;
        let in_chunks = by_words.iter().filter(has_all).map(|found| found.chunk.document.uuid());
        let in_texts = found.iter().filter(|one| is_text(one)).map(|one| one.id);
        let words = in_chunks.chain(in_texts).map(document).collect();
        let near = by_vector.iter().map(|found| document(found.chunk.document.uuid())).collect();
        [names, words, near]
    }
}

fn documents(found: &[Candidate]) -> impl Iterator<Item = Uuid> {
    found.iter().filter(|one| one.kind == SearchKind::Document).map(|one| one.id)
}

fn by_its_chunk(found: &FoundChunk) -> Candidate {
    Candidate {
        kind: SearchKind::Document,
        id: found.chunk.document.uuid(),
        title: found.title.clone(),
        text: String::new(),
        quality: Quality::Other,
    }
}
