use plinth_domain::ContentType;
use serde_json::json;

use crate::support::{findings, fixture};

#[tokio::test]
async fn a_pdf_yields_its_pages_its_title_and_its_text() {
    let file = fixture("plan.pdf");
    assert_eq!(ContentType::sniff(&file), ContentType::Pdf);
    let (findings, properties) = findings(&file).await;
    let title = "Tragwerksplanung Brücke – Los 1";
    assert_eq!(properties, json!({"pages": 3, "title": title, "encrypted": false}));
    let text = findings.text.unwrap();
    for words in [
        "Page 1",
        "Foundation plan of quay seven",
        "Reinforcement schedule, bar diameter 16 mm",
        "Concrete grade C30/37 für den Überbau",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(findings.thumbnails, []);
}

#[tokio::test]
async fn an_encrypted_pdf_is_marked_and_has_no_text() {
    // One needs a password to be opened; the other one can be opened, but forbids copying.
    let (locked, properties) = findings(&fixture("locked.pdf")).await;
    assert_eq!(properties, json!({"pages": null, "title": null, "encrypted": true}));
    assert_eq!(locked.text, None);
    let (restricted, properties) = findings(&fixture("restricted.pdf")).await;
    let title = "Tragwerksplanung Brücke – Los 1";
    assert_eq!(properties, json!({"pages": 3, "title": title, "encrypted": true}));
    assert_eq!(restricted.text, None);
}

#[tokio::test]
async fn a_pdf_without_its_cross_reference_table_is_repaired() {
    let mut file = fixture("plan.pdf");
    let at = file.windows(9).position(|window| window == b"startxref").unwrap();
    file.truncate(at);
    let (findings, properties) = findings(&file).await;
    assert_eq!(properties["pages"], 3);
    assert!(findings.text.unwrap().contains("quay seven"));
}
