use std::{path::Path, sync::Mutex};

use bytes::Bytes;
use futures::{StreamExt, stream};
use plinth_domain::ContentType;
use plinth_inspect::{COMMAND, Limits, Program, SandboxedInspector};
use plinth_ports::{ByteStream, Findings, Inspection, Inspector, Unreadable};
use serde_json::Value;

/// The program that reads files.
pub fn program() -> Program {
    Program { path: env!("CARGO_BIN_EXE_plinth-inspect").into(), arguments: vec![COMMAND.into()] }
}

/// A shell script in place of the program.
pub fn shell(script: &str) -> Program {
    let arguments = ["-c".into(), script.into()];
    Program { path: "/bin/sh".into(), arguments: arguments.into() }
}

pub fn inspector() -> SandboxedInspector {
    SandboxedInspector::new(program(), Limits::default())
}

/// A file that `fixtures/make.py` generated.
pub fn fixture(name: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    std::fs::read(fixtures.join(name)).unwrap()
}

/// A PDF that `fixtures/make_pdfs.py` generated, or that was written by hand.
pub fn pdf(name: &str) -> Vec<u8> {
    fixture(&format!("pdf/{name}.pdf"))
}

/// The text of such a PDF.
pub async fn text(name: &str) -> String {
    let (findings, properties) = findings(&pdf(name)).await;
    assert_eq!(properties.get("text_truncated"), None, "{name}");
    findings.text.unwrap_or_default()
}

/// A stream of `bytes` in pieces.
pub fn pieces(bytes: &[u8]) -> ByteStream {
    let pieces: Vec<_> =
        bytes.chunks(1000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces).boxed()
}

/// Inspects a file, and asserts that the progress increases up to 100.
pub async fn inspect_with(
    inspector: &SandboxedInspector,
    bytes: &[u8],
    content_type: ContentType,
) -> Inspection {
    let heard = Mutex::new(Vec::new());
    let progress = |percent| heard.lock().unwrap().push(percent);
    let inspection = inspector.inspect(pieces(bytes), content_type, &progress).await.unwrap();
    let heard = heard.into_inner().unwrap();
    assert!(heard.is_sorted() && heard.last() == Some(&100), "{heard:?}");
    inspection
}

/// Inspects a file with the type that its first bytes declare.
pub async fn inspect(bytes: &[u8]) -> Inspection {
    inspect_with(&inspector(), bytes, ContentType::sniff(bytes)).await
}

/// The findings of a valid file, and its properties.
pub async fn findings(bytes: &[u8]) -> (Findings, Value) {
    let findings = inspect(bytes).await.findings.unwrap();
    let properties = serde_json::from_str(findings.properties.as_str()).unwrap();
    (findings, properties)
}

/// Inspects a file and returns its refusal.
pub async fn refusal(bytes: &[u8]) -> Unreadable {
    inspect(bytes).await.findings.unwrap_err()
}
