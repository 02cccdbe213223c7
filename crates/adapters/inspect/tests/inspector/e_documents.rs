use std::{fs, path::Path};

use bytes::Bytes;
use plinth_domain::ContentType;
use plinth_e_documents as direct;
use plinth_inspect::{Limits, SandboxedEDocumentReader};
use plinth_ports::e_documents::EDocumentReader;

use crate::support::{program, shell};

/// What the child may have in these tests. Little is enough for every XML.
const MEMORY_BYTES: u64 = 256 * 1024 * 1024;

fn reader() -> SandboxedEDocumentReader {
    let limits = Limits { memory_bytes: MEMORY_BYTES, ..Limits::default() };
    SandboxedEDocumentReader::new(program(), limits)
}

/// A document of the tests of the crate that reads them.
fn document(name: &str) -> Bytes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("../../e-documents/tests/e_documents/fixtures");
    fs::read(folder.join(name)).unwrap().into()
}

/// The codes by which the child refuses a document as a statement and as an invoice.
async fn codes(content: impl Into<Bytes>) -> [&'static str; 2] {
    let content = content.into();
    let statement = reader().read_statement(content.clone()).await.unwrap().unwrap_err();
    let invoice = reader().read_invoice(content, ContentType::Other).await.unwrap().unwrap_err();
    for refusal in [&statement, &invoice] {
        assert!(!refusal.detail.is_empty() && refusal.detail.len() <= 300);
    }
    [statement.code.name(), invoice.code.name()]
}

#[tokio::test]
async fn a_statement_comes_out_of_the_child_as_it_was_read() {
    for name in ["camt-02.xml", "camt-08.xml"] {
        let content = document(name);
        let read = reader().read_statement(content.clone()).await.unwrap().unwrap();
        assert_eq!(read, direct::read_statement(&content).unwrap());
        assert_eq!(read[0].transactions.len(), 6);
    }
}

#[tokio::test]
async fn an_invoice_comes_out_of_the_child_as_it_was_read() {
    for name in ["invoice-ubl.xml", "credit-note-ubl.xml", "invoice-cii.xml"] {
        let content = document(name);
        let read = reader().read_invoice(content.clone(), ContentType::Other).await.unwrap();
        assert_eq!(read, direct::read_invoice(&content, ContentType::Other));
        assert!(!read.unwrap().lines.is_empty());
    }
}

#[tokio::test]
async fn a_document_that_is_made_to_harm_is_refused_with_little_memory() {
    let laughs = "<!DOCTYPE l [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;'>]><l>&b;</l>";
    assert_eq!(codes(laughs).await, ["document.unsupported"; 2]);
    let outside = "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d>&x;</d>";
    assert_eq!(codes(outside).await, ["document.unsupported"; 2]);
    let large = format!("<d>{}</d>", "x".repeat(50 * 1024 * 1024));
    assert_eq!(codes(large).await, ["document.too_complex"; 2]);
    let attributes: Vec<_> = (0..60_000).map(|n| format!(" a{n}='1'")).collect();
    assert_eq!(codes(format!("<d{}/>", attributes.concat())).await, ["document.too_complex"; 2]);
    let many = format!("<d>{}</d>", "<e/>".repeat(3_000_000));
    assert_eq!(codes(many).await, ["document.too_complex"; 2]);
    let many = format!("<d>{}</d>", "<e/>".repeat(1_200_000));
    assert_eq!(codes(many).await, ["document.too_complex"; 2]);
    assert_eq!(codes("<d>".repeat(1_000_000)).await, ["document.too_complex"; 2]);
    assert_eq!(codes("<Document xmlns='urn:x'/>").await, ["document.unsupported"; 2]);
    assert_eq!(codes("").await, ["document.malformed"; 2]);
    // The child of the next document knows nothing of these.
    assert!(reader().read_statement(document("camt-08.xml")).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_pdf_that_is_no_pdf_or_too_large_is_refused() {
    let code = async |content: Vec<u8>| {
        let read = reader().read_invoice(content.into(), ContentType::Pdf).await.unwrap();
        read.unwrap_err().code.name()
    };
    assert_eq!(code(b"%PDF-1.7".to_vec()).await, "document.malformed");
    assert_eq!(code(vec![0; 65 * 1024 * 1024]).await, "document.too_complex");
    let deep =
        format!("%PDF-1.7\n1 0 obj\n{}{}\nendobj\n", "[".repeat(500_000), "]".repeat(500_000));
    let deep = code(deep.into_bytes()).await;
    assert!(["document.malformed", "document.too_complex"].contains(&deep), "{deep}");
}

#[tokio::test]
async fn the_largest_reply_fits() {
    let text = "\"".repeat(300);
    let part = "<TxDtls><Amt Ccy='EUR'>1</Amt><Refs/></TxDtls>".repeat(20_000);
    let entry = format!(
        "<Ntry><NtryRef>{text}</NtryRef><Amt Ccy='EUR'>20000</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Sts>BOOK</Sts><BookgDt><Dt>2026-11-27</Dt></BookgDt><AcctSvcrRef>{text}</AcctSvcrRef>\
         <NtryDtls>{part}</NtryDtls><AddtlNtryInf>{text}</AddtlNtryInf></Ntry>"
    );
    let message = format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt>\
         <Id>1</Id>{entry}</Stmt></BkToCstmrStmt></Document>"
    );
    let statements = reader().read_statement(message.into()).await.unwrap().unwrap();
    assert_eq!((statements[0].transactions.len(), statements[0].warnings.len()), (20_000, 0));
}

#[tokio::test]
async fn a_child_that_replies_something_else_gives_no_answer_about_the_document() {
    let script =
        "echo '{\"confined\":{\"seccomp\":false,\"landlock\":false}}'; echo '{\"progress\":1}'";
    let reader = SandboxedEDocumentReader::new(shell(script), Limits::default());
    assert!(reader.read_statement(Bytes::new()).await.is_err());
    assert!(reader.read_invoice(Bytes::new(), ContentType::Other).await.is_err());
}
