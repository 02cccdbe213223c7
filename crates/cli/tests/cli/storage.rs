//! `plinth storage verify`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use plinth_testkit::TestDatabase;
use sqlx::{Connection, PgConnection, types::Uuid};

use crate::support::{Ended, Scratch};

const ORGANIZATION: &str = "SELECT id FROM organizations ORDER BY id LIMIT 1";

/// Creates a document with one version of five bytes, and returns the key of its blob.
const DOCUMENT: &str = "
    WITH made AS (
        INSERT INTO documents (organization_id, id, name, kind, status, current_version_id)
        VALUES ($1, gen_random_uuid(), 'plan.txt', 'other', 'ready', gen_random_uuid())
        RETURNING *)
    INSERT INTO document_versions (organization_id, id, document_id, number, content_type,
        size_bytes, storage_key, status, job_id)
    SELECT organization_id, current_version_id, id, 1, 'application/octet-stream', 5,
        format('org/%s/doc/%s/%s', organization_id, id, current_version_id), 'ready',
        gen_random_uuid() FROM made
    RETURNING storage_key";

/// An installation with an organization and a storage directory.
struct Installation {
    scratch: Scratch,
    database: TestDatabase,
    owner: PgConnection,
    organization: Uuid,
}

impl Installation {
    async fn new() -> Self {
        let (scratch, database) = (Scratch::new(), TestDatabase::create().await);
        scratch.run(&["seed"], &[("DATABASE_URL", database.url())]).well();
        let mut owner = PgConnection::connect(database.url()).await.unwrap();
        let organization = sqlx::query_scalar(ORGANIZATION).fetch_one(&mut owner).await.unwrap();
        Self { scratch, database, owner, organization }
    }

    async fn document(&mut self) -> String {
        let made = sqlx::query_scalar(DOCUMENT).bind(self.organization);
        made.fetch_one(&mut self.owner).await.unwrap()
    }

    fn folder(&self) -> PathBuf {
        self.scratch.path().join("blobs")
    }

    /// Writes a file of this age into the storage, and returns its path.
    fn file(&self, key: &str, bytes: &[u8], age: Duration) -> PathBuf {
        let path = self.folder().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - age).unwrap();
        path
    }

    fn verify(&self, more: &[&str]) -> Ended {
        self.storage(&[&["verify"], more].concat())
    }

    fn storage(&self, arguments: &[&str]) -> Ended {
        let folder = self.folder();
        let variables = [
            ("DATABASE_URL", self.database.url()),
            ("PLINTH_STORAGE__PATH", folder.to_str().unwrap()),
        ];
        self.scratch.run(&[&["storage"], arguments].concat(), &variables)
    }

    async fn lost(&mut self) -> i64 {
        let jobs = "SELECT count(*) FROM jobs WHERE kind = 'document.lost' AND state = 'queued'";
        sqlx::query_scalar(jobs).fetch_one(&mut self.owner).await.unwrap()
    }
}

/// The lines that name a discrepancy.
fn named(ended: &Ended) -> Vec<&str> {
    let mut lines: Vec<_> = ended.stdout.lines().filter(|line| line.contains("  ")).collect();
    lines.sort_unstable();
    lines
}

fn last(ended: &Ended) -> &str {
    ended.stdout.lines().last().unwrap_or_default()
}

#[tokio::test]
async fn discrepancies_are_named_and_repaired() {
    let hours = Duration::from_hours(2);
    let mut installation = Installation::new().await;
    let whole = installation.document().await;
    let whole = installation.file(&whole, b"12345", hours);
    let clean = installation.verify(&[]).well();
    assert_eq!(clean, "1 blobs, 1 versions, 0 faults\n");

    let (missing, short) = (installation.document().await, installation.document().await);
    let short_file = installation.file(&short, b"1234", hours);
    let key = |n: u128| {
        let (organization, id) = (installation.organization, Uuid::from_u128(n));
        format!("org/{organization}/doc/{id}/{id}")
    };
    let (orphan, young) = (key(1), key(2));
    let orphan_file = installation.file(&orphan, b"12345", hours);
    let young_file = installation.file(&young, b"12345", Duration::from_mins(1));
    let foreign_file = installation.file("notes of mine.txt", b"1", hours);
    let id = Uuid::from_u128(3);
    let other = format!("org/{id}/doc/{id}/{id}");
    let other_file = installation.file(&other, b"12345", hours);
    let mut faults = vec![
        "FOREIGN  notes of mine.txt".to_owned(),
        format!("LENGTH   {short}  4 bytes instead of 5"),
        format!("MISSING  {missing}"),
        format!("ORPHAN   {orphan}"),
        format!("OTHER    {other}"),
    ];
    let found = installation.verify(&[]);
    assert_eq!((found.code, named(&found)), (Some(1), faults.iter().map(|s| &**s).collect()));
    assert_eq!(last(&found), "6 blobs, 3 versions, 3 faults");
    assert!(orphan_file.exists() && installation.lost().await == 0, "it only looks");

    installation.storage(&["adopt", "--yes"]).well();
    // Twice, because no worker has run the jobs in between.
    for _ in 0..2 {
        let mended = installation.verify(&["--repair", "--yes"]);
        assert_eq!((mended.code, named(&mended)), (Some(0), faults.iter().map(|s| &**s).collect()));
        assert_eq!(installation.lost().await, 2);
        assert!(!orphan_file.exists());
        faults.retain(|fault| !fault.starts_with("ORPHAN"));
    }
    let kept: [&Path; 5] = [&whole, &short_file, &young_file, &foreign_file, &other_file];
    assert!(kept.iter().all(|file| file.exists()));
    installation.owner.close().await.unwrap();
    installation.database.drop().await;
}

/// Another installation's bucket, and a database that was restored, make live files look orphaned.
#[tokio::test]
async fn a_repair_needs_the_owner_a_confirmation_and_a_small_part() {
    let hours = Duration::from_hours(2);
    let installation = Installation::new().await;
    let orphan = |n: u128| {
        let (organization, id) = (installation.organization, Uuid::from_u128(n));
        installation.file(&format!("org/{organization}/doc/{id}/{id}"), b"12345", hours)
    };
    let first = orphan(1);
    let refused = |arguments: &[&str], why: &str| {
        let complaint = installation.verify(arguments).badly(1);
        assert!(complaint.contains(why), "{complaint}");
        assert!(first.exists());
    };
    refused(&["--repair", "--yes"], "belongs to no database yet");
    let owner = installation.folder().join("plinth-owner");
    fs::write(&owner, "another database").unwrap();
    refused(&["--repair", "--yes"], "belongs to another database");

    // Nothing is asked without a terminal.
    let complaint = installation.storage(&["adopt"]).badly(1);
    assert!(complaint.contains("Add --yes"), "{complaint}");
    installation.storage(&["adopt", "--yes"]).well();
    assert!(installation.storage(&["adopt"]).well().contains("already"));
    refused(&["--repair"], "Add --yes");

    let many: Vec<_> = (2..=11).map(orphan).collect();
    refused(&["--repair", "--yes"], "11 of 11 blobs would be changed");
    installation.verify(&["--repair", "--yes", "--at-most", "100"]).well();
    assert!(!first.exists() && many.iter().all(|file| !file.exists()));
    assert!(owner.exists());
    installation.owner.close().await.unwrap();
    installation.database.drop().await;
}

/// The copy has the same organizations, and misses what was uploaded since.
#[tokio::test]
async fn a_copy_of_the_database_does_not_own_the_storage() {
    let installation = Installation::new().await;
    installation.storage(&["adopt", "--yes"]).well();
    let name = installation.database.name().to_owned();
    let copy = TestDatabase::empty().await;
    // The test's own connection would keep the database from being copied.
    let Installation { scratch, database, owner, .. } = installation;
    owner.close().await.unwrap();
    let url = database.url();
    let make = format!("DROP DATABASE {0}; CREATE DATABASE {0} TEMPLATE {name}", copy.name());
    let mut superuser = PgConnection::connect(&plinth_testkit::admin_url()).await.unwrap();
    for statement in make.split("; ") {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::Executor::execute(&mut superuser, statement).await.unwrap();
    }
    let folder = scratch.path().join("blobs");
    let adopt = |url: &str| {
        let path = ("PLINTH_STORAGE__PATH", folder.to_str().unwrap());
        scratch.run(&["storage", "adopt"], &[("DATABASE_URL", url), path])
    };
    assert!(adopt(url).well().contains("already"));
    let complaint = adopt(copy.url()).badly(1);
    assert!(complaint.contains("belongs to another database"), "{complaint}");
    copy.drop().await;
    database.drop().await;
}
