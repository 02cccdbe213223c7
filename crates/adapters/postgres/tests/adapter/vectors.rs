//! More vectors than are compared exactly: the nearest are found by the signs of their values first.

use plinth_domain::{
    ContentType, Document, DocumentChunk, DocumentChunkId, DocumentDraft, DocumentVersion,
    Embedding, EmbeddingSpace, JsonObject, Model, ModelDraft, ModelKind, ModelName, ModelProvider,
    ModelStatus, ModelTimeouts, Processing, Revision, Text,
};
use plinth_ports::{ChunkFilter, Store};

use crate::support::{Tenant, World, id, name, now};

const DIMENSIONS: usize = 128;
const DOCUMENTS: usize = 21;
/// With [`DOCUMENTS`], more than the 10,000 that this database lets be compared exactly.
const CHUNKS: u16 = 500;
const CLUSTERS: usize = 60;

/// Numbers from -1 to 1 that are the same in each run (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 48;
        f32::from(u16::try_from(bits).unwrap()) / 32_768.0 - 1.0
    }

    /// Near a center, or anywhere.
    fn vector(&mut self, center: Option<&[f32]>) -> Vec<f32> {
        let around = |place: usize| center.map_or(0.0, |center| center[place]);
        (0..DIMENSIONS).map(|place| around(place) + self.next() * 0.6).collect()
    }
}

async fn model(world: &World, tenant: &Tenant) -> EmbeddingSpace {
    let draft = ModelDraft {
        name: ModelName::parse("vectors").unwrap(),
        provider: ModelProvider::OpenAi,
        model_id: Text::parse("text-embedding").unwrap(),
        base_url: None,
        kind: ModelKind::Embedding,
        capabilities: Vec::new(),
        timeouts: ModelTimeouts::default(),
        fallbacks: Vec::new(),
        config: JsonObject::default(),
        status: ModelStatus::Active,
    };
    let model = Model::create(id(), tenant.scope.organization(), draft, None, now()).unwrap();
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    unit.models().insert(&model).await.unwrap();
    unit.commit().await.unwrap();
    EmbeddingSpace::of(&model)
}

/// Stores a document with chunks and these vectors of them.
async fn add(
    world: &World,
    tenant: &Tenant,
    space: EmbeddingSpace,
    vectors: &[Embedding],
) -> Vec<DocumentChunkId> {
    let draft = DocumentDraft { name: name("Doc"), project: None, metadata: JsonObject::default() };
    let first = DocumentVersion {
        id: id(),
        document: id(),
        number: 1,
        content_type: ContentType::Pdf,
        size_bytes: 1,
        sha256: Some([7; 32]),
        processing: Processing::Ready,
        properties: JsonObject::default(),
        has_thumbnails: false,
        job: id(),
        revision: Revision::first(now()),
    };
    let document = Document::create(tenant.scope.organization(), draft, first, now());
    let chunk = |position: u16| DocumentChunk {
        id: id(),
        document: document.id,
        version: document.current.id,
        position,
        start: 0,
        content: format!("chunk {position}"),
    };
    let chunks: Vec<_> = (0..CHUNKS).map(chunk).collect();
    let vectors: Vec<_> =
        chunks.iter().map(|chunk| chunk.id).zip(vectors.iter().cloned()).collect();
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    unit.documents().insert(&document).await.unwrap();
    unit.document_versions().insert(&document.current).await.unwrap();
    unit.document_chunks().replace_chunks(document.id, &chunks, now()).await.unwrap();
    unit.document_chunks().store_vectors(space, &vectors, now()).await.unwrap();
    unit.commit().await.unwrap();
    chunks.into_iter().map(|chunk| chunk.id).collect()
}

#[tokio::test]
async fn the_nearest_of_many_vectors_by_signs_are_those_of_an_exact_comparison() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let set = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET plinth.exact_vectors = 10000', \
        current_database()); END $$";
    sqlx::Executor::execute(&mut admin, set).await.unwrap();
    let tenant = world.tenant().await;
    let space = model(&world, &tenant).await;
    let mut numbers = Numbers(7);
    let centers: Vec<_> = (0..CLUSTERS).map(|_| numbers.vector(None)).collect();
    let (mut vectors, mut ids) = (Vec::new(), Vec::new());
    for document in 0..DOCUMENTS {
        let near = |n: usize| &*centers[(n + document * 7) % CLUSTERS];
        let some: Vec<_> = (0..usize::from(CHUNKS))
            .map(|n| Embedding::of(numbers.vector(Some(near(n)))).unwrap())
            .collect();
        ids.extend(add(&world, &tenant, space, &some).await);
        vectors.extend(some);
    }
    assert!(vectors.len() > 10_000);
    let (mut hits, mut asked) = (0, 0);
    for center in centers.iter().take(20) {
        let query = Embedding::of(numbers.vector(Some(center))).unwrap();
        let similar = |vector: &Embedding| vector.similarity(&query);
        let mut exact: Vec<_> = vectors.iter().map(similar).zip(&ids).collect();
        exact.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let exact: Vec<_> = exact[..10].iter().map(|(_, id)| **id).collect();
        let mut view = world.store.read(tenant.scope).await.unwrap();
        let found = view
            .document_chunks()
            .nearest_chunks(space, &query, &ChunkFilter::default(), 10)
            .await
            .unwrap();
        hits += found.iter().filter(|found| exact.contains(&found.chunk.id)).count();
        asked += exact.len();
    }
    assert!(hits * 100 >= asked * 95, "{hits} of {asked} were found");
    world.database.drop().await;
}
