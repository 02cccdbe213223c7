use std::fs;

use plinth_invoice_renderer::{ConfinedRenderer, Limits, Template};
use plinth_ports::{GlyphCoverage, INVOICE_TEMPLATE_BROKEN, InvoiceRenderer};

use crate::{
    pdf::texts,
    samples::standard,
    support::{program, refusal, request, with_files},
};

#[tokio::test]
async fn a_file_in_the_folder_replaces_the_one_of_its_name() {
    let own = "#import \"text.typ\": d\n#set document(title: \"x\")\nGuten Tag, #d.number!";
    let renderer = with_files(&[("invoice.typ", own)], Limits::default());
    let rendered = renderer.render(&request(standard(1))).await.unwrap().unwrap();
    assert_eq!(texts(&rendered.pdf).concat().trim(), "Guten Tag, RE-2026-00042!");
}

#[tokio::test]
async fn a_language_is_a_file_of_texts() {
    let german = include_str!("../../templates/invoice/de.json");
    let french = german.replace("\"Rechnung\"", "\"Facture\"").replace("\"de\"", "\"fr\"");
    let renderer = with_files(&[("fr.json", &french)], Limits::default());
    let invoice = plinth_ports::PrintedInvoice { language: "fr".into(), ..standard(1) };
    let rendered = renderer.render(&request(invoice)).await.unwrap().unwrap();
    assert!(texts(&rendered.pdf)[0].contains("Facture"));
}

#[tokio::test]
async fn a_fault_in_a_template_is_told_with_its_place() {
    let broken = "#let a = 1\n\n#unknown(a)";
    let renderer = with_files(&[("invoice.typ", broken)], Limits::default());
    let refusal = refusal(&renderer, &request(standard(1))).await;
    assert_eq!(refusal.code, INVOICE_TEMPLATE_BROKEN);
    assert!(refusal.detail.starts_with("invoice.typ:3: unknown variable: unknown"), "{refusal}");
}

#[tokio::test]
async fn a_font_in_the_folder_adds_its_characters() {
    // A font of the built-in ones stands for another: it adds nothing, but it is read.
    let font = typst_assets::fonts().next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Own.otf"), font).unwrap();
    let template = Template::in_folder(folder.path()).unwrap();
    let renderer = ConfinedRenderer::new(program(), template, Limits::default());
    let coverage = renderer.coverage().await.unwrap();
    assert_eq!(coverage.uncovered("aß€第"), ['第']);
    renderer.render(&request(standard(1))).await.unwrap().unwrap();
}

#[test]
fn both_languages_have_the_same_texts() {
    use serde_json::Value;
    fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| keys(value, &format!("{path}/{key}"), found));
            }
            Value::String(text) => {
                assert!(!text.trim().is_empty(), "{path}");
                let mut names: Vec<_> =
                    text.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
                names.sort_unstable();
                found.push(format!("{path} {}", names.join(" ")));
            }
            other => panic!("{path} is {other}"),
        }
    }
    let listed = |source: &str| {
        let mut found = Vec::new();
        keys(&serde_json::from_str(source).unwrap(), "", &mut found);
        found
    };
    let german = listed(include_str!("../../templates/invoice/de.json"));
    let english = listed(include_str!("../../templates/invoice/en.json"));
    assert_eq!(german, english);
}
