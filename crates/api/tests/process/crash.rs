//! The server is killed during uploads: acknowledged uploads are complete, interrupted ones can be
//! resumed, and abandoned ones leave nothing in the storage.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    io,
    process::Command,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use plinth_application::storage::{Discrepancy, Verified};
use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use crate::{
    server::Api,
    wire::{FORM, Person, RawRequest, RawResponse, form},
};

const KILLS: u64 = 20;
const LENGTH: usize = 30_000_000;
/// Bytes of a resumable upload that are sent first: more than one part, and less than two.
const BEGUN: usize = 10_000_000;

/// Distance in bytes between two copies of the content's number.
const STAMPED: usize = 4096;

/// A file that begins like a PDF; each number makes a different one.
fn content(number: u64) -> Arc<Vec<u8>> {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(bytes);
    let mut bytes = BYTES.clone();
    for block in bytes.chunks_mut(STAMPED) {
        let (stamp, length) = (number.to_be_bytes(), block.len().min(8));
        let start = block.len() - length;
        block[start..].copy_from_slice(&stamp[..length]);
    }
    Arc::new(bytes)
}

/// Bytes that do not repeat. They are generated once, because a debug build needs most of a second.
fn bytes() -> Vec<u8> {
    let mut state: u64 = 1;
    let mut bytes = b"%PDF-1.7\n".to_vec();
    while bytes.len() < LENGTH {
        // The step of a linear congruential generator (Knuth).
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(LENGTH);
    bytes
}

/// When the server is killed: after a number of bytes of the body and a delay.
#[derive(Debug)]
struct KillPoint {
    after: usize,
    delay: Duration,
}

impl KillPoint {
    /// A random moment: anywhere in the body, and one time in four close to its end.
    fn some(seed: &RandomState, number: u64) -> Self {
        let random = usize::try_from(seed.hash_one(number) >> 16).unwrap();
        let (after, delay) = match random % 4 {
            0 => (LENGTH, random / 4 % 150),
            _ => (random / 4 % LENGTH, 0),
        };
        Self { after, delay: Duration::from_millis(delay as u64) }
    }
}

/// The kinds of uploads.
#[derive(Debug, Clone)]
enum UploadKind {
    Form,
    Content { document: String },
    Resumed { upload: String, offset: usize },
}

impl UploadKind {
    /// How many bytes remain to be sent.
    fn rest(&self) -> usize {
        match self {
            Self::Resumed { offset, .. } => LENGTH - offset,
            Self::Form | Self::Content { .. } => LENGTH,
        }
    }
}

/// Runs one upload over HTTP.
fn upload(
    person: &Person,
    address: &str,
    way: &UploadKind,
    bytes: &[u8],
    sent: &AtomicUsize,
) -> io::Result<RawResponse> {
    let (head, tail) = form("plan.pdf");
    let plain = |text: &str| text.to_owned();
    match way {
        UploadKind::Form => person.send(
            address,
            &RawRequest {
                method: "POST",
                path: "/documents",
                headers: &[("Content-Type", plain(FORM))],
                body: &[head.as_bytes(), bytes, tail.as_bytes()],
            },
            sent,
        ),
        UploadKind::Content { document } => person.send(
            address,
            &RawRequest {
                method: "PUT",
                path: &format!("/documents/{document}/content"),
                headers: &[("Content-Type", plain("application/pdf")), ("If-Match", plain("*"))],
                body: &[bytes],
            },
            sent,
        ),
        UploadKind::Resumed { upload, offset } => person.send(
            address,
            &RawRequest {
                method: "PATCH",
                path: upload,
                headers: &[
                    ("Content-Type", plain("application/offset+octet-stream")),
                    ("Tus-Resumable", plain("1.0.0")),
                    ("Upload-Offset", offset.to_string()),
                ],
                body: &[&bytes[*offset..]],
            },
            sent,
        ),
    }
}

/// An installation whose server is killed repeatedly, and the uploads that it acknowledged.
struct Installation {
    database: TestDatabase,
    folder: TempDir,
    person: Person,
    /// The numbers of the contents that were acknowledged, by the path to download them.
    promised: BTreeMap<String, u64>,
    /// A resumable upload that was interrupted, with the number of its content.
    interrupted: Option<(String, u64)>,
}

impl Installation {
    async fn new() -> Self {
        let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
        let person = Person::register(&Api::start(database.url(), &[])).await;
        Self { database, folder, person, promised: BTreeMap::new(), interrupted: None }
    }

    fn serve(&self) -> Api {
        let folder = self.folder.path().to_str().unwrap();
        Api::start(self.database.url(), &[("PLINTH_STORAGE__PATH", folder)])
    }

    /// Adds the version to the path of an acknowledged resumable upload: the response names only
    /// the document, which may get further versions later.
    async fn pin_versions(&mut self, api: &Api) {
        for (path, number) in std::mem::take(&mut self.promised) {
            let pinned = match path.strip_suffix("/content") {
                Some(document) => {
                    let document = self.person.get(api, document).await;
                    let document = document.json::<serde_json::Value>().await.unwrap();
                    format!("{path}?version={}", document["current"]["id"].as_str().unwrap())
                }
                None => path,
            };
            self.promised.insert(pinned, number);
        }
    }

    /// Chooses the kind of the next upload, in turn.
    async fn choose(&mut self, api: &Api, number: u64) -> (UploadKind, u64) {
        self.pin_versions(api).await;
        let list = self.person.get(api, "/documents").await.json::<serde_json::Value>().await;
        let document = list.unwrap()["data"][0]["id"].as_str().map(str::to_owned);
        match (number % 3, document) {
            (1, Some(document)) => (UploadKind::Content { document }, number),
            (2, _) => self.resume(api, number),
            _ => (UploadKind::Form, number),
        }
    }

    /// Resumes the interrupted upload, or creates one.
    fn resume(&mut self, api: &Api, number: u64) -> (UploadKind, u64) {
        if let Some((upload, number)) = self.interrupted.take() {
            let head = self.ask(api, "HEAD", &upload, &[]);
            let offset = head.header("upload-offset").unwrap().parse().unwrap();
            if offset < LENGTH {
                return (UploadKind::Resumed { upload, offset }, number);
            }
            // All bytes were stored; only the response was lost.
            self.note(UploadKind::Resumed { upload, offset }, number, Some(head));
        }
        let wanted = [
            ("Upload-Length", LENGTH.to_string()),
            ("Upload-Metadata", "filename cGxhbi5wZGY=".to_owned()),
        ];
        let begun = self.ask(api, "POST", "/uploads", &wanted);
        let upload = begun.header("location").unwrap().strip_prefix("/api/v1").unwrap();
        let offset = self.begin(api, upload, &content(number));
        (UploadKind::Resumed { upload: upload.to_owned(), offset }, number)
    }

    /// Sends the first bytes of a resumable upload, so that it can be resumed.
    fn begin(&self, api: &Api, upload: &str, bytes: &[u8]) -> usize {
        let headers = [
            ("Content-Type", "application/offset+octet-stream".to_owned()),
            ("Tus-Resumable", "1.0.0".to_owned()),
            ("Upload-Offset", "0".to_owned()),
        ];
        let sending = RawRequest {
            method: "PATCH",
            path: upload,
            headers: &headers,
            body: &[&bytes[..BEGUN]],
        };
        let answer = self.person.send(&api.address, &sending, &AtomicUsize::new(0)).unwrap();
        assert_eq!(answer.header("upload-offset"), Some(&*BEGUN.to_string()));
        BEGUN
    }

    /// A request of the tus protocol that has no body.
    fn ask(&self, api: &Api, method: &str, path: &str, more: &[(&str, String)]) -> RawResponse {
        let headers = [&[("Tus-Resumable", "1.0.0".to_owned())], more].concat();
        let sending = RawRequest { method, path, headers: &headers, body: &[] };
        self.person.send(&api.address, &sending, &AtomicUsize::new(0)).unwrap()
    }

    /// Runs an upload; with `end`, kills the server during it.
    async fn upload(
        &mut self,
        mut api: Api,
        (way, number): (UploadKind, u64),
        end: Option<KillPoint>,
    ) {
        let (person, address, bytes) = (self.person.clone(), api.address.clone(), content(number));
        let sent = Arc::new(AtomicUsize::new(0));
        let (counted, chosen) = (sent.clone(), way.clone());
        let sending = tokio::task::spawn_blocking(move || {
            upload(&person, &address, &chosen, &bytes, &counted)
        });
        if let Some(end) = &end {
            while sent.load(Ordering::Relaxed) < end.after.min(way.rest()) && !sending.is_finished()
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(end.delay).await;
            api.kill();
        }
        let answer = sending.await.unwrap();
        assert!(end.is_some() || answer.is_ok(), "{answer:?}: {}", api.log());
        self.note(way, number, answer.ok());
    }

    /// Records an acknowledged upload, or an interrupted one that can be resumed.
    fn note(&mut self, way: UploadKind, number: u64, answer: Option<RawResponse>) {
        match (way, answer) {
            (UploadKind::Form | UploadKind::Content { .. }, Some(answer)) => {
                assert!([200, 201].contains(&answer.status), "{answer:?}");
                let document = answer.json();
                let [id, version] =
                    [&document["id"], &document["current"]["id"]].map(|id| id.as_str().unwrap());
                self.promised.insert(format!("/documents/{id}/content?version={version}"), number);
            }
            (UploadKind::Resumed { .. }, Some(answer)) => {
                assert_eq!(answer.status, 204, "{answer:?}");
                assert_eq!(answer.header("upload-offset"), Some(&*LENGTH.to_string()));
                let path = answer.header("plinth-document").unwrap().strip_prefix("/api/v1");
                self.promised.insert(format!("{}/content", path.unwrap()), number);
            }
            (UploadKind::Resumed { upload, .. }, None) => self.interrupted = Some((upload, number)),
            (_, None) => {}
        }
    }

    async fn promises_are_kept(&self, api: &Api) {
        for (path, number) in &self.promised {
            let stored = self.person.get(api, path).await.bytes().await.unwrap();
            assert!(stored == content(*number).as_slice(), "{path}");
        }
        // Other records were committed and their responses lost; they are complete.
        let list = self.person.get(api, "/documents?limit=200").await;
        for document in list.json::<serde_json::Value>().await.unwrap()["data"].as_array().unwrap()
        {
            let path = format!("/documents/{}/content", document["id"].as_str().unwrap());
            let stored = self.person.get(api, &path).await.bytes().await.unwrap();
            assert_eq!(stored.len(), LENGTH);
            let sum = Sha256::digest(&stored);
            let sum = sum.iter().fold(String::new(), |sum, byte| format!("{sum}{byte:02x}"));
            let told = &document["current"]["sha256"];
            assert!(told.is_null() || *told == *sum, "{path}");
        }
    }

    /// Lets all uploads expire, sweeps, and returns the remaining discrepancies.
    async fn swept(&self) -> (Verified, Vec<Discrepancy>) {
        let mut owner = PgConnection::connect(self.database.url()).await.unwrap();
        let expire = "UPDATE uploads SET expires_at = now() - interval '1 second'";
        sqlx::query(expire).execute(&mut owner).await.unwrap();
        let sources = Sources::none()
            .with_variable("DATABASE_URL", self.database.url())
            .with_variable("PLINTH_STORAGE__PATH", self.folder.path().to_str().unwrap());
        let plinth = plinth_bootstrap::assemble(&Settings::load(&sources).unwrap()).await.unwrap();
        plinth.application.sweep().await.unwrap();
        self.age_uploads();
        let mut found = Vec::new();
        let verified = plinth.application.verify_storage(|found_one| found.push(found_one)).await;
        plinth.close().await;
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM uploads").fetch_one(&mut owner).await.unwrap();
        assert_eq!(left, 0, "nothing is left of any upload");
        (verified.unwrap(), found)
    }

    /// Verification skips blobs younger than an hour, so the files are made older.
    fn age_uploads(&self) {
        let hours = ["-c", "find \"$0\" -type f -exec touch -d '2 hours ago' {} +"];
        let touched = Command::new("sh").args(hours).arg(self.folder.path()).status();
        assert!(touched.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_during_uploads_lose_nothing_that_was_acknowledged() {
    let mut installation = Installation::new().await;
    let seed = RandomState::new();
    let api = installation.serve();
    installation.upload(api, (UploadKind::Form, 0), None).await;
    for number in 1..=KILLS {
        let api = installation.serve();
        let upload = installation.choose(&api, number).await;
        let end = KillPoint::some(&seed, number);
        println!("{number}: {upload:?}, {end:?}");
        installation.upload(api, upload, Some(end)).await;
    }
    // The interrupted upload is resumed to its end.
    let api = installation.serve();
    let last = installation.resume(&api, KILLS + 1);
    installation.upload(api, last, None).await;

    let mut api = installation.serve();
    installation.promises_are_kept(&api).await;
    api.terminate();
    assert_eq!(api.exit_code(), Some(0), "{}", api.log());
    let (verified, found) = installation.swept().await;
    assert_eq!(found, []);
    assert_eq!(verified.blobs, verified.versions);
    installation.database.drop().await;
}
