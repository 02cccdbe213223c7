use plinth_domain::ContentType;
use serde_json::json;

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
