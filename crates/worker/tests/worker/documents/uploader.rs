//! A member of an organization who uploads files, and reads the findings.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::{TryStreamExt, stream};
use plinth_application::{
    Caller, Rendered,
    documents::{Download, GetDocument, ListDocuments, OpenContent, OpenThumbnail},
    identity::Registration,
    jobs::GetJob,
    uploads::{NewFile, UploadBody, UploadSource},
};
use plinth_bootstrap::Plinth;
use plinth_domain::{
    Access, BlobKey, BlobLocation, Document, DocumentDraft, Email, Job, JsonObject, Name, Password,
    ThumbnailSize,
};
use plinth_ports::{
    Direction, DocumentFilter, DocumentSort, Origin, PageRequest, Search, Sort, StoredReply,
};
use plinth_settings::{Settings, Sources};
use plinth_testkit::TestDatabase;
use tempfile::TempDir;

use super::worker::Worker;

/// How long a file may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(2);

/// A file that another program has created.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../adapters/inspect/tests/fixtures");
    fs::read(folder.join(name)).unwrap()
}

/// A member of an organization, with a separate database and folder.
pub struct Uploader {
    database: TestDatabase,
    folder: TempDir,
    plinth: Plinth,
    caller: Caller,
}

impl Uploader {
    pub async fn new() -> Self {
        let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
        let sources = variables(&database, &folder)
            .into_iter()
            .fold(Sources::none(), |sources, (name, value)| sources.with_variable(name, value));
        let plinth = plinth_bootstrap::assemble(&Settings::load(&sources).unwrap()).await.unwrap();
        let name = || Name::parse("Harbour Works").unwrap();
        let registration = Registration {
            email: Email::parse("ada@example.com").unwrap(),
            password: Password::parse("correct horse battery".to_owned()).unwrap(),
            name: name(),
            organization: name(),
            slug: None,
        };
        let origin = Origin::default();
        let known = plinth.application.register(&origin, registration).await.unwrap();
        let access = Access::of_member(&known.membership);
        let caller = Caller { access, credential: [0; 32], origin };
        Self { database, folder, plinth, caller }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The settings of its worker.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        variables(&self.database, &self.folder)
    }

    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> Document {
        let name = Name::parse(name).unwrap();
        let draft = DocumentDraft { name, project: None, metadata: JsonObject::default() };
        let (app, caller) = (&self.plinth.application, &self.caller);
        let body = stream::iter([Ok::<_, plinth_application::Error>(Bytes::from(bytes))]);
        let (created, document) = std::sync::mpsc::channel();
        let render = move |document: &Document| {
            created.send(document.clone()).unwrap();
            let reply = StoredReply { status: 201, etag: None, location: None, body: Vec::new() };
            Ok(Rendered { reply, redacted: None })
        };
        let body = UploadBody { bytes: body, is_named: true, complete: || None };
        let source = UploadSource::default();
        let (slot, file) = (app.reserve_upload(caller).await.unwrap(), NewFile { draft, source });
        app.upload_document(caller, slot, file, body, None, render).await.unwrap();
        document.recv().unwrap()
    }

    /// Waits until the processing has ended, and returns the document.
    pub async fn settled(&self, uploaded: &Document, worker: &Worker) -> Document {
        let began = Instant::now();
        loop {
            let get = GetDocument { id: uploaded.id };
            let document = self.plinth.application.query(&self.caller, get).await.unwrap();
            if !["pending", "processing"].contains(&document.current.processing.name()) {
                return document;
            }
            assert!(began.elapsed() < TIMEOUT, "{document:?}: {}", worker.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for the end of the document's job, and returns it.
    pub async fn job(&self, document: &Document, worker: &Worker) -> Job {
        let began = Instant::now();
        loop {
            let get = GetJob { id: document.current.job };
            let job = self.plinth.application.query(&self.caller, get).await.unwrap();
            if job.finished_at.is_some() {
                return job;
            }
            assert!(began.elapsed() < TIMEOUT, "{job:?}: {}", worker.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The names of the documents that a search finds.
    pub async fn found(&self, words: &str) -> Vec<String> {
        let search = Some(Search::new(words, true));
        let filter = DocumentFilter { search, ..DocumentFilter::default() };
        let sort = Sort { by: DocumentSort::Name, direction: Direction::Ascending };
        let list = ListDocuments { filter, page: PageRequest::first(50, sort) };
        let page = self.plinth.application.query(&self.caller, list).await.unwrap();
        page.items.iter().map(|document| document.name.as_str().to_owned()).collect()
    }

    /// The bytes, and whether a browser may show them in place.
    pub async fn download(&self, document: &Document) -> (Vec<u8>, bool) {
        let open = OpenContent { id: document.id, version: None };
        let content = self.plinth.application.query(&self.caller, open).await.unwrap();
        (self.read(&content).await, content.is_inline())
    }

    pub async fn thumbnail(&self, document: &Document, size: ThumbnailSize) -> Vec<u8> {
        let open = OpenThumbnail { id: document.id, size };
        self.read(&self.plinth.application.query(&self.caller, open).await.unwrap()).await
    }

    async fn read(&self, download: &Download) -> Vec<u8> {
        let bytes = self.plinth.application.read(download, None).await.unwrap();
        let bytes: Vec<Bytes> = bytes.try_collect().await.unwrap();
        bytes.concat()
    }

    /// Changes one byte in the middle of the stored file.
    pub fn change_a_byte(&self, document: &Document) {
        let place = BlobLocation::Content(document.id, document.current.id);
        let key = BlobKey::new(document.organization, place).to_string();
        let file = blobs(&self.folder).join(key);
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&file, bytes).unwrap();
    }

    pub async fn close(self) {
        self.plinth.close().await;
        self.database.drop().await;
    }
}

fn blobs(folder: &TempDir) -> PathBuf {
    folder.path().join("blobs")
}

fn variables(database: &TestDatabase, folder: &TempDir) -> [(&'static str, String); 2] {
    let blobs = blobs(folder).to_str().unwrap().to_owned();
    [("DATABASE_URL", database.url().to_owned()), ("PLINTH_STORAGE__PATH", blobs)]
}
