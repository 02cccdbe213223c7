//! Merge patches (RFC 7396): what `null` means in each field.

use utoipa::openapi::{OpenApi, Ref, RefOr, Schema, schema::Object};

use super::schemas::{is_nullable, reachable_from_bodies};

/// Says of each field of a merge patch whether it can be `null`.
pub(super) fn complete(document: &mut OpenApi) {
    let mut components = document.components.take().unwrap_or_default();
    let is_patch = |kind: &str| kind == "application/merge-patch+json";
    for name in reachable_from_bodies(document, &components, is_patch) {
        if let Some(RefOr::T(Schema::Object(patch))) = components.schemas.get_mut(&name) {
            describe(patch);
        }
    }
    document.components = Some(components);
}

fn describe(patch: &mut Object) {
    for (name, field) in &mut patch.properties {
        let about = match (is_nullable(field), patch.required.contains(name)) {
            (true, _) => "`null` clears the field; without it, the field stays as it is.",
            (false, false) => "Cannot be `null`; without it, the field stays as it is.",
            (false, true) => "Cannot be `null`, and must be given.",
        };
        let description = match field {
            RefOr::Ref(Ref { description, .. }) => description,
            RefOr::T(Schema::Object(object)) => object.description.get_or_insert_default(),
            RefOr::T(Schema::Array(array)) => array.description.get_or_insert_default(),
            RefOr::T(Schema::OneOf(choices)) => choices.description.get_or_insert_default(),
            RefOr::T(_) => continue,
        };
        if !description.is_empty() {
            description.push(' ');
        }
        description.push_str(about);
    }
}
