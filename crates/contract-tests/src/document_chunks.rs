//! The chunks of documents, by their words and by their vectors.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::sync::LazyLock;

use plinth_domain::{
    Document, DocumentChunk, DocumentId, DocumentKind, Embedding, EmbeddingSpace, Model, ModelId,
    Project, ProjectId, search::SearchableText,
};
use plinth_ports::{
    ChunkFilter, FoundChunk, OneOf, UnitOfWork,
    records::document_chunks::{DOCUMENT, MODEL},
};

use crate::{
    Stores,
    documents::{self, document_of},
    fixture::{at, id, project},
    harness::Tenant,
    outcome::assert_conflict,
    records::{Fixture, World},
};

/// An organization with two models for vectors.
struct Library {
    world: World,
    models: [ModelId; 2],
}

impl Library {
    async fn new(stores: &Stores) -> Self {
        let world = World::new(stores).await;
        let models: [Model; 2] =
            [1, 2].map(|n| Model { fallbacks: Vec::new(), secret: None, ..world.make(n) });
        for model in &models {
            let insert = async |unit: &mut dyn UnitOfWork| Model::insert(unit, model).await;
            stores.write(world.tenant(), insert).await.unwrap();
        }
        Self { world, models: models.map(|model| model.id) }
    }

    fn tenant(&self) -> &Tenant {
        self.world.tenant()
    }

    fn space(&self) -> EmbeddingSpace {
        EmbeddingSpace { model: self.models[0], fingerprint: -7 }
    }

    /// Stores a document with these chunks.
    async fn add(&self, stores: &Stores, name: &str, contents: &[&str]) -> Vec<DocumentChunk> {
        let document = document_of(self.tenant(), name);
        documents::insert(stores, self.tenant(), &document).await;
        self.replace(stores, &document, contents).await
    }

    async fn replace(
        &self,
        stores: &Stores,
        document: &Document,
        contents: &[&str],
    ) -> Vec<DocumentChunk> {
        let chunks = chunks(document, contents);
        let replace = async |unit: &mut dyn UnitOfWork| {
            unit.document_chunks().replace_chunks(document.id, &chunks, at(1)).await
        };
        stores.write(self.tenant(), replace).await.unwrap();
        chunks
    }

    /// Stores a vector of each chunk.
    async fn embed(
        &self,
        stores: &Stores,
        space: EmbeddingSpace,
        chunks: &[DocumentChunk],
        vectors: &[&[f32]],
    ) {
        let vectors: Vec<_> =
            chunks.iter().zip(vectors).map(|(chunk, values)| (chunk.id, vector(values))).collect();
        let store = async |unit: &mut dyn UnitOfWork| {
            unit.document_chunks().store_vectors(space, &vectors, at(2)).await
        };
        stores.write(self.tenant(), store).await.unwrap();
    }

    async fn nearest(&self, stores: &Stores, to: &[f32], filter: &ChunkFilter) -> Vec<FoundChunk> {
        self.nearest_in(stores, self.space(), to, filter).await
    }

    async fn nearest_in(
        &self,
        stores: &Stores,
        space: EmbeddingSpace,
        to: &[f32],
        filter: &ChunkFilter,
    ) -> Vec<FoundChunk> {
        let mut view = stores.read(self.tenant()).await;
        view.document_chunks().nearest_chunks(space, &vector(to), filter, 10).await.unwrap()
    }

    async fn with_words(
        &self,
        stores: &Stores,
        words: &str,
        filter: &ChunkFilter,
    ) -> Vec<FoundChunk> {
        let words = plinth_domain::search::asked_words(words);
        let mut view = stores.read_together(self.tenant()).await;
        view.document_chunks().chunks_with_words(&words, filter, 10).await.unwrap()
    }

    /// The chunks of a document without a vector of a space.
    async fn bare(
        &self,
        stores: &Stores,
        document: DocumentId,
        space: EmbeddingSpace,
    ) -> Vec<DocumentChunk> {
        let mut view = stores.read(self.tenant()).await;
        view.document_chunks().chunks_without_vector(document, space, 10).await.unwrap()
    }
}

fn vector(values: &[f32]) -> Embedding {
    Embedding::of(values.to_vec()).unwrap()
}

fn chunks(document: &Document, contents: &[&str]) -> Vec<DocumentChunk> {
    let chunk = |(position, content): (u16, &&str)| DocumentChunk {
        id: id(),
        document: document.id,
        version: document.current.id,
        position,
        start: u32::from(position) * 1000,
        content: (*content).to_owned(),
    };
    (0..).zip(contents).map(chunk).collect()
}

fn contents(found: &[FoundChunk]) -> Vec<&str> {
    found.iter().map(|found| found.chunk.content.as_str()).collect()
}

/// Selects every chunk.
static ALL: LazyLock<ChunkFilter> = LazyLock::new(ChunkFilter::default);

fn within(project: Option<ProjectId>, documents: Option<Vec<DocumentId>>) -> ChunkFilter {
    ChunkFilter { project, documents, ..ChunkFilter::default() }
}

pub async fn chunks_are_found_by_their_words_those_with_the_most_first(stores: &Stores) {
    let library = Library::new(stores).await;
    let older = library.add(stores, "Older", &["Beton für die Brücke", "nur BETON"]).await;
    library.add(stores, "Newer", &["Stahl", "橋の基礎工事 und Beton"]).await;
    let found = library.with_words(stores, "brücke beton", &ALL).await;
    let expected = ["Beton für die Brücke", "橋の基礎工事 und Beton", "nur BETON"];
    assert_eq!(contents(&found), expected);
    assert_eq!(found[0].chunk, older[0]);
    assert_eq!(found[0].title, "Older");
    let scores: Vec<f32> = found.iter().map(|found| found.score).collect();
    assert_eq!(scores, [2.0, 1.0, 1.0]);
    assert_eq!(contents(&library.with_words(stores, "基礎", &ALL).await), [expected[1]]);
    for nothing in ["", "Bet", "'", "!&|"] {
        assert!(library.with_words(stores, nothing, &ALL).await.is_empty(), "{nothing}");
    }
}

pub async fn a_word_that_is_in_nearly_every_chunk_finds_chunks_alone(stores: &Stores) {
    let library = Library::new(stores).await;
    let many: Vec<String> = (0..30).map(|n| format!("the part {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    library.add(stores, "Many", &many).await;
    assert_eq!(library.with_words(stores, "the", &ALL).await.len(), 10);
    let found = library.with_words(stores, "the part 7", &ALL).await;
    assert_eq!(contents(&found)[0], "the part 7");
}

pub async fn chunks_are_found_by_their_vectors_the_nearest_first(stores: &Stores) {
    let library = Library::new(stores).await;
    let chunks = library.add(stores, "Doc", &["east", "north", "north-east", "bare"]).await;
    let vectors: [&[f32]; 3] = [&[2.0, 0.0], &[0.0, 3.0], &[1.0, 1.0]];
    library.embed(stores, library.space(), &chunks, &vectors).await;
    let found = library.nearest(stores, &[10.0, 1.0], &ALL).await;
    assert_eq!(contents(&found), ["east", "north-east", "north"]);
    assert_eq!((&found[0].chunk, found[0].title.as_str()), (&chunks[0], "Doc"));
    assert!((found[0].score - 0.995).abs() < 0.002, "{}", found[0].score);
    assert!((found[2].score - 0.0995).abs() < 0.002, "{}", found[2].score);
}

pub async fn only_vectors_of_the_same_space_and_dimensions_count(stores: &Stores) {
    let library = Library::new(stores).await;
    let chunks = library.add(stores, "Doc", &["one", "two", "three"]).await;
    let (ours, document) = (library.space(), chunks[0].document);
    let renamed = EmbeddingSpace { fingerprint: 8, ..ours };
    let other = EmbeddingSpace { model: library.models[1], ..ours };
    library.embed(stores, ours, &chunks[..1], &[&[1.0, 0.0]]).await;
    library.embed(stores, renamed, &chunks[1..2], &[&[1.0, 0.0]]).await;
    library.embed(stores, other, &chunks[2..], &[&[1.0, 0.0]]).await;
    for (space, content) in [(ours, "one"), (renamed, "two"), (other, "three")] {
        let found = library.nearest_in(stores, space, &[1.0, 0.0], &ALL).await;
        assert_eq!(contents(&found), [content]);
        assert_eq!(library.bare(stores, document, space).await.len(), 2);
        assert!(library.nearest_in(stores, space, &[1.0, 0.0, 0.0], &ALL).await.is_empty());
    }
    // A chunk has one vector: that of another model takes the place of the first.
    let across: &[f32] = &[0.0, 1.0];
    library.embed(stores, other, &chunks, &[across; 3]).await;
    assert!(library.nearest(stores, &[1.0, 0.0], &ALL).await.is_empty());
    assert_eq!(library.nearest_in(stores, other, &[1.0, 0.0], &ALL).await.len(), 3);
    assert!(library.bare(stores, document, other).await.is_empty());
    assert_eq!(library.bare(stores, document, ours).await, chunks);
}

pub async fn a_filter_selects_chunks_of_documents_and_of_a_project(stores: &Stores) {
    let library = Library::new(stores).await;
    let project: Project = project("P-77");
    let insert = async |unit: &mut dyn UnitOfWork| unit.projects().insert(&project).await;
    stores.write(library.tenant(), insert).await.unwrap();
    let inside = Document { project: Some(project.id), ..document_of(library.tenant(), "Inside") };
    documents::insert(stores, library.tenant(), &inside).await;
    let kind = inside.kind();
    let inside = library.replace(stores, &inside, &["beton inside"]).await;
    let outside = library.add(stores, "Outside", &["beton outside"]).await;
    for chunks in [&inside, &outside] {
        library.embed(stores, library.space(), chunks, &[&[1.0, 2.0]]).await;
    }
    let of_kinds = |kinds: &[DocumentKind]| ChunkFilter {
        kinds: OneOf::new(kinds.to_vec()).unwrap(),
        ..ChunkFilter::default()
    };
    let documents = |chunk: &DocumentChunk| Some(vec![chunk.document, id()]);
    for (filter, expected) in [
        (within(Some(project.id), None), vec!["beton inside"]),
        (within(Some(id()), None), vec![]),
        (within(None, documents(&outside[0])), vec!["beton outside"]),
        (within(None, Some(Vec::new())), vec![]),
        (within(Some(project.id), documents(&outside[0])), vec![]),
        (of_kinds(&[DocumentKind::Ifc]), vec![]),
        (of_kinds(&[DocumentKind::Ifc, kind]), vec!["beton inside", "beton outside"]),
    ] {
        let near = library.nearest(stores, &[1.0, 2.0], &filter).await;
        let found = library.with_words(stores, "beton", &filter).await;
        for found in [near, found] {
            let mut contents = contents(&found);
            contents.sort_unstable();
            assert_eq!(contents, expected, "{filter:?}");
        }
    }
}

pub async fn chunks_are_read_by_the_characters_that_they_have(stores: &Stores) {
    let library = Library::new(stores).await;
    let chunks = library.add(stores, "Doc", &["first", "second", "third"]).await;
    library.add(stores, "Other", &["other"]).await;
    let document = chunks[0].document;
    let between = async |tenant: &Tenant, from, until| {
        let mut view = stores.read(tenant).await;
        let found = view.document_chunks().chunks_between(document, from, until).await.unwrap();
        found.into_iter().map(|chunk| chunk.position).collect::<Vec<_>>()
    };
    let ours = library.tenant();
    assert_eq!(between(ours, 0, u32::MAX).await, [0, 1, 2]);
    assert_eq!(between(ours, 0, 1000).await, [0]);
    assert_eq!(between(ours, 4, 1001).await, [0, 1]);
    assert_eq!(between(ours, 5, 1000).await, [0_u16; 0]);
    assert_eq!(between(ours, 1005, 2001).await, [1, 2]);
    let theirs = Library::new(stores).await;
    assert_eq!(between(theirs.tenant(), 0, u32::MAX).await, [0_u16; 0]);
}

pub async fn a_new_text_replaces_the_chunks_and_their_vectors(stores: &Stores) {
    let library = Library::new(stores).await;
    let document = document_of(library.tenant(), "Doc");
    documents::insert(stores, library.tenant(), &document).await;
    let old = library.replace(stores, &document, &["old one", "old two"]).await;
    library.embed(stores, library.space(), &old, &[&[1.0], &[1.0]]).await;
    let new = library.replace(stores, &document, &["new"]).await;
    assert!(library.nearest(stores, &[1.0], &ALL).await.is_empty());
    assert!(library.with_words(stores, "old", &ALL).await.is_empty());
    assert_eq!(library.bare(stores, document.id, library.space()).await, new);
    // A vector that comes too late is left out.
    let both = [old[0].clone(), new[0].clone()];
    library.embed(stores, library.space(), &both, &[&[1.0], &[1.0]]).await;
    assert_eq!(contents(&library.nearest(stores, &[1.0], &ALL).await), ["new"]);
    library.replace(stores, &document, &[]).await;
    assert!(library.with_words(stores, "new", &ALL).await.is_empty());
}

pub async fn chunks_go_with_their_document_and_vectors_with_their_model(stores: &Stores) {
    let library = Library::new(stores).await;
    let document = document_of(library.tenant(), "Gone");
    documents::insert(stores, library.tenant(), &document).await;
    let gone = library.replace(stores, &document, &["beton gone"]).await;
    let kept = library.add(stores, "Kept", &["beton kept"]).await;
    for chunks in [&gone, &kept] {
        library.embed(stores, library.space(), chunks, &[&[1.0]]).await;
    }
    let remove = async |unit: &mut dyn UnitOfWork| unit.documents().remove(&document).await;
    stores.write(library.tenant(), remove).await.unwrap();
    assert_eq!(contents(&library.nearest(stores, &[1.0], &ALL).await), ["beton kept"]);
    assert_eq!(contents(&library.with_words(stores, "beton", &ALL).await), ["beton kept"]);
    let remove = async |unit: &mut dyn UnitOfWork| {
        let model = unit.models().find(library.models[0]).await?.unwrap();
        unit.models().remove(&model).await
    };
    stores.write(library.tenant(), remove).await.unwrap();
    assert!(library.nearest(stores, &[1.0], &ALL).await.is_empty());
    let store = async |unit: &mut dyn UnitOfWork| {
        let vectors = [(kept[0].id, vector(&[1.0]))];
        unit.document_chunks().store_vectors(library.space(), &vectors, at(3)).await
    };
    assert_conflict(stores.write(library.tenant(), store).await, MODEL.0);
}

/// The same words and the same vectors, in a space with the same identities.
pub async fn a_chunk_of_another_organization_is_never_found(stores: &Stores) {
    let (ours, theirs) = (Library::new(stores).await, Library::new(stores).await);
    let our_chunks = ours.add(stores, "Ours", &["geheim beton"]).await;
    let their_chunks = theirs.add(stores, "Theirs", &["geheim beton"]).await;
    ours.embed(stores, ours.space(), &our_chunks, &[&[1.0, 0.0]]).await;
    theirs.embed(stores, theirs.space(), &their_chunks, &[&[1.0, 0.0]]).await;
    let both = vec![their_chunks[0].document, our_chunks[0].document];
    for filter in [&*ALL, &within(None, Some(both))] {
        for (library, chunks) in [(&ours, &our_chunks), (&theirs, &their_chunks)] {
            let by_words = library.with_words(stores, "geheim", filter).await;
            let near = library.nearest(stores, &[1.0, 0.0], filter).await;
            for found in [by_words, near] {
                assert_eq!(found.len(), 1);
                assert_eq!(found[0].chunk, chunks[0]);
            }
            let ids = [our_chunks[0].id, their_chunks[0].id, id()];
            let mut view = stores.read(library.tenant()).await;
            let found = view.document_chunks().chunks(&ids).await.unwrap();
            assert_eq!(found.len(), 1);
            assert_eq!((&found[0].chunk, found[0].score.to_bits()), (&chunks[0], 0));
        }
    }
    assert!(ours.nearest_in(stores, theirs.space(), &[1.0, 0.0], &ALL).await.is_empty());
    let their_document = their_chunks[0].document;
    assert!(ours.bare(stores, their_document, ours.space()).await.is_empty());
}

pub async fn a_foreign_document_takes_no_chunks_and_no_vectors(stores: &Stores) {
    let (ours, theirs) = (Library::new(stores).await, Library::new(stores).await);
    let document = document_of(theirs.tenant(), "Theirs");
    documents::insert(stores, theirs.tenant(), &document).await;
    let their_chunks = theirs.replace(stores, &document, &["beton"]).await;
    theirs.embed(stores, theirs.space(), &their_chunks, &[&[1.0, 0.0]]).await;
    let write = async |unit: &mut dyn UnitOfWork| {
        let chunks = chunks(&document, &["planted"]);
        unit.document_chunks().replace_chunks(document.id, &chunks, at(3)).await
    };
    assert_conflict(stores.write(ours.tenant(), write).await, DOCUMENT.0);
    ours.embed(stores, ours.space(), &their_chunks, &[&[0.0, 1.0]]).await;
    let found = theirs.nearest(stores, &[1.0, 0.0], &ALL).await;
    assert_eq!(contents(&found), ["beton"]);
    assert!(found[0].score > 0.99);
    assert!(ours.nearest(stores, &[0.0, 1.0], &ALL).await.is_empty());
}

pub async fn a_text_without_chunks_is_told(stores: &Stores) {
    let (ours, theirs) = (Library::new(stores).await, Library::new(stores).await);
    let bare = document_of(ours.tenant(), "Bare");
    let whole = document_of(ours.tenant(), "Whole");
    let empty = document_of(ours.tenant(), "Empty");
    let foreign = document_of(theirs.tenant(), "Foreign");
    for (library, document, text) in [
        (&ours, &bare, "beton"),
        (&ours, &whole, "beton"),
        (&ours, &empty, ""),
        (&theirs, &foreign, "beton"),
    ] {
        documents::insert(stores, library.tenant(), document).await;
        let text = SearchableText::of(text);
        let index = async |unit: &mut dyn UnitOfWork| {
            unit.document_contents().index(document.id, &text, at(1)).await
        };
        stores.write(library.tenant(), index).await.unwrap();
    }
    ours.replace(stores, &whole, &["beton"]).await;
    let ids = [bare.id, whole.id, empty.id, foreign.id, id()];
    let mut unit = stores.begin(ours.tenant()).await;
    assert_eq!(unit.document_chunks().without_chunks(&ids).await.unwrap(), [bare.id]);
}
