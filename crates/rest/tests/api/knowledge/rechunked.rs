//! Documents whose texts were stored before there were chunks.

use std::sync::Arc;

use async_trait::async_trait;
use futures::StreamExt;
use plinth_domain::ContentType;
use plinth_jobs::{AllDocumentsEmbedder, DocumentChunker, Handlers};
use plinth_ports::{ByteStream, Findings, Inspection, Inspector, InspectorError};
use sqlx::{Connection, Executor, PgConnection};

use super::{Library, choose, search, titles};

/// Says that the text of a file is its bytes.
struct Reader;

#[async_trait]
impl Inspector for Reader {
    async fn inspect(
        &self,
        mut content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let mut bytes = Vec::new();
        while let Some(piece) = content.next().await {
            bytes.extend_from_slice(&piece.unwrap());
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let findings = Ok(Findings { text: Some(text), ..Findings::default() });
        Ok(Inspection { sha256: [0; 32], size_bytes: bytes.len() as u64, findings })
    }
}

#[tokio::test]
async fn documents_without_chunks_get_them_with_the_first_embedding_model() {
    let library = Library::new().await;
    let owner = &library.owner;
    library.document(owner, "Old.pdf", "frost").await;
    library.document(owner, "New.pdf", "payment").await;
    let url = library.app.database.as_ref().unwrap().url();
    let mut admin = PgConnection::connect(url).await.unwrap();
    let old = "DELETE FROM document_chunks USING documents d WHERE d.id = document_id AND d.name = 'Old.pdf'";
    assert_eq!(admin.execute(old).await.unwrap().rows_affected(), 1);
    let chunker = DocumentChunker::new(Arc::new(Reader), Arc::new(library.app.blobs.clone()));
    let _worker = library.app.worker(Handlers::new().with(chunker).with(AllDocumentsEmbedder));
    choose(owner, &library.model(owner, "vectors").await).await;
    library.done(owner, "document.chunk,document.embed,document.embed_all").await;
    assert_eq!(owner.list("/jobs?kind=document.chunk").await.len(), 1);
    let found = search(owner, "q=how+cold").await;
    assert_eq!(titles(&found), [("document", "Old.pdf"), ("document", "New.pdf")]);
    assert_eq!(found["data"][0]["highlights"][0]["text"], "%PDF-1.7 Old.pdf frost");
}
