//! Bodies that are no JSON: files and the event stream.

use plinth_domain::ContentType;
use utoipa::openapi::{
    Content, KnownFormat, ObjectBuilder, OpenApi, RefOr, Schema, SchemaFormat, schema::Type,
};

use super::{operations::operations_mut, schemas::named, walk::objects};

/// The media type of any file.
const ANY: &str = "application/octet-stream";
/// The bytes of a file.
const BYTES: &str = "FileContent";
/// The endless answer of `/events/stream`.
const EVENTS: &str = "EventStream";

/// Names the schemas of files and of the event stream. utoipa describes bytes as an array of
/// numbers; a file is a string of the format `binary`.
pub(super) fn complete(document: &mut OpenApi) {
    for (_, operation) in operations_mut(document) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.iter_mut().for_each(|(kind, content)| name(kind, content));
        }
        for response in operation.responses.responses.values_mut() {
            let RefOr::T(response) = response else { continue };
            response.content.iter_mut().for_each(|(kind, content)| name(kind, content));
            // A download has the type that was found in the file.
            if let Some(content) = response.content.get(ANY).cloned() {
                for kind in ContentType::ALL.map(ContentType::media_type) {
                    response.content.entry(kind.to_owned()).or_insert_with(|| content.clone());
                }
            }
        }
    }
    let text = |about: &str| {
        ObjectBuilder::new().schema_type(Type::String).description(Some(about.to_owned()))
    };
    let bytes = text("The bytes of a file.").format(Some(binary()));
    let events = text("Server-sent events; the data of each is an `Event`.");
    let components = document.components.get_or_insert_default();
    components.schemas.insert(BYTES.to_owned(), bytes.into());
    components.schemas.insert(EVENTS.to_owned(), events.into());
    // OpenAPI 3.1 describes bytes by their media type; many generators still read the format.
    for schema in components.schemas.values_mut() {
        objects(schema, &mut |object| {
            if object.format == Some(binary()) {
                ANY.clone_into(&mut object.content_media_type);
            }
        });
    }
}

fn binary() -> SchemaFormat {
    SchemaFormat::KnownFormat(KnownFormat::Binary)
}

fn name(kind: &str, content: &mut RefOr<Content>) {
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
}
