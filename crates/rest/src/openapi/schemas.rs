//! The named schemas: their public names, their required fields, and references
//! in place of copies.

use std::collections::BTreeSet;

use utoipa::openapi::{
    Components, Content, KnownFormat, ObjectBuilder, OpenApi, Ref, RefOr, Schema, SchemaFormat,
    schema::{ArrayItems, SchemaType, Type},
};

use super::operations::{operations, operations_mut};

const PREFIX: &str = "#/components/schemas/";
/// utoipa's prefix for a page of a list, before the name of the items.
const PAGE: &str = "ListView_";
/// The bytes of a file.
const BYTES: &str = "FileContent";
/// The endless answer of `/events/stream`.
const EVENTS: &str = "EventStream";

/// A reference to a named schema.
pub(super) fn named(name: &str) -> Ref {
    Ref::new(format!("{PREFIX}{name}"))
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
    name_streams(document);
    let mut components = document.components.take().unwrap_or_default();
    refer_to_items(&mut components);
    let bodies = reachable_from_bodies(document, &components);
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

/// The names of all schemas that a request body contains.
fn reachable_from_bodies(document: &OpenApi, components: &Components) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    for (_, _, operation) in operations(document) {
        if let Some(RefOr::T(body)) = &operation.request_body {
            open.extend(body.content.values().filter_map(schema_of).cloned());
        }
    }
    while let Some(mut schema) = open.pop() {
        walk(&mut schema, &mut |reference| {
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

fn is_nullable(schema: &RefOr<Schema>) -> bool {
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

/// Names the schemas of files and of the event stream. utoipa describes bytes
/// as an array of numbers; a file is a string of the format `binary`.
fn name_streams(document: &mut OpenApi) {
    let replace = |(kind, content): (&String, &mut RefOr<Content>)| {
        if let RefOr::T(content) = content
            && let Some(RefOr::T(schema)) = &content.schema
        {
            let name = match schema {
                Schema::Array(_) => BYTES,
                _ if kind == "text/event-stream" => EVENTS,
                _ => return,
            };
            content.schema = Some(named(name).into());
        }
    };
    for (_, operation) in operations_mut(document) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.iter_mut().for_each(replace);
        }
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                response.content.iter_mut().for_each(replace);
            }
        }
    }
    let text = |about: &str| {
        ObjectBuilder::new().schema_type(Type::String).description(Some(about.to_owned()))
    };
    let binary = Some(SchemaFormat::KnownFormat(KnownFormat::Binary));
    let bytes = text("The bytes of a file.").format(binary);
    let events = text("Server-sent events; the data of each is an `Event`.");
    let components = document.components.get_or_insert_default();
    components.schemas.insert(BYTES.to_owned(), bytes.into());
    components.schemas.insert(EVENTS.to_owned(), events.into());
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
        walk(&mut schema, &mut change);
        components.schemas.insert(public_name(&name), schema);
    }
    for (_, operation) in operations_mut(document) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                parameter.schema.iter_mut().for_each(|schema| walk(schema, &mut change));
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
        walk(schema, change);
    }
}

/// Calls `visit` with every reference in a schema.
fn walk(schema: &mut RefOr<Schema>, visit: &mut impl FnMut(&mut Ref)) {
    let schema = match schema {
        RefOr::Ref(reference) => return visit(reference),
        RefOr::T(schema) => schema,
    };
    match schema {
        Schema::Object(object) => object.properties.values_mut().for_each(|p| walk(p, visit)),
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(item) = &mut array.items {
                walk(item, visit);
            }
        }
        Schema::OneOf(choices) => choices.items.iter_mut().for_each(|c| walk(c, visit)),
        Schema::AllOf(parts) => parts.items.iter_mut().for_each(|p| walk(p, visit)),
        Schema::AnyOf(choices) => choices.items.iter_mut().for_each(|c| walk(c, visit)),
        _ => {}
    }
}
