//! `GET /documents?q=`: a document is found by the text of its newest version.

use plinth_ports::Findings;
use reqwest::{Method, header};
use serde_json::json;

use crate::support::TestApp;

async fn a_new_version_is_not_found_by_the_text_of_the_one_before(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", b"%PDF-1.7 one").await;
    let found = async || ada.list("/documents?q=concrete").await.len();
    let text = |text: &str| Findings { text: Some(text.to_owned()), ..Findings::default() };
    app.process(&ada, &document, text("reinforced concrete")).await;
    assert_eq!(found().await, 1);

    let path = format!("/documents/{}", document["id"].as_str().unwrap());
    let content = ada
        .request(Method::PUT, &format!("{path}/content"))
        .header(header::CONTENT_TYPE, "application/pdf")
        .body("%PDF-1.7 two");
    let document = ada.send(content).await.expect(200).json();
    assert_eq!(found().await, 0, "the new version is not inspected yet");
    app.process(&ada, &document, Findings::default()).await;
    assert_eq!(found().await, 0, "the new version has no text");
    assert_eq!(ada.list("/documents?q=plan").await.len(), 1);
}

/// Texts as files have them, and what people type.
async fn a_document_is_found_by_what_people_type(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (text, queries) in [
        ("Beton/Stahl Neubau", ["Stahl", "beton", "BETON/STAHL"]),
        ("TGA.Heizung", ["Heizung", "tga", "TGA.Heizung"]),
        (
            "Bru\u{308}ckenpru\u{308}fung",
            ["Brückenprüfung", "BRÜCKENPRÜFUNG", "bru\u{308}ckenprüfung"],
        ),
        ("ΕΡΓΟ ΑΘΗΝΑΣ İSTANBUL", ["ΑΘΗΝΑΣ", "αθηνας", "istanbul"]),
        ("Au\u{fb02}age Pro\u{fb01}le", ["Auflage", "Profile", "pro\u{fb01}le"]),
        ("Fundament-\nplatte", ["Fundamentplatte", "platte", "FUNDAMENT"]),
        ("„Grundriss“ »Ansicht«–Nord…Plan", ["Grundriss Nord", "Ansicht", "Plan"]),
        ("橋の基礎工事", ["基礎", "基", "基礎工事"]),
        ("תוכנית שלום", ["שלום", "תוכנית", "שלום תוכנית"]),
    ] {
        let document = ada.upload("x.pdf", format!("%PDF-1.7 {text}").as_bytes()).await;
        let findings = Findings { text: Some(text.to_owned()), ..Findings::default() };
        app.process(&ada, &document, findings).await;
        for query in queries {
            let found = ada.list(&format!("/documents?q={}", encoded(query))).await;
            assert_eq!((found.len(), &found[0]["id"]), (1, &document["id"]), "{query}");
        }
        ada.delete(&format!("/documents/{}", document["id"].as_str().unwrap()), 3)
            .await
            .expect(204);
    }
}

async fn a_word_behind_the_first_256_kib_is_found_and_one_behind_the_first_mib_is_not(
    app: &TestApp,
) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("long.pdf", b"%PDF-1.7 long").await;
    let filler = "Zeile mit Text\n";
    let before = filler.repeat(300 * 1024 / filler.len());
    let behind = filler.repeat(1024 * 1024 / filler.len());
    let text = format!("{before} Schlusssteinwort {behind} Dahinter");
    let findings = Findings { text: Some(text), ..Findings::default() };
    app.process(&ada, &document, findings).await;
    assert_eq!(ada.list("/documents?q=schlusssteinwort").await.len(), 1);
    assert!(ada.list("/documents?q=Dahinter").await.is_empty());
}

async fn names_are_found_in_any_form_of_their_letters(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (code, name, query) in [
        ("A", "Bru\u{308}cke Süd", "BRÜCKE"),
        ("B", "Auﬂage", "auflage"),
        ("C", "ΑΘΗΝΑΣ", "αθηνας"),
        ("D", "Hauptstraße", "STRASSE"),
        ("E", "基礎工事", "基"),
    ] {
        let project =
            ada.create("/projects", serde_json::json!({"code": code, "name": name})).await;
        let found = ada.list(&format!("/projects?q={}", encoded(query))).await;
        assert_eq!((found.len(), &found[0]["id"]), (1, &project["id"]), "{query}");
        let path = format!("/projects/{}", project["id"].as_str().unwrap());
        ada.patch(&path, 1, serde_json::json!({"name": "Ümbenannt"})).await.expect(200);
        assert!(ada.list(&format!("/projects?q={}", encoded(query))).await.is_empty(), "{query}");
        assert_eq!(ada.list("/projects?q=%C3%BCMBEN").await.len(), 1);
        ada.patch(&path, 2, serde_json::json!({"name": "Zuletzt"})).await.expect(200);
        assert!(ada.list("/projects?q=%C3%BCmben").await.is_empty());
    }
}

async fn the_text_of_the_newest_version_is_read_in_parts(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", b"%PDF-1.7 one").await;
    let path = format!("/documents/{}/text", document["id"].as_str().unwrap());
    ada.get(&path).await.refused(409, "document.not_read");
    let sentence = "Die Brücke steht auf Pfählen aus Beton. ";
    let text = sentence.repeat(100);
    let findings = Findings { text: Some(text.clone()), ..Findings::default() };
    app.process(&ada, &document, findings).await;

    let whole = ada.get(&path).await.expect(200).json();
    assert_eq!(whole["text"].as_str().unwrap().trim_end(), text.trim_end());
    assert_eq!((&whole["from"], &whole["has_more"]), (&json!(0), &json!(false)));
    assert_eq!(whole["document_version_id"], document["current"]["id"]);
    let part = ada.get(&format!("{path}?from=1999&length=41")).await.expect(200).json();
    let expected: String = text.chars().skip(1999).take(41).collect();
    assert_eq!((&part["text"], &part["has_more"]), (&json!(expected), &json!(true)));
    let behind = ada.get(&format!("{path}?from=2147483647")).await.expect(200).json();
    assert_eq!((&behind["text"], &behind["has_more"]), (&json!(""), &json!(false)));
    for wrong in ["from=-1", "from=2147483648", "length=0", "length=100001", "version=1"] {
        ada.get(&format!("{path}?{wrong}")).await.expect(400);
    }

    let content = ada
        .request(Method::PUT, &path.replace("/text", "/content"))
        .header(header::CONTENT_TYPE, "application/pdf")
        .body("%PDF-1.7 two");
    let document = ada.send(content).await.expect(200).json();
    ada.get(&path).await.refused(409, "document.not_read");
    app.process(&ada, &document, Findings::default()).await;
    assert_eq!(ada.get(&path).await.expect(200).json()["text"], "");
}

fn encoded(query: &str) -> String {
    query.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

on_postgres! {
    the_text_of_the_newest_version_is_read_in_parts,
    a_document_is_found_by_what_people_type,
    a_word_behind_the_first_256_kib_is_found_and_one_behind_the_first_mib_is_not,
    names_are_found_in_any_form_of_their_letters,
    a_new_version_is_not_found_by_the_text_of_the_one_before,
}
