use plinth_domain::{ContentType, DocumentKind};
use serde_json::{Value, json};

use crate::support::{findings, fixture};

#[tokio::test]
async fn a_model_yields_its_schema_its_names_and_its_entity_counts() {
    for (name, schema) in [("harbour.ifc", "IFC4"), ("harbour-2x3.ifc", "IFC2X3")] {
        let file = fixture(name);
        assert_eq!(ContentType::sniff(&file), ContentType::Ifc);
        let (findings, properties) = findings(&file).await;
        assert_eq!(properties["schema"], schema);
        assert_eq!(properties["project"], "Hafen \"Süd\"");
        assert_eq!(properties["sites"], json!(["Kai 7"]));
        assert_eq!(properties["buildings"], json!(["Speicher A", "Speicher B"]));
        let instances = file.windows(2).filter(|window| window == b"\n#").count();
        assert_eq!(properties["entities"], instances);
        assert_eq!(properties["entity_counts"]["IFCWALL"], 3);
        assert_eq!(properties["entity_counts"]["IFCBUILDING"], 2);
        let text = findings.text.unwrap();
        for words in ["Umbau; Kai 7, l'accès", "Erdgeschoß", "Ebene 0 \u{1F3D7}", "Speicher B"] {
            assert!(text.contains(words), "{text}");
        }
    }
}

/// The properties of a model, which has this schema, project and site, and its text.
async fn model(name: &str, project: &str) -> (Value, String) {
    let file = fixture(&format!("cases/{name}"));
    assert_eq!(ContentType::sniff(&file), ContentType::Ifc, "{name}");
    let (findings, properties) = findings(&file).await;
    assert_eq!(properties["schema"], "IFC4", "{name}");
    assert_eq!(properties["project"], project, "{name}");
    assert_eq!(properties["sites"], json!(["Ufer"]), "{name}");
    (properties, findings.text.unwrap())
}

/// Checks that a model is read, with this warning and no other.
async fn assert_mended(name: &str, project: &str, code: &str, count: u64) {
    let (properties, text) = model(name, project).await;
    assert_eq!(properties["warnings"], json!([{"code": code, "count": count}]), "{name}");
    assert_eq!(text, format!("{project}\nUfer"), "{name}");
}

#[tokio::test]
async fn a_value_that_is_no_value_of_the_standard_is_read_over() {
    assert_mended("ifc-nan.ifc", "Nan", "not_a_number", 1).await;
    assert_mended("ifc-no-leading-zero.ifc", "Nan", "number_form", 2).await;
    assert_mended("ifc-empty-argument.ifc", "Nan", "empty_argument", 1).await;
    assert_mended("ifc-double-dollar.ifc", "Nan", "invalid_argument", 1).await;
}

#[tokio::test]
async fn a_model_is_known_behind_a_comment_and_by_a_schema_in_lower_case() {
    assert_mended("ifc-comment-first.ifc", "Nan", "before_start", 1).await;
    assert_mended("ifc-schema-lower-case.ifc", "Nan", "schema_case", 1).await;
}

#[tokio::test]
async fn stray_marks_of_comments_lose_nothing_behind_them() {
    assert_mended("ifc-stray-comment-marks.ifc", "Nan", "comment_marks", 2).await;
    let (properties, _) = model("ifc-stray-comment-marks.ifc", "Nan").await;
    assert_eq!(properties["entity_counts"]["IFCCARTESIANPOINT"], 2);
}

#[tokio::test]
async fn names_of_old_programs_are_readable() {
    assert_mended("ifc-mac-roman.ifc", "Métal-Fer Côté", "code_page", 3).await;
    assert_mended("ifc-x2-odd-digits.ifc", "プロ", "hexadecimal_text", 1).await;
}

#[tokio::test]
async fn the_text_has_the_words_as_they_are_written() {
    for (name, project) in [
        ("ifc-cjk.ifc", "基礎工事計画"),
        ("ifc-dots.ifc", "TGA.Heizung Schnitt.dwg"),
        ("ifc-slash.ifc", "Beton/Stahl Neubau"),
        ("ifc-greek-turkish.ifc", "ΕΡΓΟ ΑΘΗΝΑΣ İSTANBUL"),
        ("ifc-nfd.ifc", "Bru\u{308}ckenpru\u{308}fung"),
    ] {
        let (properties, text) = model(name, project).await;
        assert_eq!(properties.get("warnings"), None, "{name}");
        assert_eq!(text, format!("{project}\nUfer"), "{name}");
    }
}

#[tokio::test]
async fn a_step_file_that_is_no_building_model_names_its_schema() {
    let file = fixture("cases/step-ap214.stp");
    let content_type = ContentType::sniff(&file);
    assert_eq!((content_type, content_type.kind()), (ContentType::Step, DocumentKind::Other));
    assert!(content_type.agrees("step-ap214.stp", Some("model/step")).is_ok());
    let (findings, properties) = findings(&file).await;
    let expected = json!({"schema": "AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }"});
    assert_eq!((properties, findings.text), (expected, None));
}

#[tokio::test]
async fn a_model_that_is_cut_yields_what_came_before() {
    let file = fixture("harbour.ifc");
    let (_, properties) = findings(&file[..file.len() * 9 / 10]).await;
    assert_eq!(properties["project"], "Hafen \"Süd\"");
    assert_eq!(properties["warnings"], json!([{"code": "truncated", "count": 1}]));
}
