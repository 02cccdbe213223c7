use utoipa::openapi::{
    OpenApi, RefOr, Schema,
    path::{Operation, Parameter},
    schema::{SchemaType, Type},
};

use super::{operations::operations_mut, schemas::named};

/// Completes the parameters that operations declare.
pub(super) fn complete(document: &mut OpenApi) {
    let mut orders = Vec::new();
    for (_, operation) in operations_mut(document) {
        let item = listed(operation);
        for parameter in operation.parameters.iter_mut().flatten() {
            let RefOr::T(Parameter { name, schema: Some(schema), .. }) = parameter else {
                continue;
            };
            forbid_null(schema);
            if let (Some(item), "sort") = (&item, name.as_str()) {
                let name = format!("{item}Sort");
                orders.push((name.clone(), std::mem::replace(schema, named(&name).into())));
            }
        }
    }
    document.components.get_or_insert_default().schemas.extend(orders);
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
