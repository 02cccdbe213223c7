use plinth_domain::ContentType;
use plinth_inspect::{Limits, SandboxedInspector};
use serde_json::{Value, json};

use crate::support::{findings, fixture, inspect_with, program, refusal};

/// A valid file of every supported type.
const GOOD: [&str; 6] =
    ["plan.pdf", "turned.jpg", "see-through.png", "large.webp", "photo.heic", "harbour.ifc"];

/// The code of a file's refusal. Asserts that a valid file can still be read afterwards.
async fn code(bytes: &[u8]) -> &'static str {
    let refusal = refusal(bytes).await;
    assert!(!refusal.detail.is_empty() && refusal.detail.len() <= 300);
    assert!(findings(&fixture("plan.pdf")).await.0.text.is_some());
    refusal.code.name()
}

/// A PDF with these objects; the first one is the catalog.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut index = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        index.extend([format!("{:010} 00000 n \n", file.len())]);
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let start = file.len();
    let size = objects.len() + 1;
    let end = format!("trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF\n");
    file.extend(index.bytes().chain(end.bytes()));
    file
}

#[tokio::test]
async fn half_a_file_without_a_header_that_tells_its_size_is_malformed() {
    for name in ["turned.jpg", "photo.heic"] {
        let file = fixture(name);
        assert_eq!(code(&file[..file.len() / 2]).await, "document.malformed", "{name}");
    }
}

#[tokio::test]
async fn a_valid_beginning_followed_by_garbage_is_malformed() {
    let garbage: Vec<u8> =
        (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for name in GOOD {
        let mut file = fixture(name)[..16].to_vec();
        file.extend(&garbage);
        assert_eq!(code(&file).await, "document.malformed", "{name}");
    }
}

#[tokio::test]
async fn a_pdf_with_a_cyclic_page_tree_is_malformed() {
    let objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"];
    assert_eq!(code(&pdf(&objects.map(str::to_owned))).await, "document.malformed");
    let objects = ["<</Type/Catalog/Pages 2 0 R>>", "2 0 R"];
    assert_eq!(code(&pdf(&objects.map(str::to_owned))).await, "document.malformed");
}

#[tokio::test]
async fn deep_nesting_in_a_pdf_ends_only_its_own_process() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let objects = ["<</Type/Catalog/Pages 2 0 R>>".to_owned(), deep];
    let code = code(&pdf(&objects)).await;
    assert!(["document.malformed", "document.too_complex"].contains(&code), "{code}");
}

#[tokio::test]
async fn a_pdf_of_too_many_pages_has_their_number_and_the_text_of_the_first() {
    let limits = Limits { pages: 2, ..Limits::default() };
    let inspector = SandboxedInspector::new(program(), limits);
    let inspection = inspect_with(&inspector, &fixture("plan.pdf"), ContentType::Pdf).await;
    let findings = inspection.findings.unwrap();
    let properties: Value = serde_json::from_str(findings.properties.as_str()).unwrap();
    assert_eq!((&properties["pages"], &properties["text_truncated"]), (&json!(3), &json!(true)));
    let text = findings.text.unwrap();
    assert!(text.contains("Page 1") && text.contains("Page 2"), "{text}");
    assert!(!text.contains("Page 3"), "{text}");
}

#[tokio::test]
async fn a_picture_that_declares_too_many_pixels_is_known_by_its_header() {
    let mut jpeg = fixture("turned.jpg");
    // The frame header (ITU-T T.81, B.2.2): its length, the precision, then the height.
    let frame = jpeg.windows(4).position(|bytes| bytes == [0xff, 0xc0, 0, 17]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    for (file, size) in [(fixture("bomb.png"), 60_000), (jpeg, 65_535)] {
        let (findings, properties) = findings(&file).await;
        assert_eq!((&properties["width"], &properties["height"]), (&json!(size), &json!(size)));
        assert_eq!(properties["warnings"], json!([{"code": "no_thumbnails", "count": 1}]));
        assert!(findings.thumbnails.is_empty());
    }
}

/// A model of these data.
fn model(data: &str) -> Vec<u8> {
    let header = "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n";
    format!("{header}{data};\nENDSEC;\nEND-ISO-10303-21;\n").into_bytes()
}

#[tokio::test]
async fn a_model_that_would_fill_the_stack_is_too_complex() {
    let deep = format!("#1=IFCWALL({}{})", "(".repeat(1_000_000), ")".repeat(1_000_000));
    assert_eq!(code(&model(&deep)).await, "document.too_complex");
}

#[tokio::test]
async fn a_statement_that_would_fill_the_memory_is_read_over() {
    let list = "(1.5,2.5,3.5),".repeat(19 << 16);
    let data = format!("#1=IFCSITE('a',$,'Ufer');\n#2=IFCCARTESIANPOINTLIST3D(({list}));\n#3=A()");
    let (findings, properties) = findings(&model(&data)).await;
    assert_eq!(properties["warnings"], json!([{"code": "invalid_statement", "count": 1}]));
    assert_eq!((&properties["entities"], &properties["sites"]), (&json!(2), &json!(["Ufer"])));
    assert_eq!(findings.text.as_deref(), Some("Ufer"));
}
