//! The server killed in the middle of uploads: what it has acknowledged is there, what it has not
//! can go on, and abandoned work leaves nothing behind.

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
    wire::{Answer, FORM, Person, Sending, form},
};

const KILLS: u64 = 20;
const LENGTH: usize = 30_000_000;
/// More than one part of what is sent in several requests, and less than two.
const BEGUN: usize = 10_000_000;

/// How far apart the number of a content stands in it.
const STAMPED: usize = 4096;

/// A PDF by its first bytes, unlike that of any other number.
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

/// Bytes that do not repeat. They are made once: that takes a debug build most of a second.
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

/// When the server is killed: after so many bytes of a body, and some time.
#[derive(Debug)]
struct End {
    after: usize,
    delay: Duration,
}

impl End {
    /// Anywhere in the body, and one time in four around its end.
    fn some(seed: &RandomState, number: u64) -> Self {
        let random = usize::try_from(seed.hash_one(number) >> 16).unwrap();
        let (after, delay) = match random % 4 {
            0 => (LENGTH, random / 4 % 150),
            _ => (random / 4 % LENGTH, 0),
        };
        Self { after, delay: Duration::from_millis(delay as u64) }
    }
}

/// The ways in.
#[derive(Debug, Clone)]
enum Way {
    Form,
    Content { document: String },
    Resumed { upload: String, offset: usize },
}

impl Way {
    /// How many bytes are to go.
    fn rest(&self) -> usize {
        match self {
            Self::Resumed { offset, .. } => LENGTH - offset,
            Self::Form | Self::Content { .. } => LENGTH,
        }
    }
}

/// One upload over the wire.
fn upload(
    person: &Person,
    address: &str,
    way: &Way,
    bytes: &[u8],
    sent: &AtomicUsize,
) -> io::Result<Answer> {
    let (head, tail) = form("plan.pdf");
    let plain = |text: &str| text.to_owned();
    match way {
        Way::Form => person.send(
            address,
            &Sending {
                method: "POST",
                path: "/documents",
                headers: &[("Content-Type", plain(FORM))],
                body: &[head.as_bytes(), bytes, tail.as_bytes()],
            },
            sent,
        ),
        Way::Content { document } => person.send(
            address,
            &Sending {
                method: "PUT",
                path: &format!("/documents/{document}/content"),
                headers: &[("Content-Type", plain("application/pdf")), ("If-Match", plain("*"))],
                body: &[bytes],
            },
            sent,
        ),
        Way::Resumed { upload, offset } => person.send(
            address,
            &Sending {
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

/// An installation whose server dies again and again, and what it has promised.
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

    /// Adds the version to what a resumable upload promised: its answer names the document only,
    /// which may get further versions from here on.
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

    /// Where a new document or version is to go, by turns.
    async fn choose(&mut self, api: &Api, number: u64) -> (Way, u64) {
        self.pin_versions(api).await;
        let list = self.person.get(api, "/documents").await.json::<serde_json::Value>().await;
        let document = list.unwrap()["data"][0]["id"].as_str().map(str::to_owned);
        match (number % 3, document) {
            (1, Some(document)) => (Way::Content { document }, number),
            (2, _) => self.resume(api, number),
            _ => (Way::Form, number),
        }
    }

    /// Goes on with the resumable upload that was interrupted, or begins one.
    fn resume(&mut self, api: &Api, number: u64) -> (Way, u64) {
        if let Some((upload, number)) = self.interrupted.take() {
            let head = self.ask(api, "HEAD", &upload, &[]);
            let offset = head.header("upload-offset").unwrap().parse().unwrap();
            if offset < LENGTH {
                return (Way::Resumed { upload, offset }, number);
            }
            // All was there; only the answer was lost.
            self.note(Way::Resumed { upload, offset }, number, Some(head));
        }
        let wanted = [
            ("Upload-Length", LENGTH.to_string()),
            ("Upload-Metadata", "filename cGxhbi5wZGY=".to_owned()),
        ];
        let begun = self.ask(api, "POST", "/uploads", &wanted);
        let upload = begun.header("location").unwrap().strip_prefix("/api/v1").unwrap();
        let offset = self.begin(api, upload, &content(number));
        (Way::Resumed { upload: upload.to_owned(), offset }, number)
    }

    /// Sends enough of a resumable upload that there is something to go on from.
    fn begin(&self, api: &Api, upload: &str, bytes: &[u8]) -> usize {
        let headers = [
            ("Content-Type", "application/offset+octet-stream".to_owned()),
            ("Tus-Resumable", "1.0.0".to_owned()),
            ("Upload-Offset", "0".to_owned()),
        ];
        let sending =
            Sending { method: "PATCH", path: upload, headers: &headers, body: &[&bytes[..BEGUN]] };
        let answer = self.person.send(&api.address, &sending, &AtomicUsize::new(0)).unwrap();
        assert_eq!(answer.header("upload-offset"), Some(&*BEGUN.to_string()));
        BEGUN
    }

    /// A request of the tus protocol that has no body.
    fn ask(&self, api: &Api, method: &str, path: &str, more: &[(&str, String)]) -> Answer {
        let headers = [&[("Tus-Resumable", "1.0.0".to_owned())], more].concat();
        let sending = Sending { method, path, headers: &headers, body: &[] };
        self.person.send(&api.address, &sending, &AtomicUsize::new(0)).unwrap()
    }

    /// Uploads, and kills the server at some moment, or not at all.
    async fn upload(&mut self, mut api: Api, (way, number): (Way, u64), end: Option<End>) {
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

    /// Remembers what was acknowledged, and what was not and can go on.
    fn note(&mut self, way: Way, number: u64, answer: Option<Answer>) {
        match (way, answer) {
            (Way::Form | Way::Content { .. }, Some(answer)) => {
                assert!([200, 201].contains(&answer.status), "{answer:?}");
                let document = answer.json();
                let [id, version] =
                    [&document["id"], &document["current"]["id"]].map(|id| id.as_str().unwrap());
                self.promised.insert(format!("/documents/{id}/content?version={version}"), number);
            }
            (Way::Resumed { .. }, Some(answer)) => {
                assert_eq!(answer.status, 204, "{answer:?}");
                assert_eq!(answer.header("upload-offset"), Some(&*LENGTH.to_string()));
                let path = answer.header("plinth-document").unwrap().strip_prefix("/api/v1");
                self.promised.insert(format!("{}/content", path.unwrap()), number);
            }
            (Way::Resumed { upload, .. }, None) => self.interrupted = Some((upload, number)),
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

    /// Lets all uploads expire, sweeps, and answers what does not fit together then.
    async fn swept(&self) -> (Verified, Vec<Discrepancy>) {
        let mut owner = PgConnection::connect(self.database.url()).await.unwrap();
        let expire = "UPDATE uploads SET expires_at = now() - interval '1 second'";
        sqlx::query(expire).execute(&mut owner).await.unwrap();
        let sources = Sources::none()
            .with_variable("DATABASE_URL", self.database.url())
            .with_variable("PLINTH_STORAGE__PATH", self.folder.path().to_str().unwrap());
        let plinth = plinth_bootstrap::assemble(&Settings::load(&sources).unwrap()).await.unwrap();
        plinth.application.sweep().await.unwrap();
        self.grow_old();
        let mut found = Vec::new();
        let verified = plinth.application.verify_storage(|found_one| found.push(found_one)).await;
        plinth.close().await;
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM uploads").fetch_one(&mut owner).await.unwrap();
        assert_eq!(left, 0, "nothing is left of any upload");
        (verified.unwrap(), found)
    }

    /// What is young is not judged.
    fn grow_old(&self) {
        let hours = ["-c", "find \"$0\" -type f -exec touch -d '2 hours ago' {} +"];
        let touched = Command::new("sh").args(hours).arg(self.folder.path()).status();
        assert!(touched.unwrap().success());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_in_the_middle_of_uploads_lose_nothing_that_was_acknowledged() {
    let mut installation = Installation::new().await;
    let seed = RandomState::new();
    let api = installation.serve();
    installation.upload(api, (Way::Form, 0), None).await;
    for number in 1..=KILLS {
        let api = installation.serve();
        let upload = installation.choose(&api, number).await;
        let end = End::some(&seed, number);
        println!("{number}: {upload:?}, {end:?}");
        installation.upload(api, upload, Some(end)).await;
    }
    // What can go on does, to its end.
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
