//! Measures the search by vectors: how long it takes, and how many of the nearest it finds.
//!
//! `scripts/local-ai/embed.py` makes the vectors of real texts, which this reads from a directory.
//! 1,000 organizations get 500 of them each. One organization gets more than there are: the others
//! are real vectors that are moved by 0.3 times the difference of two more, so they spread as real
//! ones do. Run it by `target/debug/with-servers cargo run -p plinth-postgres --example knowledge --
//! DIRECTORY`.
#![expect(clippy::print_stdout, reason = "it prints figures")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement stops where a test would"
)]

use std::{fs, path::Path, time::Instant};

use chrono::Utc;
use plinth_domain::{
    Access, DocumentChunkId, DocumentKind, Embedding, EmbeddingSpace, Id, Membership,
    OrganizationId, Permission, TenantScope,
};
use plinth_ports::{ChunkFilter, OneOf, Store};
use plinth_postgres::{PgStore, PoolOptions};
use plinth_testkit::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

const DIMENSIONS: usize = 384;
/// How many organizations have [`EACH`] chunks.
const TENANTS: u128 = 1000;
const EACH: i64 = 500;
/// The sizes of the one large organization.
const LARGE: [i64; 3] = [10_000, 50_000, 100_000];
const FINGERPRINT: i64 = 1;
/// Lets fewer vectors be compared exactly than usual, so that the large organization shows what signs
/// lose.
const BY_SIGNS: &str = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET plinth.exact_vectors = 5000', \
    current_database()); END $$";

#[tokio::main]
async fn main() {
    let directory = std::env::args().nth(1).unwrap();
    let passages = read(&Path::new(&directory).join("passages.f32"));
    let queries = read(&Path::new(&directory).join("queries.f32"));
    println!("{} passages, {} queries", passages.len(), queries.len());
    let database = TestDatabase::create().await;
    let mut admin = PgConnection::connect(database.url()).await.unwrap();
    admin.execute(BY_SIGNS).await.unwrap();
    stage(&mut admin, &passages).await;
    let store = PgStore::connect(PoolOptions::new(database.url())).unwrap();

    let begun = Instant::now();
    for tenant in 0..TENANTS {
        fill(&mut admin, tenant, EACH).await;
    }
    admin.execute("ANALYZE chunk_vectors, document_chunks, documents").await.unwrap();
    println!("{TENANTS} organizations with {EACH}: stored in {:.0?}", begun.elapsed());
    let queries: Vec<_> = queries.into_iter().map(|one| Embedding::of(one).unwrap()).collect();
    let mut times = Vec::new();
    for (n, query) in (0..).zip(queries.iter().cycle().take(400)) {
        let tenant = (n * 7919) % TENANTS;
        times.push(nearest(&store, tenant, query, false).await.1);
    }
    tell("exact, in 500", &mut times);

    for size in LARGE {
        fill(&mut admin, TENANTS, size).await;
        admin.execute("ANALYZE chunk_vectors, document_chunks").await.unwrap();
        measure(&store, &queries, size).await;
    }
    database.drop().await;
}

/// Compares the search by signs of the large organization with an exact one.
async fn measure(store: &PgStore, queries: &[Embedding], size: i64) {
    let (mut by_signs, mut exact) = (Vec::new(), Vec::new());
    let (mut hits, mut fewest) = (0, 10);
    for query in queries {
        let (found, time) = nearest(store, TENANTS, query, false).await;
        by_signs.push(time);
        let (all, time) = nearest(store, TENANTS, query, true).await;
        exact.push(time);
        let same = found.iter().filter(|id| all.contains(id)).count();
        hits += same;
        fewest = fewest.min(same);
    }
    let count = queries.len();
    tell(&format!("by signs, in {size}"), &mut by_signs);
    tell(&format!("exact, in {size}"), &mut exact);
    println!(
        "recall@10 in {size}: {:.4} in the mean, {:.1} at the least",
        f64::from(u32::try_from(hits).unwrap()) / f64::from(u32::try_from(count * 10).unwrap()),
        f64::from(u32::try_from(fewest).unwrap()) / 10.0,
    );
}

fn tell(what: &str, milliseconds: &mut [f64]) {
    milliseconds.sort_by(f64::total_cmp);
    let at = |percent: usize| milliseconds[(milliseconds.len() - 1) * percent / 100];
    println!("{what}: p50 {:.1} ms, p95 {:.1} ms, most {:.1} ms", at(50), at(95), at(100));
}

/// The ten nearest chunks of an organization, and how many milliseconds it took. A filter that
/// selects everything makes every comparison exact.
async fn nearest(
    store: &PgStore,
    tenant: u128,
    query: &Embedding,
    is_exact: bool,
) -> (Vec<DocumentChunkId>, f64) {
    let organization = organization(tenant);
    let space = EmbeddingSpace { model: Id::from_uuid(named(3, tenant)), fingerprint: FINGERPRINT };
    let kinds =
        if is_exact { OneOf::new(DocumentKind::ALL.to_vec()).unwrap() } else { OneOf::default() };
    let filter = ChunkFilter { kinds, ..ChunkFilter::default() };
    let begun = Instant::now();
    let mut view = store.read(scope(organization)).await.unwrap();
    let found = view.document_chunks().nearest_chunks(space, query, &filter, 10).await.unwrap();
    drop(view);
    let time = begun.elapsed().as_secs_f64() * 1000.0;
    (found.into_iter().map(|found| found.chunk.id).collect(), time)
}

fn scope(organization: OrganizationId) -> TenantScope {
    let id = Id::from_uuid(Uuid::nil());
    let membership = Membership::found(Id::from_uuid(Uuid::nil()), organization, id, Utc::now());
    Access::of_member(&membership).require(Permission::OrganizationRead).unwrap()
}

fn organization(tenant: u128) -> OrganizationId {
    Id::from_uuid(named(1, tenant))
}

/// The identity of the n-th record of a kind.
fn named(kind: u128, n: u128) -> Uuid {
    Uuid::from_u128(kind << 64 | 0x7000_8000_0000_0000_0000 | n)
}

fn read(path: &Path) -> Vec<Vec<f32>> {
    let bytes = fs::read(path).unwrap();
    let numbers = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap()));
    let numbers: Vec<f32> = numbers.collect();
    numbers.chunks_exact(DIMENSIONS).map(<[f32]>::to_vec).collect()
}

/// The real vectors, as a table.
async fn stage(admin: &mut PgConnection, passages: &[Vec<f32>]) {
    admin
        .execute("CREATE TEMPORARY TABLE real (n serial PRIMARY KEY, e halfvec NOT NULL)")
        .await
        .unwrap();
    for some in passages.chunks(200) {
        let texts: Vec<String> = some.iter().map(|one| format!("{one:?}")).collect();
        sqlx::query(
            "INSERT INTO real (e) SELECT l2_normalize(t::halfvec) FROM unnest($1::text[]) t",
        )
        .bind(texts)
        .execute(&mut *admin)
        .await
        .unwrap();
    }
}

/// Gives an organization as many chunks with vectors as it lacks, 500 in each document. Only what
/// the search reads is stored.
async fn fill(admin: &mut PgConnection, tenant: u128, size: i64) {
    admin.execute("SET session_replication_role = replica").await.unwrap();
    for statement in FILL {
        sqlx::query(statement)
            .bind(organization(tenant).uuid())
            .bind(named(3, tenant))
            .bind(size)
            .bind(i64::try_from(tenant).unwrap())
            .execute(&mut *admin)
            .await
            .unwrap();
    }
    admin.execute("SET session_replication_role = DEFAULT").await.unwrap();
}

/// `$1` is the organization, `$2` its model, `$3` the number of chunks, `$4` the number of the
/// organization. Each statement names all of them.
const FILL: [&str; 3] = [
    "INSERT INTO documents (organization_id, id, name, kind, status, metadata, current_version_id,
        created_at, updated_at)
    SELECT $1::uuid, uuid_v7(), 'Document', 'pdf', 'ready', '{}', uuid_v7(), now(), now()
    FROM generate_series(1, ($3::bigint - (SELECT count(*) FROM document_chunks
        WHERE organization_id = $1)) / 500) n
    WHERE $2::uuid IS NOT NULL AND $4::bigint >= 0",
    "INSERT INTO document_chunks (organization_id, id, document_id, document_version_id, position,
        start, content, created_at, updated_at)
    SELECT $1::uuid, uuid_v7(), d.id, d.current_version_id, n, n * 800,
        repeat('A sentence of it. ', 40), now(), now()
    FROM documents d CROSS JOIN generate_series(0, 499) n
    WHERE d.organization_id = $1 AND $2::uuid IS NOT NULL AND $3::bigint > 0 AND $4::bigint >= 0
        AND NOT EXISTS (SELECT FROM document_chunks c
            WHERE c.organization_id = $1 AND c.document_id = d.id)",
    "WITH bare AS (SELECT c.id, row_number() OVER (ORDER BY c.id) + (SELECT count(*)
            FROM chunk_vectors WHERE organization_id = $1) AS n
        FROM document_chunks c WHERE c.organization_id = $1 AND NOT EXISTS (SELECT
            FROM chunk_vectors v WHERE v.organization_id = $1 AND v.id = c.id)),
    known AS (SELECT count(*) AS count FROM real)
    INSERT INTO chunk_vectors (organization_id, id, model_id, fingerprint, dimensions, embedding,
        created_at, updated_at)
    SELECT $1::uuid, b.id, $2::uuid, 1, 384, CASE WHEN b.n <= k.count THEN r.e ELSE
            l2_normalize(r.e + (p.e - q.e) * array_fill(0.3::real, ARRAY[384])::halfvec) END,
        now(), now()
    FROM bare b CROSS JOIN known k
    JOIN real r ON r.n = 1 + (b.n * 17 + $4 * 101) % k.count
    JOIN real p ON p.n = 1 + (b.n * 31 + b.n / k.count * 7 + 5) % k.count
    JOIN real q ON q.n = 1 + (b.n * 43 + b.n / k.count * 3 + 11) % k.count
    WHERE $3::bigint > 0",
];
