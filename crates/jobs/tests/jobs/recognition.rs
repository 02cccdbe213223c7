//! E-invoices are recognized among documents.

use std::sync::Arc;

use async_trait::async_trait;
use futures::TryStreamExt;
use plinth_domain::{ContentType, JobState, JsonObject, Processing};
use plinth_jobs::{DocumentProcessor, Handlers};
use plinth_ports::{ByteStream, Findings, Inspection, Inspector, InspectorError};
use serde_json::{Value, json};

use crate::support::{DirectReader, Fixture};

const UBL: &str = include_str!("../../../e-documents/tests/e_documents/fixtures/invoice-ubl.xml");

/// Finds the same in every file, which has this hash.
struct Plain([u8; 32]);

#[async_trait]
impl Inspector for Plain {
    async fn inspect(
        &self,
        content: ByteStream,
        _content_type: ContentType,
        _progress: &(dyn Fn(u8) + Send + Sync),
    ) -> Result<Inspection, InspectorError> {
        let bytes: Vec<_> =
            content.try_collect().await.map_err(|error| InspectorError(error.into()))?;
        let size_bytes = bytes.iter().map(|piece| piece.len() as u64).sum();
        let properties = JsonObject::from_parsed("{\"pages\": 1}".to_owned());
        let findings = Findings { properties, ..Findings::default() };
        Ok(Inspection { sha256: self.0, size_bytes, findings: Ok(findings) })
    }
}

/// The properties that processing finds.
async fn properties(name: &str, content: &[u8]) -> Value {
    let fixture = Fixture::new().await;
    let (document, job) = fixture.upload_file(name, content).await;
    let hash = fixture.version(document).await.sha256.unwrap();
    let (inspector, reader) = (Arc::new(Plain(hash)), Arc::new(DirectReader));
    let processor = DocumentProcessor::new(inspector, reader, Arc::clone(&fixture.blobs), 1);
    let worker = fixture.worker(Handlers::new().with(processor));
    fixture.until(job, JobState::Succeeded).await;
    worker.stop().await;
    let version = fixture.version(document).await;
    assert_eq!(version.processing, Processing::Ready);
    serde_json::from_str(version.properties.as_str()).unwrap()
}

#[tokio::test]
async fn what_an_e_invoice_says_is_a_property_of_its_document() {
    let about = json!({
        "syntax": "ubl", "number": "L-4711/26", "type_code": "380", "issued_on": "2026-11-20",
        "seller": "Beton Nord GmbH & Co. KG",
        "gross": {"amount_minor": 142_040, "currency": "EUR"},
        "due": {"amount_minor": 100_000, "currency": "EUR"},
        "warnings": 0,
    });
    let found = properties("invoice.xml", UBL.as_bytes()).await;
    assert_eq!(found, json!({"pages": 1, "e_invoice": about}));
    let wide: Vec<u8> = std::iter::once(0xFEFF_u16)
        .chain(UBL.replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(properties("invoice.xml", &wide).await["e_invoice"], about);
}

#[tokio::test]
async fn a_file_without_an_e_invoice_is_ready_all_the_same() {
    for (name, content) in [
        ("note.txt", b"Hello".as_slice()),
        ("note.xml", b"<note>Hello</note>"),
        ("broken.xml", b"<Invoice"),
        ("bomb.xml", b"<!DOCTYPE a [<!ENTITY b \"c\">]><Invoice>&b;</Invoice>"),
        ("plan.pdf", b"%PDF-1.7\n%%EOF\n"),
    ] {
        assert_eq!(properties(name, content).await, json!({"pages": 1}), "{name}");
    }
}
