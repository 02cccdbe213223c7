//! Files whose objects are not where or how they should be.

use serde_json::json;

use crate::support::{findings, fixture, pdf, text};

#[tokio::test]
async fn a_pdf_without_its_cross_reference_table_is_repaired() {
    let mut file = fixture("plan.pdf");
    let at = file.windows(9).position(|window| window == b"startxref").unwrap();
    file.truncate(at);
    let (findings, properties) = findings(&file).await;
    assert_eq!(properties["pages"], 3);
    assert!(findings.text.unwrap().contains("quay seven"));
}

#[tokio::test]
async fn a_pdf_that_is_cut_off_yields_what_is_left_and_is_said_to_be_cut() {
    let mut file = fixture("plan.pdf");
    file.truncate(file.len() * 2 / 3);
    let (findings, properties) = findings(&file).await;
    assert_eq!((&properties["pages"], &properties["text_truncated"]), (&json!(3), &json!(true)));
    assert_eq!(findings.text.unwrap(), "Page 1\nFoundation plan of quay seven");
}

#[tokio::test]
async fn a_cross_reference_table_with_wrong_places_is_made_anew() {
    assert_eq!(text("wrong-xref").await, "Fundamentplan");
}

#[tokio::test]
async fn objects_in_compressed_streams_are_found() {
    let (findings, properties) = findings(&pdf("object-streams")).await;
    assert_eq!(properties["title"], "Baugenehmigung");
    assert_eq!(findings.text.unwrap(), "Genehmigungsplan");
}

#[tokio::test]
async fn a_stream_is_read_without_its_length_and_with_a_wrong_one() {
    assert_eq!(text("stream-without-length").await, "Fundamentplan");
    assert_eq!(text("wrong-length").await, "Fundamentplan");
}

#[tokio::test]
async fn content_under_every_filter_is_read() {
    for name in ["asciihex", "lzw", "run-length", "ascii85-flate"] {
        assert_eq!(text(&format!("{name}-contents")).await, "Fundamentplan", "{name}");
    }
}

#[tokio::test]
async fn a_compressed_stream_is_read_up_to_where_it_is_cut_off() {
    assert_eq!(text("flate-cut-off").await, "Fundamentplan");
}

#[tokio::test]
async fn a_page_in_place_of_the_tree_of_pages_is_the_only_page() {
    let (findings, properties) = findings(&pdf("pages-is-a-page")).await;
    assert_eq!(properties["pages"], 1);
    assert_eq!(findings.text.unwrap(), "Fundamentplan");
}

#[tokio::test]
async fn each_page_of_a_tree_with_cycles_counts_once() {
    let (findings, properties) = findings(&pdf("cycle-in-kids")).await;
    assert_eq!(properties["pages"], 1);
    assert_eq!(findings.text.unwrap(), "Fundamentplan");
}

#[tokio::test]
async fn pages_are_counted_and_not_believed() {
    let (_, properties) = findings(&pdf("huge-count")).await;
    assert_eq!(properties["pages"], 1);
}

#[tokio::test]
async fn an_inline_image_hides_no_text_before_it() {
    assert_eq!(text("inline-image").await, "Fundamentplan");
}

#[tokio::test]
async fn operators_inside_an_array_of_text_end_nothing() {
    assert_eq!(text("tj-with-operators").await, "Fundament plan\nSchalplan");
}

#[tokio::test]
async fn a_form_that_draws_itself_is_drawn_once() {
    assert_eq!(text("form-recursion").await, "Fundamentplan\nSchalplan");
    assert_eq!(text("forms-draw-each-other").await, "Fundamentplan\nSchalplan\nLageplan");
}

#[tokio::test]
async fn the_text_of_thousands_of_pages_is_read_to_the_end() {
    let (findings, properties) = findings(&pdf("6500-pages")).await;
    assert_eq!(properties["pages"], json!(6500));
    assert_eq!(properties.get("text_truncated"), None);
    assert!(findings.text.unwrap().ends_with("Schlussseite"));
}

#[tokio::test]
async fn a_form_that_cannot_be_decoded_leaves_the_rest_and_is_told() {
    let content = "BT /F 12 Tf 72 700 Td (Fundamentplan) Tj ET /X Do";
    let file = format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n\
         2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources\
         <</XObject<</X 5 0 R>>/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>\nendobj\n\
         4 0 obj\n<</Length {}>>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Filter/DCTDecode/Length 4>>\n\
         stream\nabcd\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 6>>\n%%EOF\n",
        content.len()
    );
    let (findings, properties) = findings(file.as_bytes()).await;
    assert_eq!(findings.text.as_deref(), Some("Fundamentplan"));
    assert_eq!(properties["text_truncated"], true);
}
