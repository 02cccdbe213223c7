//! The error answers of each operation, with their codes.
//!
//! Most codes follow from the parts of an operation: an id in the path, a body,
//! a credential. Other codes are declared in the operation's attribute, as the
//! description of the answer, separated by commas:
//! `(status = 409, description = "project.code_taken")`.

use std::collections::{BTreeMap, HashSet};

use actix_web::http::StatusCode;
use plinth_application::invoices::INVOICE_NOT_RENDERED;
use plinth_domain::{Code, codes};
use utoipa::openapi::{
    Components, Content, Header, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder,
    example::{Example, ExampleBuilder},
    path::Operation,
    schema::{Schema, Type},
};

use super::{headers::sometimes, operations::operations_mut, parts::COMMON, schemas::named};
use crate::{
    catalogue,
    gateway::Dialect,
    list::codes::QUERY_VALUE,
    problem::{self, ApiError, Fault, from_application::IDEMPOTENCY_KEY_IN_USE},
};

/// The media type of a problem (RFC 9457).
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

const RETRY_AFTER: &str = "Retry-After";

/// The schema of all codes.
const CODES: &str = "ProblemCode";

/// The codes of an operation, by status.
type Codes = BTreeMap<u16, Vec<String>>;

/// Completes the error answers that operations declare, and adds those of
/// their parts.
pub(super) fn complete(document: &mut OpenApi) {
    let mut examples = BTreeMap::new();
    let mut shared = BTreeMap::new();
    let reads = reads(document);
    for (path, operation) in operations_mut(document) {
        let is_read = operation.operation_id.as_ref().is_some_and(|id| reads.contains(id));
        if let Some(dialect) = Dialect::of(path) {
            complete_gateway(dialect, path, operation, is_read);
            continue;
        }
        for (status, codes) in codes(path, operation, is_read) {
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
                declared.headers.extend(response(status, &codes).headers);
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
    close_codes(components);
}

/// The error answers of the gateway, in the form of its API, which knows no 422. Those of a prompt's variables
/// are refused with a parameter of the body.
fn complete_gateway(dialect: Dialect, path: &str, operation: &mut Operation, is_read: bool) {
    let mut all = codes(path, operation, is_read);
    if let Some(invalid) = all.remove(&422) {
        all.entry(400).or_default().extend(invalid);
    }
    operation.responses.responses.remove("422");
    for (status, codes) in all {
        let mut response = response(status, &codes);
        response.content.clear();
        let content = Content::new(Some(named(dialect.error_schema())));
        response.content.insert("application/json".to_owned(), content.into());
        for name in ["Plinth-Execution-Id", "X-Should-Retry"] {
            response.headers.insert(name.to_owned(), Header::default().into());
        }
        operation.responses.responses.insert(status.to_string(), response.into());
    }
}

/// Closes the set of codes of a problem and of its faults.
fn close_codes(components: &mut Components) {
    for name in ["Problem", "Fault"] {
        if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(name)
            && let Some(code) = object.properties.get_mut("code")
        {
            let mut reference = named(CODES);
            "Stable, for programs.".clone_into(&mut reference.description);
            *code = reference.into();
        }
    }
    let codes = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("The code of a problem or of a fault; `/docs/problems` explains each."))
        .enum_values(Some(catalogue::codes().map(Code::name)));
    components.schemas.insert(CODES.to_owned(), codes.into());
}

/// The codes of the operation's parts, and those that it declares itself.
/// The operations that are a GET.
fn reads(document: &OpenApi) -> HashSet<String> {
    let items = document.paths.paths.values().filter_map(|item| item.get.as_ref());
    items.filter_map(|operation| operation.operation_id.clone()).collect()
}

fn codes(path: &str, operation: &Operation, is_read: bool) -> Codes {
    let mut codes = Codes::new();
    for (part, status, _, common) in COMMON {
        if part.is_in(path, operation, is_read) {
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
    let response =
        ResponseBuilder::new().description(meanings(codes)).content(MEDIA_TYPE, content(codes));
    let headers: &[&str] = match status {
        401 => &["WWW-Authenticate"],
        416 => &["Content-Range"],
        429 | 503 => &[RETRY_AFTER],
        _ => &[],
    };
    let response =
        headers.iter().fold(response, |response, name| response.header(*name, Header::default()));
    let passes = |code: &String| {
        [IDEMPOTENCY_KEY_IN_USE, INVOICE_NOT_RENDERED].iter().any(|known| known.name() == code)
    };
    if codes.iter().any(passes) {
        response.header(RETRY_AFTER, sometimes(RETRY_AFTER))
    } else {
        response
    }
    .build()
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
