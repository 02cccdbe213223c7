//! `plinth upload`.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::Stdio,
};

use serde_json::Value;

use super::{json, line::Line, log_in, run};
use crate::{
    running::Running,
    support::{Killed, Scratch, eventually},
};

/// A PDF of one page.
const FILE: &str = "../adapters/inspect/tests/fixtures/plan.pdf";

#[tokio::test]
async fn files_become_documents_and_one_that_cannot_be_read_does_not_stop_the_others() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    log_in(&scratch, &running.base).well();
    let plan = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE)).unwrap();
    fs::write(scratch.path().join("plän.pdf"), &plan).unwrap();
    fs::write(scratch.path().join("empty.bin"), b"").unwrap();
    let project = json(&scratch, &["list", "projects", "-q", "HRB-7"])[0]["id"].clone();
    let project = project.as_str().unwrap();

    let upload = ["upload", "missing.pdf", "plän.pdf", "--project", project, "--wait"];
    let uploaded = run(&scratch, &[&upload[..], &["--output", "json"]].concat());
    assert!(!uploaded.stderr.contains('\r'), "no bar without a terminal: {}", uploaded.stderr);
    assert!(
        uploaded.stderr.contains("error: missing.pdf: it cannot be read"),
        "{}",
        uploaded.stderr
    );
    assert_eq!(uploaded.code, Some(1));
    let document: Value = serde_json::from_str(&uploaded.stdout).unwrap();
    assert_eq!((&document["name"], &document["status"]), (&"plän.pdf".into(), &"ready".into()));
    assert_eq!(document["project_id"], project);

    let id = format!("id={}", document["id"].as_str().unwrap());
    run(&scratch, &["call", "get_document_content", &id, "--out", "back.pdf"]).well();
    assert_eq!(fs::read(scratch.path().join("back.pdf")).unwrap(), plan);
    let told = run(&scratch, &["upload", "plän.pdf"]).well();
    assert!(told.ends_with("  plän.pdf\n"), "{told}");
    drop(running);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_cut_and_after_the_end_of_the_program() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    let line = Line::to(&running.base);
    log_in(&scratch, &line.base).well();
    let content: Vec<u8> = (0..=250).cycle().take(80 << 20).collect();
    fs::write(scratch.path().join("model.bin"), &content).unwrap();

    // Cut while bytes go over it.
    let mut child = scratch.plinth(&["upload", "model.bin", "--output", "json"]);
    let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = Killed(child);
    let begun = scratch.path().join("config/plinth/uploads.json");
    eventually("the upload has begun", || begun.exists());
    std::thread::sleep(std::time::Duration::from_millis(300));
    line.cut();
    let mut told = String::new();
    BufReader::new(child.0.stderr.take().unwrap()).read_line(&mut told).unwrap();
    assert!(told.contains("model.bin goes on in 1 s"), "{told}");

    // Ended, and begun again by another process.
    drop(child);
    let upload = fs::read_to_string(&begun).unwrap();
    let printed = run(&scratch, &["upload", "--resume", "model.bin", "--output", "json"]).well();
    let document: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(document["current"]["size_bytes"], content.len());
    assert!(upload.contains("model.bin"), "{upload}");
    assert_eq!(fs::read_to_string(&begun).unwrap(), "[]");
    let id = format!("id={}", document["id"].as_str().unwrap());
    run(&scratch, &["call", "get_document_content", &id, "--out", "back.bin"]).well();
    let mut back = Vec::new();
    fs::File::open(scratch.path().join("back.bin")).unwrap().read_to_end(&mut back).unwrap();
    assert!(back == content, "the bytes are the same");
    drop(running);
}
