use plinth_domain::ContentType;
use serde_json::json;

use crate::support::{findings, fixture, pdf};

const TITLE: &str = "Tragwerksplanung Brücke – Los 1";

#[tokio::test]
async fn a_pdf_yields_its_pages_their_size_its_title_and_its_text() {
    let file = fixture("plan.pdf");
    assert_eq!(ContentType::sniff(&file), ContentType::Pdf);
    let (findings, properties) = findings(&file).await;
    let expected = json!({
        "pages": 3, "title": TITLE, "encrypted": false,
        "page_width_mm": 210.0, "page_height_mm": 297.0,
    });
    assert_eq!(properties, expected);
    let text = findings.text.unwrap();
    for words in [
        "Page 1\nFoundation plan of quay seven\n",
        "Reinforcement schedule, bar diameter 16 mm",
        "Concrete grade C30/37 für den Überbau",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[tokio::test]
async fn the_size_of_a_page_is_that_on_paper_as_it_is_turned() {
    let (_, properties) = findings(&pdf("turned-page")).await;
    assert_eq!(properties["page_width_mm"], 296.3);
    assert_eq!(properties["page_height_mm"], 416.3);
}

#[tokio::test]
async fn a_pdf_that_needs_a_password_is_marked_and_has_neither_text_nor_picture() {
    for file in [fixture("locked.pdf"), pdf("user-password-r6")] {
        let (findings, properties) = findings(&file).await;
        assert_eq!((&properties["encrypted"], &properties["title"]), (&json!(true), &json!(null)));
        assert!(findings.text.is_none() && findings.thumbnails.is_empty());
    }
}

#[tokio::test]
async fn the_pages_of_a_locked_pdf_are_counted_when_only_their_content_is_secret() {
    let (_, properties) = findings(&fixture("locked.pdf")).await;
    assert_eq!(properties["pages"], 3);
}

#[tokio::test]
async fn a_pdf_that_only_restricts_its_readers_is_read() {
    let (findings, properties) = findings(&fixture("restricted.pdf")).await;
    assert_eq!((&properties["pages"], &properties["title"]), (&json!(3), &json!(TITLE)));
    assert_eq!(properties["encrypted"], true);
    assert!(findings.text.unwrap().contains("Foundation plan"));
}

#[tokio::test]
async fn a_pdf_with_only_a_password_of_its_owner_is_read_with_any_cipher() {
    for revision in ["r2", "r3", "r4", "r5", "r6"] {
        let (findings, properties) = findings(&pdf(&format!("owner-password-{revision}"))).await;
        assert_eq!(properties["title"], "Baugenehmigung", "{revision}");
        assert_eq!((&properties["pages"], &properties["encrypted"]), (&json!(1), &json!(true)));
        assert_eq!(findings.text.unwrap(), "Genehmigungsplan", "{revision}");
    }
}

#[tokio::test]
async fn a_pdf_of_which_only_attached_files_are_encrypted_is_read() {
    let (findings, properties) = findings(&pdf("only-attachments-encrypted")).await;
    assert_eq!((&properties["pages"], &properties["encrypted"]), (&json!(1), &json!(true)));
    assert_eq!(findings.text.unwrap(), "Genehmigungsplan");
}

#[tokio::test]
async fn a_locked_pdf_whose_pages_are_secret_is_marked_and_has_no_number_of_pages() {
    let secret = "0".repeat(64);
    // The object 2, the tree of pages, is in an object stream that is encrypted.
    let file = format!(
        "%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
         3 0 obj\n<</Filter/Standard/V 1/R 2/P -4/O<{secret}>/U<{secret}>>>\nendobj\n\
         4 0 obj\n<</Type/ObjStm/N 1/First 4/Length 8>>\nstream\n????????\nendstream\nendobj\n\
         trailer\n<</Root 1 0 R/Size 5/Encrypt 3 0 R/ID[<00><00>]>>\n%%EOF\n"
    );
    let (findings, properties) = findings(file.as_bytes()).await;
    assert_eq!(properties, json!({"encrypted": true, "pages": null, "title": null}));
    assert!(findings.text.is_none() && findings.thumbnails.is_empty());
}
