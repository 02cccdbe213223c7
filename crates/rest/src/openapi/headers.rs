//! The headers of answers. An operation names those of its answers; this module describes each once,
//! and adds those that all answers have.

use serde_json::{Value, json};
use utoipa::openapi::{
    Header, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response, SchemaFormat,
    schema::{Schema, Type},
};

use super::operations::operations_mut;

/// Whether an answer that declares a header always has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    Sometimes,
}

use Presence::{Always, Sometimes};

/// Name, presence, meaning, and the pattern or an example of the value.
const KNOWN: &[(&str, Presence, &str, Shape)] = &[
    ("Accept-Ranges", Always, "The unit of ranges", Shape::Pattern("^bytes$")),
    ("Content-Disposition", Always, "How to show the file, and its name", Shape::Text("inline")),
    (
        "Content-Range",
        Always,
        "The place of the range in the whole content, or the length of that",
        Shape::Pattern(r"^bytes ([0-9]+-[0-9]+|\*)/[0-9]+$"),
    ),
    ("ETag", Always, "The version, for `If-Match` and `If-None-Match`", Shape::Pattern(TAG)),
    (
        "Idempotent-Replayed",
        Sometimes,
        "The answer is that of an earlier request with the same `Idempotency-Key`",
        Shape::Pattern("^true$"),
    ),
    (
        "Link",
        Sometimes,
        "The next page, with `rel=\"next\"`; not on the last page",
        Shape::Pattern("^<[^>]+>; rel=\"next\"$"),
    ),
    ("Location", Always, "Where it is", Shape::Url),
    (
        "Plinth-Document",
        Sometimes,
        "The document that the upload leads to; not of a partial upload",
        Shape::Url,
    ),
    (
        "Plinth-Execution-Id",
        Sometimes,
        "The execution of the request, once there is one",
        Shape::Pattern("^[0-9a-f-]{36}$"),
    ),
    (
        "RateLimit",
        Sometimes,
        "What is left of the allowance, and the seconds until it is whole; not while the server has no limits",
        Shape::Pattern(r#"^"(credential|address)";r=[0-9]+;t=[0-9]+$"#),
    ),
    (
        "RateLimit-Policy",
        Sometimes,
        "The allowance; not while the server has no limits",
        Shape::Pattern(r#"^"(credential|address)";q=[0-9]+$"#),
    ),
    ("Retry-After", Always, "When to try again, in seconds", Shape::Number),
    ("Tus-Checksum-Algorithm", Always, "The known checksums", Shape::Text("sha1,sha256")),
    ("Tus-Extension", Always, "The known extensions", Shape::Text("creation,expiration")),
    ("Tus-Max-Size", Always, "The length of the largest upload, in bytes", Shape::Number),
    ("Tus-Resumable", Always, "The version of the protocol", Shape::Pattern(r"^1\.0\.0$")),
    ("Tus-Version", Always, "The known versions", Shape::Text("1.0.0")),
    ("Upload-Expires", Always, "When the upload is given up (RFC 9110, 5.6.7)", Shape::Text(DATE)),
    (
        "Upload-Concat",
        Sometimes,
        "Whether the upload is a partial one, or joins the partial ones with these URLs",
        Shape::Pattern("^(partial|final;.+)$"),
    ),
    ("Upload-Defer-Length", Sometimes, "The length is not told yet", Shape::Pattern("^1$")),
    ("Upload-Length", Sometimes, "The whole length, in bytes, once it is told", Shape::Number),
    (
        "Upload-Offset",
        Sometimes,
        "The number of bytes received; not while partial uploads are joined",
        Shape::Number,
    ),
    ("WWW-Authenticate", Always, "The scheme of the credential", Shape::Pattern("^Bearer$")),
    ("X-Should-Retry", Sometimes, "The same request would fail again", Shape::Pattern("^false$")),
    ("X-Request-Id", Always, "The request, for support", Shape::Pattern("^[A-Za-z0-9._-]{1,128}$")),
];

/// An entity tag that this server makes: always a strong one.
const TAG: &str = "^(W/)?\"[!#-~]+\"$";
const DATE: &str = "Sat, 21 Nov 2026 10:05:00 GMT";

/// The headers of every answer.
const SHARED: [&str; 3] = ["X-Request-Id", "RateLimit", "RateLimit-Policy"];

/// What a header's value is.
#[derive(Clone, Copy)]
enum Shape {
    Pattern(&'static str),
    /// Any text; an example.
    Text(&'static str),
    Number,
    /// A URL, relative or absolute (RFC 3986).
    Url,
}

/// Describes the headers of all answers, also of the shared ones.
pub(super) fn complete(document: &mut OpenApi) {
    for (_, operation) in operations_mut(document) {
        for response in operation.responses.responses.values_mut() {
            if let RefOr::T(response) = response {
                refer(response);
            }
        }
    }
    let components = document.components.get_or_insert_default();
    for response in components.responses.values_mut() {
        if let RefOr::T(response) = response {
            refer(response);
        }
    }
    for (name, presence, about, shape) in KNOWN {
        components.headers.insert((*name).to_owned(), header(*presence, about, *shape).into());
    }
}

/// A header that only some answers of the status have.
pub(super) fn sometimes(name: &str) -> Header {
    let found = KNOWN.iter().find(|(known, ..)| *known == name);
    found.map_or_else(Header::default, |(_, _, about, shape)| header(Sometimes, about, *shape))
}

fn refer(response: &mut Response) {
    let shared = SHARED.iter().map(|name| (*name).to_owned());
    let described =
        |header: &RefOr<Header>| matches!(header, RefOr::T(h) if h.description.is_some());
    let named = response.headers.iter().filter(|(_, header)| !described(header));
    let names = named.map(|(name, _)| name.clone()).chain(shared).collect::<Vec<_>>();
    for name in names {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name, RefOr::Ref(reference));
    }
}

fn header(presence: Presence, about: &str, shape: Shape) -> Header {
    let mut header =
        HeaderBuilder::new().description(Some(about)).schema(Some(schema(shape))).build();
    if presence == Always {
        // utoipa has no field for it.
        header.extensions = Some([("required", Value::Bool(true))].into_iter().collect());
    }
    header
}

fn schema(shape: Shape) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String);
    match shape {
        Shape::Pattern(pattern) => text.pattern(Some(pattern)).into(),
        Shape::Text(example) => text.examples([json!(example)]).into(),
        Shape::Number => ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into(),
        Shape::Url => text.format(Some(SchemaFormat::Custom("uri-reference".to_owned()))).into(),
    }
}
