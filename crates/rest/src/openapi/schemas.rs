//! The named schemas: their public names, their required fields, and references
//! in place of copies.

use std::collections::BTreeSet;

use utoipa::openapi::{
    Components, Content, OpenApi, Ref, RefOr, Schema,
    schema::{ArrayItems, SchemaType, Type},
};

use super::{
    operations::{operations, operations_mut},
    walk::references,
};

const PREFIX: &str = "#/components/schemas/";
/// utoipa's prefix for a page of a list, before the name of the items.
const PAGE: &str = "ListView_";

/// A reference to a named schema.
pub(super) fn named(name: &str) -> Ref {
    Ref::new(format!("{PREFIX}{name}"))
}

/// Whether a reference names a page of a list, before the schemas get their public names.
pub(super) fn is_page(reference: &Ref) -> bool {
    reference.ref_location.strip_prefix(PREFIX).is_some_and(|name| name.starts_with(PAGE))
}

/// The schema that a reference names.
pub(super) fn target<'a>(
    components: &'a Components,
    reference: &Ref,
) -> Option<(&'a str, &'a RefOr<Schema>)> {
    let name = reference.ref_location.strip_prefix(PREFIX)?;
    components.schemas.get_key_value(name).map(|(name, schema)| (name.as_str(), schema))
}

/// Completes the schemas that the types of the bodies and answers declare.
pub(super) fn complete(document: &mut OpenApi) {
    let mut components = document.components.take().unwrap_or_default();
    refer_to_items(&mut components);
    let bodies = reachable_from_bodies(document, &components, |_| true);
    for (name, schema) in &mut components.schemas {
        if !bodies.contains(name) {
            require_nullable(schema);
        }
    }
    document.components = Some(components);
    rename(document);
}

/// A page refers to the schema of its items instead of repeating it.
fn refer_to_items(components: &mut Components) {
    for (name, schema) in &mut components.schemas {
        let Some(item) = name.strip_prefix(PAGE) else { continue };
        let RefOr::T(Schema::Object(page)) = schema else { continue };
        if let Some(RefOr::T(Schema::Array(data))) = page.properties.get_mut("data") {
            data.items = ArrayItems::RefOrSchema(Box::new(named(item).into()));
        }
    }
}

/// The names of all schemas that a request body of such a media type contains.
pub(super) fn reachable_from_bodies(
    document: &OpenApi,
    components: &Components,
    is_meant: impl Fn(&str) -> bool,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    for (_, _, operation) in operations(document) {
        if let Some(RefOr::T(body)) = &operation.request_body {
            let meant = body.content.iter().filter(|(kind, _)| is_meant(kind));
            open.extend(meant.filter_map(|(_, content)| schema_of(content)).cloned());
        }
    }
    while let Some(mut schema) = open.pop() {
        references(&mut schema, &mut |reference| {
            if let Some((name, schema)) = target(components, reference)
                && found.insert(name.to_owned())
            {
                open.push(schema.clone());
            }
        });
    }
    found
}

fn schema_of(content: &RefOr<Content>) -> Option<&RefOr<Schema>> {
    match content {
        RefOr::T(content) => content.schema.as_ref(),
        RefOr::Ref(_) => None,
    }
}

/// Requires each field of an answer that can be `null`: serde always writes it.
/// A field that serde can leave out is declared without `null`.
fn require_nullable(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            for (name, property) in &object.properties {
                if is_nullable(property) && !object.required.contains(name) {
                    object.required.push(name.clone());
                }
            }
        }
        RefOr::T(Schema::AllOf(parts)) => parts.items.iter_mut().for_each(require_nullable),
        _ => {}
    }
}

pub(super) fn is_nullable(schema: &RefOr<Schema>) -> bool {
    let has_null = |kind: &SchemaType| match kind {
        SchemaType::Type(kind) => *kind == Type::Null,
        SchemaType::Array(kinds) => kinds.contains(&Type::Null),
        SchemaType::AnyValue => false,
    };
    match schema {
        RefOr::T(Schema::Object(object)) => has_null(&object.schema_type),
        RefOr::T(Schema::Array(array)) => has_null(&array.schema_type),
        RefOr::T(Schema::OneOf(choices)) => choices.items.iter().any(is_nullable),
        _ => false,
    }
}

/// Gives each schema the name that clients see.
fn rename(document: &mut OpenApi) {
    let mut change = |reference: &mut Ref| {
        if let Some(name) = reference.ref_location.strip_prefix(PREFIX) {
            reference.ref_location = format!("{PREFIX}{}", public_name(name));
        }
    };
    let components = document.components.get_or_insert_default();
    let schemas = std::mem::take(&mut components.schemas);
    for (name, mut schema) in schemas {
        references(&mut schema, &mut change);
        components.schemas.insert(public_name(&name), schema);
    }
    for (_, operation) in operations_mut(document) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                parameter.schema.iter_mut().for_each(|schema| references(schema, &mut change));
            }
        }
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.values_mut().for_each(|content| in_content(content, &mut change));
        }
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                response.content.values_mut().for_each(|content| in_content(content, &mut change));
            }
        }
    }
}

/// The schema of `ProjectView` is named `Project`, and its page `ProjectPage`.
/// `NewApiKeyView`, the answer to a creation, is `CreatedApiKey`; `NewApiKey` is
/// the body. The enum of `RoleName` is `Role`.
fn public_name(name: &str) -> String {
    let (name, page) = name.strip_prefix(PAGE).map_or((name, ""), |item| (item, "Page"));
    let name = match (name.strip_suffix("View"), name.strip_suffix("Name")) {
        (Some(view), _) => match view.strip_prefix("New") {
            Some(created) => format!("Created{created}"),
            None => view.to_owned(),
        },
        (None, Some(set)) => set.to_owned(),
        (None, None) => name.to_owned(),
    };
    name + page
}

fn in_content(content: &mut RefOr<Content>, change: &mut impl FnMut(&mut Ref)) {
    if let RefOr::T(Content { schema: Some(schema), .. }) = content {
        references(schema, change);
    }
}
