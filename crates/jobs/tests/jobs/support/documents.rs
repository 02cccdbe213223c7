//! Documents in the memory adapters.

use std::time::Duration;

use futures::stream;
use plinth_application::{
    Caller, Error, Rendered,
    uploads::{NewFile, UploadBody, UploadSource},
};
use plinth_domain::{
    Document, DocumentDraft, DocumentId, DocumentVersion, Job, JobId, JsonObject, Name, Processing,
};
use plinth_ports::{
    Direction, JobFilter, JobSort, Origin, PageRequest, Sort, SortKey, Store, StoredReply,
};

use super::{Fixture, TIMEOUT};

impl Fixture {
    pub fn caller(&self) -> Caller {
        Caller { access: self.access, credential: [0; 32], origin: Origin::default() }
    }

    /// Replaces the payload of a job by one that no handler can decode.
    pub async fn spoil_payload(&self, id: JobId) {
        self.change(id, |job| Job { payload: JsonObject::default(), ..job }).await;
    }

    /// Leaves the job one attempt.
    pub async fn leave_one_attempt(&self, id: JobId) {
        self.change(id, |job| Job { max_attempts: 1, ..job }).await;
    }

    async fn change(&self, id: JobId, change: impl FnOnce(Job) -> Job) {
        let job = change(self.find(id).await);
        let revision = job.revision.next(job.revision.updated_at);
        let mut unit = Store::begin(&self.store, self.scope).await.unwrap();
        unit.jobs().update(&Job { revision, ..job }).await.unwrap();
        unit.commit().await.unwrap();
    }

    /// Waits until every job of the kind has ended, and there is one.
    pub async fn until_all_ended(&self, kind: &str) {
        let filter = JobFilter { kind: kind.to_owned().into(), ..JobFilter::default() };
        let sort = Sort { by: JobSort::ALL[0], direction: Direction::Ascending };
        let page = PageRequest::first(200, sort);
        let look = async {
            loop {
                let mut view = self.store.read(self.scope).await.unwrap();
                let jobs = view.jobs().list(&filter, &page).await.unwrap().items;
                drop(view);
                if !jobs.is_empty() && jobs.iter().all(|job| !job.state.is_open()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, look).await.unwrap();
    }

    /// Uploads a small PDF. Returns the document and its job.
    pub async fn upload(&self) -> (DocumentId, JobId) {
        self.upload_file("plan.pdf", b"%PDF-1.7\n%%EOF\n").await
    }

    /// Uploads a file. Returns the document and its job.
    pub async fn upload_file(&self, name: &str, content: &[u8]) -> (DocumentId, JobId) {
        let caller = self.caller();
        let (name, metadata) = (Name::parse(name).unwrap(), JsonObject::default());
        let draft = DocumentDraft { name, project: None, metadata };
        let content = content.to_vec();
        let bytes = stream::once(async { Ok::<_, Error>(content.into()) });
        let (created, document) = std::sync::mpsc::channel();
        let render = move |document: &Document| {
            created.send((document.id, document.current.job)).unwrap();
            let reply = StoredReply { status: 201, etag: None, location: None, body: Vec::new() };
            Ok(Rendered { reply, redacted: None })
        };
        let uploaded = self.application.upload_document(
            &caller,
            self.application.reserve_upload(&caller).await.unwrap(),
            NewFile { draft, source: UploadSource::default() },
            UploadBody { bytes, is_named: true, complete: || None },
            None,
            render,
        );
        uploaded.await.unwrap();
        document.recv().unwrap()
    }

    pub async fn processing(&self, document: DocumentId) -> Processing {
        self.version(document).await.processing
    }

    /// The newest version of a document.
    pub async fn version(&self, document: DocumentId) -> DocumentVersion {
        let mut view = self.store.read(self.scope).await.unwrap();
        view.documents().find(document).await.unwrap().unwrap().current
    }
}
