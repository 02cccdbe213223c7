//! The error answers of each operation, with their codes.
//!
//! Most codes follow from the parts of an operation: an id in the path, a body,
//! a credential. Other codes are declared in the operation's attribute, as the
//! description of the answer, separated by commas:
//! `(status = 409, description = "project.code_taken")`.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use plinth_domain::{Code, codes};
use serde_json::json;
use utoipa::openapi::{
    Content, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response,
    ResponseBuilder,
    example::{Example, ExampleBuilder},
    path::{Operation, ParameterIn},
    schema::Type,
};

use super::{
    operations::{operations_mut, parameters, permission},
    schemas::named,
};
use crate::{
    catalogue,
    list::codes::QUERY_VALUE,
    problem::{self, ApiError, Fault},
};

/// The media type of a problem (RFC 9457).
const MEDIA_TYPE: &str = "application/problem+json";

/// A part of an operation that has error answers.
#[derive(Clone, Copy)]
enum Part {
    Request,
    Credential,
    OptionalCredential,
    Permission,
    PathId,
    PathParameter,
    Query,
    Cursor,
    JsonBody,
    File,
    IfMatch,
    RequiredIfMatch,
    IdempotencyKey,
    Creation,
}

/// The codes of each part, by status. An answer with exactly these codes is a
/// named component of the document.
const COMMON: &[(Part, u16, &str, &[&str])] = &[
    (
        Part::Request,
        400,
        "MalformedRequest",
        &["request.malformed", "path.malformed", "query.malformed"],
    ),
    (Part::Request, 429, "RateLimited", &["rate_limited"]),
    (Part::Request, 500, "Internal", &["internal"]),
    (Part::Request, 503, "Unavailable", &["unavailable", "request.timeout"]),
    (Part::Credential, 401, "Unauthenticated", &["auth.required", "auth.invalid_token"]),
    (Part::OptionalCredential, 401, "InvalidToken", &["auth.invalid_token"]),
    (Part::Permission, 403, "Forbidden", &["permission.denied"]),
    (Part::Creation, 403, "LimitReached", &["limit.reached"]),
    (Part::File, 403, "LimitReached", &["limit.reached"]),
    (Part::Permission, 503, "Busy", &["unavailable", "request.timeout", "organization.busy"]),
    (Part::PathId, 400, "InvalidId", &["path.id"]),
    (Part::PathParameter, 404, "NotFound", &["not_found"]),
    (Part::Query, 400, "InvalidQuery", &["query.invalid"]),
    (Part::Cursor, 400, "InvalidCursor", &["cursor.invalid"]),
    (
        Part::JsonBody,
        400,
        "MalformedBody",
        &["body.malformed", "body.incomplete", "idempotency_key.malformed"],
    ),
    (Part::JsonBody, 408, "BodyTimeout", &["body.timeout"]),
    (Part::JsonBody, 503, "StoppingServer", &["server.stopping"]),
    (Part::JsonBody, 413, "BodyTooLarge", &["body.too_large"]),
    (Part::JsonBody, 415, "UnsupportedMediaType", &["body.media_type"]),
    (Part::JsonBody, 422, "InvalidBody", &["body.invalid"]),
    (Part::File, 400, "IncompleteFile", &["body.incomplete"]),
    (Part::File, 408, "BodyTimeout", &["body.timeout"]),
    (Part::File, 413, "FileTooLarge", &["document.too_large"]),
    (Part::File, 429, "UploadShareTaken", &["upload.share_taken"]),
    (Part::File, 503, "TooManyUploads", &["upload.too_many", "server.stopping"]),
    (
        Part::IfMatch,
        400,
        "MalformedPrecondition",
        &["if_match.malformed", "if_none_match.malformed"],
    ),
    (Part::IfMatch, 412, "Stale", &["if_match.stale"]),
    (Part::RequiredIfMatch, 428, "IfMatchRequired", &["if_match.required"]),
    (Part::IdempotencyKey, 400, "MalformedIdempotencyKey", &["idempotency_key.malformed"]),
    (Part::IdempotencyKey, 409, "IdempotencyKeyInUse", &["idempotency_key.in_use"]),
    (Part::IdempotencyKey, 422, "IdempotencyKeyReused", &["idempotency_key.reused"]),
];

impl Part {
    /// Whether the operation has this part.
    fn is_in(self, path: &str, operation: &Operation) -> bool {
        let takes = |name| parameters(operation).find(|parameter| parameter.name == name);
        let body = || match &operation.request_body {
            Some(RefOr::T(body)) => body.content.keys().next().map(String::as_str),
            _ => None,
        };
        let permission = permission(operation);
        match self {
            Self::Request => true,
            Self::Credential => permission.is_some() && !is_open(operation),
            Self::OptionalCredential => permission.is_some() && is_open(operation),
            Self::Permission => permission.flatten().is_some(),
            Self::PathId => path.contains("{id}"),
            Self::PathParameter => path.contains('{'),
            Self::Query => {
                parameters(operation).any(|p| matches!(p.parameter_in, ParameterIn::Query))
            }
            Self::Cursor => takes("cursor").is_some(),
            Self::JsonBody => body().is_some_and(|kind| kind.ends_with("json")),
            Self::File => body().is_some_and(|kind| !kind.ends_with("json")),
            Self::IfMatch => takes("If-Match").is_some(),
            Self::RequiredIfMatch => {
                takes("If-Match").is_some_and(|p| matches!(p.required, Required::True))
            }
            Self::Creation => {
                permission.flatten().is_some() && operation.responses.responses.contains_key("201")
            }
            Self::IdempotencyKey => takes("Idempotency-Key").is_some(),
        }
    }
}

/// Whether the operation also works without a credential.
fn is_open(operation: &Operation) -> bool {
    let requirements = operation.security.as_deref().unwrap_or_default();
    requirements.iter().any(|one| serde_json::to_value(one).is_ok_and(|one| one == json!({})))
}

/// The codes of an operation, by status.
type Codes = BTreeMap<u16, Vec<String>>;

/// Completes the error answers that operations declare, and adds those of
/// their parts.
pub(super) fn complete(document: &mut OpenApi) {
    let mut examples = BTreeMap::new();
    let mut shared = BTreeMap::new();
    for (path, operation) in operations_mut(document) {
        for (status, codes) in codes(path, operation) {
            for code in &codes {
                if let Some(example) = example(status, code) {
                    examples.entry(code.clone()).or_insert(RefOr::T(example));
                }
            }
            let known = operation.responses.responses.get_mut(&status.to_string());
            if let Some(RefOr::T(declared)) = known
                && !declared.content.is_empty()
            {
                // The operation has an answer with this status, as `/ready` does: a problem is an
                // alternative.
                declared.content.insert(MEDIA_TYPE.to_owned(), content(&codes).into());
                declared.description += "; or a problem:\n\n";
                declared.description += &meanings(&codes);
                continue;
            }
            let response = match shared_name(status, &codes) {
                Some(name) => {
                    shared
                        .entry(name.to_owned())
                        .or_insert_with(|| response(status, &codes).into());
                    Ref::new(format!("#/components/responses/{name}")).into()
                }
                None => response(status, &codes).into(),
            };
            operation.responses.responses.insert(status.to_string(), response);
        }
    }
    let components = document.components.get_or_insert_default();
    components.examples.extend(examples);
    components.responses.extend(shared);
}

/// The codes of the operation's parts, and those that it declares itself.
fn codes(path: &str, operation: &Operation) -> Codes {
    let mut codes = Codes::new();
    for (part, status, _, common) in COMMON {
        if part.is_in(path, operation) {
            codes.entry(*status).or_default().extend(common.iter().map(|&code| code.to_owned()));
        }
    }
    for (status, response) in &operation.responses.responses {
        let RefOr::T(Response { description, content, .. }) = response else { continue };
        match status.parse() {
            Ok(status @ 400..) if content.is_empty() => {
                let own = description.split(", ").map(str::to_owned);
                codes.entry(status).or_default().extend(own);
            }
            _ => {}
        }
    }
    for codes in codes.values_mut() {
        let mut seen = Vec::new();
        codes.retain(|code| !seen.contains(code) && (seen.push(code.clone()), true).1);
    }
    codes
}

/// The component's name, if one part alone brings these codes.
fn shared_name(status: u16, codes: &[String]) -> Option<&'static str> {
    let found = COMMON.iter().find(|(_, known, _, common)| *known == status && *common == codes);
    found.map(|(_, _, name, _)| *name)
}

fn response(status: u16, codes: &[String]) -> Response {
    let text = |about: &str| {
        let text = ObjectBuilder::new().schema_type(Type::String);
        HeaderBuilder::new().schema(Some(text)).description(Some(about)).build()
    };
    let response =
        ResponseBuilder::new().description(meanings(codes)).content(MEDIA_TYPE, content(codes));
    let response = match status {
        401 => response.header("WWW-Authenticate", text("The scheme: `Bearer`")),
        429 | 503 => response.header("Retry-After", text("When to try again, in seconds")),
        _ => response,
    };
    response.build()
}

/// A problem, with an example for each code.
fn content(codes: &[String]) -> Content {
    let mut content = Content::new(Some(named("Problem")));
    let refer = |code: &String| RefOr::Ref(Ref::new(format!("#/components/examples/{code}")));
    content.examples = codes.iter().map(|code| (code.clone(), refer(code))).collect();
    content
}

/// The codes and their meanings, as a list in Markdown.
fn meanings(codes: &[String]) -> String {
    let lines = codes.iter().map(|code| format!("- `{code}`: {}", meaning(code)));
    lines.collect::<Vec<_>>().join("\n")
}

fn meaning(code: &str) -> &'static str {
    known(code).map_or("", Code::meaning)
}

fn known(name: &str) -> Option<Code> {
    catalogue::codes().find(|code| code.name() == name)
}

/// A problem of this code, if the catalogue has it.
fn example(status: u16, name: &str) -> Option<Example> {
    let (code, status) = (known(name)?, StatusCode::from_u16(status).ok()?);
    let errors = match code {
        problem::BODY_INVALID => {
            vec![Fault::at("/name", codes::TEXT_TOO_LONG, "at most 200 characters")]
        }
        problem::QUERY_INVALID => vec![Fault::of("limit", QUERY_VALUE, "must be 1 to 200")],
        _ => Vec::new(),
    };
    let error = ApiError { errors, ..ApiError::new(status, code, code.meaning()) };
    let value = serde_json::to_value(error.problem("0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6")).ok();
    Some(ExampleBuilder::new().summary(code.meaning()).value(value).build())
}
