use serde_json::{Value, json};

use super::{
    model::{DESCRIPTION_CHARS, Model, NAME_CHARS, is_ifc},
    spatial::{Kind, SpatialElement},
};
use crate::{
    Limits,
    properties::Properties,
    protocol::Found,
    refusal::Refusal,
    step::decode,
    text,
    warnings::{Warning, Warnings},
};

/// The maximum number of sites and of buildings in the properties.
const SHOWN: usize = 50;

/// A project, a site, a building or a storey, with its decoded names.
struct Named {
    kind: Kind,
    name: Option<String>,
    description: Option<String>,
    long_name: Option<String>,
}

/// The properties of a model, and the text that the search uses.
pub(crate) fn summarize(
    model: &Model,
    mut warnings: Warnings,
    limits: &Limits,
) -> Result<Found, Refusal> {
    let schema = model.schema();
    if schema.is_none() && model.needs_schema() {
        return Err(Refusal::malformed("the header names no schema"));
    }
    let is_ifc = schema.as_deref().is_some_and(is_ifc);
    let mut properties = Properties::new();
    if let Some(schema) = schema {
        let upper = schema.to_ascii_uppercase();
        if is_ifc && upper != schema {
            warnings.add(Warning::SchemaCase);
        }
        properties.insert("schema".to_owned(), json!(if is_ifc { upper } else { schema }));
    }
    let mut text = None;
    if is_ifc {
        let named = names(model, &mut warnings);
        describe(model, &named, &mut properties);
        text = searched(&named, limits.text_bytes);
    }
    properties.extend(warnings.json().map(|list| ("warnings".to_owned(), list)));
    Ok(Found { properties, text, thumbnails: Vec::new() })
}

fn describe(model: &Model, named: &[Named], properties: &mut Properties) {
    let mut show = |key: &str, value: Value| properties.insert(key.to_owned(), value);
    show("project", json!(of_kind(named, Kind::Project).next()));
    show("sites", of_kind(named, Kind::Site).take(SHOWN).collect());
    show("buildings", of_kind(named, Kind::Building).take(SHOWN).collect());
    show("entities", json!(model.instances));
    show("entity_counts", json!(model.counts));
}

/// The names of the spatial elements, decoded by the code page that all of them tell.
fn names(model: &Model, warnings: &mut Warnings) -> Vec<Named> {
    let page = model.votes.page();
    let mut decoded = |raw: &Option<Vec<u8>>, chars| {
        raw.as_deref().and_then(|raw| text::name(&decode(raw, page, warnings), chars))
    };
    let named = |element: &SpatialElement| Named {
        kind: element.kind,
        name: decoded(&element.name, NAME_CHARS),
        description: decoded(&element.description, DESCRIPTION_CHARS),
        long_name: decoded(&element.long_name, NAME_CHARS),
    };
    model.spatial_elements.iter().map(named).collect()
}

/// The names of the entities of a kind. Entities without a name are left out.
fn of_kind(named: &[Named], kind: Kind) -> impl Iterator<Item = &str> {
    let things = named.iter().filter(move |named| named.kind == kind);
    things.filter_map(|named| named.name.as_deref().or(named.long_name.as_deref()))
}

fn searched(named: &[Named], limit: usize) -> Option<String> {
    let said: Vec<&str> = named
        .iter()
        .flat_map(|named| [&named.name, &named.long_name, &named.description])
        .filter_map(Option::as_deref)
        .collect();
    (!said.is_empty()).then(|| text::clean(&said.join("\n"), limit))
}
