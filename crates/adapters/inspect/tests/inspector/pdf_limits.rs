//! What reading a PDF may cost.

use std::time::Duration;

use plinth_domain::ContentType;
use plinth_inspect::{Limits, SandboxedInspector};
use plinth_ports::Findings;
use serde_json::Value;

use crate::support::{findings, inspect_with, pdf, program};

const MIB: u64 = 1024 * 1024;

async fn within(limits: Limits, file: &[u8]) -> (Findings, Value) {
    let inspector = SandboxedInspector::new(program(), limits);
    let inspection = inspect_with(&inspector, file, ContentType::Pdf).await;
    let findings = inspection.findings.unwrap();
    let properties = serde_json::from_str(findings.properties.as_str()).unwrap();
    (findings, properties)
}

#[tokio::test]
async fn text_is_kept_up_to_its_limit_and_said_to_be_cut() {
    let file = pdf("text-beyond-256k");
    let limits = Limits { text_bytes: 1024 * 1024, ..Limits::default() };
    let (whole, properties) = within(limits, &file).await;
    assert_eq!(properties.get("text_truncated"), None);
    assert!(whole.text.unwrap().contains("Schlusssteinwort"));
    let (cut, properties) = within(Limits { text_bytes: 1000, ..limits }, &file).await;
    assert_eq!(properties["text_truncated"], true);
    assert!((900..=1000).contains(&cut.text.unwrap().len()));
}

#[tokio::test]
async fn text_that_takes_too_long_is_cut_and_the_file_is_read() {
    let limits = Limits { cpu_time: Duration::from_secs(2), ..Limits::default() };
    let (findings, properties) = within(limits, &pdf("forms-without-end")).await;
    assert_eq!((&properties["text_truncated"], &properties["pages"]), (&true.into(), &1.into()));
    assert!(findings.text.unwrap().starts_with("Fundamentplan"));
}

#[tokio::test]
async fn a_predictor_takes_no_memory_that_the_data_do_not_need() {
    let limits = Limits { memory_bytes: 256 * MIB, ..Limits::default() };
    for name in ["predictor-1gb", "predictor-columns", "predictor-bits"] {
        let (_, properties) = within(limits, &pdf(name)).await;
        assert_eq!(properties["pages"], 1, "{name}");
    }
}

#[tokio::test]
async fn a_page_that_breaks_the_parser_has_no_text_and_the_file_is_read() {
    let (findings, properties) = findings(&pdf("predictor-colors")).await;
    assert_eq!((findings.text, &properties["pages"]), (None, &1.into()));
    assert_eq!(properties["text_truncated"], true);
}
