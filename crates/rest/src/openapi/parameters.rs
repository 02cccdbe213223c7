use plinth_ports::OneOf;
use utoipa::openapi::{
    OpenApi, RefOr, Schema,
    path::{Operation, Parameter, ParameterStyle},
    schema::{Array, ArrayItems, SchemaType, Type},
};

use super::{operations::operations_mut, schemas::named};

/// Completes the parameters that operations declare.
pub(super) fn complete(document: &mut OpenApi) {
    let mut named_enums = Vec::new();
    for (_, operation) in operations_mut(document) {
        let item = listed(operation);
        for parameter in operation.parameters.iter_mut().flatten() {
            let RefOr::T(parameter) = parameter else { continue };
            let Parameter { name, schema: Some(schema), style, explode, .. } = parameter else {
                continue;
            };
            forbid_null(schema);
            if let RefOr::T(Schema::Array(list)) = schema {
                bound(list);
                (*style, *explode) = (Some(ParameterStyle::Form), Some(false));
            }
            let name = match (&item, name.as_str()) {
                (Some(item), "sort") => Some(format!("{item}Sort")),
                (_, "archived") => Some("Archived".to_owned()),
                _ => None,
            };
            if let Some(name) = name {
                named_enums.push((name.clone(), std::mem::replace(schema, named(&name).into())));
            }
        }
    }
    document.components.get_or_insert_default().schemas.extend(named_enums);
}

/// Several values of a filter: each once, with commas between them.
fn bound(list: &mut Array) {
    list.schema_type = Type::Array.into();
    (list.min_items, list.unique_items) = (Some(1), true);
    list.max_items = list.max_items.or(Some(OneOf::<String>::MOST));
    if let ArrayItems::RefOrSchema(item) = &mut list.items
        && let RefOr::T(Schema::Object(text)) = &mut **item
        && text.pattern.is_none()
    {
        (text.min_length, text.max_length) = (Some(1), Some(100));
        text.pattern = Some("^[^,]*$".to_owned());
    }
}

/// The schema of a list's items: `Project` of a `ProjectPage`.
fn listed(operation: &Operation) -> Option<String> {
    let RefOr::T(response) = operation.responses.responses.get("200")? else { return None };
    let RefOr::T(content) = response.content.get("application/json")? else { return None };
    let Some(RefOr::Ref(page)) = &content.schema else { return None };
    Some(page.ref_location.rsplit('/').next()?.strip_suffix("Page")?.to_owned())
}

/// An optional parameter is absent, never `null`.
fn forbid_null(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            if let SchemaType::Array(kinds) = &object.schema_type
                && let [one, Type::Null] = kinds.as_slice()
            {
                object.schema_type = SchemaType::Type(one.clone());
            }
        }
        RefOr::T(Schema::OneOf(choices)) => {
            let named = choices.items.iter().find(|choice| matches!(choice, RefOr::Ref(_)));
            if let Some(named) = named.cloned() {
                *schema = named;
            }
        }
        _ => {}
    }
}
