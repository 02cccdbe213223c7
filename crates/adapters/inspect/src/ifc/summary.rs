use serde_json::{Value, json};

use super::model::{Kind, Model, Named};
use crate::{Limits, properties::Properties, protocol::Found, refusal::Refusal, text};

/// The maximum number of sites and of buildings in the properties.
const SHOWN: usize = 50;

/// The properties of a model, and the text that the search uses.
pub(crate) fn summarize(model: &Model, limits: &Limits) -> Result<Found, Refusal> {
    let Some(schema) = model.schemas.first() else {
        return Err(Refusal::malformed("the header names no schema"));
    };
    if !schema.to_ascii_uppercase().starts_with("IFC") {
        return Err(Refusal::unsupported(format!("the schema {schema} is not IFC")));
    }
    let mut properties = Properties::new();
    let mut show = |key: &str, value: Value| properties.insert(key.to_owned(), value);
    show("schema", json!(schema));
    show("project", json!(names(model, Kind::Project).next()));
    show("sites", names(model, Kind::Site).take(SHOWN).collect());
    show("buildings", names(model, Kind::Building).take(SHOWN).collect());
    show("entities", json!(model.instances));
    show("entity_counts", json!(model.counts));
    let text = text(&model.spatial_elements, limits.text_bytes);
    Ok(Found { properties, text, thumbnails: Vec::new() })
}

/// The names of the entities of a kind. Entities without a name are left out.
fn names(model: &Model, kind: Kind) -> impl Iterator<Item = &str> {
    let things = model.spatial_elements.iter().filter(move |named| named.kind == kind);
    things.filter_map(|named| named.name.as_deref().or(named.long_name.as_deref()))
}

fn text(spatial_elements: &[Named], limit: usize) -> Option<String> {
    let said: Vec<&str> = spatial_elements
        .iter()
        .flat_map(|named| [&named.name, &named.long_name, &named.description])
        .filter_map(Option::as_deref)
        .collect();
    (!said.is_empty()).then(|| text::clean(&said.join("\n"), limit))
}
