//! Documents in the memory adapters.

use futures::stream;
use plinth_application::{Caller, Error, Rendered, uploads::UploadSource};
use plinth_domain::{Document, DocumentDraft, DocumentId, JobId, JsonObject, Name, Processing};
use plinth_ports::{Origin, Store, StoredReply};

use super::Fixture;

impl Fixture {
    /// Uploads a small PDF. Returns the document and its job.
    pub async fn upload(&self) -> (DocumentId, JobId) {
        let caller = Caller { access: self.access, credential: [0; 32], origin: Origin::default() };
        let (name, metadata) = (Name::parse("plan.pdf").unwrap(), JsonObject::default());
        let draft = DocumentDraft { name, project: None, metadata };
        let bytes = stream::once(async { Ok::<_, Error>(b"%PDF-1.7\n%%EOF\n".to_vec().into()) });
        let (created, document) = std::sync::mpsc::channel();
        let render = move |document: &Document| {
            created.send((document.id, document.current.job)).unwrap();
            let reply = StoredReply { status: 201, etag: None, location: None, body: Vec::new() };
            Ok(Rendered { reply, redacted: None })
        };
        let uploaded = self.application.upload_document(
            &caller,
            draft,
            UploadSource::default(),
            bytes,
            None,
            render,
        );
        uploaded.await.unwrap();
        document.recv().unwrap()
    }

    pub async fn processing(&self, document: DocumentId) -> Processing {
        let mut view = self.store.read(self.scope).await.unwrap();
        view.documents().find(document).await.unwrap().unwrap().current.processing
    }
}
