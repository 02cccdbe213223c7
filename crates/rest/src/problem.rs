//! Every error response: problem+json (RFC 9457).

pub(crate) mod from_application;

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{StatusCode, header},
};
use plinth_application::Challenge;
use plinth_domain::Code;
use plinth_ports::RateDecision;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

plinth_domain::codes! {
    AUTH_REQUIRED = "auth.required", "The request needs a bearer token and has none.";
    BODY_INVALID = "body.invalid", "The body has faults; `errors` names each of them.";
    QUERY_INVALID = "query.invalid", "The query has faults; `errors` names each of them.";
    INTERNAL = "internal", "A fault of the server; name the request id when you ask about it.";
}

/// An error response (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/docs/problems#project.code_taken",
    "title": "Conflict",
    "status": 409,
    "detail": "another project has this code",
    "code": "project.code_taken",
    "request_id": "0192f3a4-5b6c-7d8e-9fa0-b1c2d3e4f5a6",
}))]
pub struct Problem {
    /// Identifies the kind of problem; resolves to its description in the
    /// reference.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/docs/problems#project.code_taken")]
    pub kind: String,
    /// The name of the status.
    #[schema(example = "Conflict")]
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 409)]
    pub status: u16,
    /// What is wrong with this request, for humans.
    #[schema(example = "another project has this code")]
    pub detail: String,
    /// Stable and dotted, for programs.
    #[schema(example = "project.code_taken")]
    pub code: String,
    /// `X-Request-Id` of the request, for support.
    pub request_id: String,
    /// Where clients reach the cell that the organization is in, if it is not this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, format = "uri",
        example = "https://eu-2.example.com")]
    pub cell_url: Option<String>,
    /// The organizations that stand in the way, if some do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub organizations: Vec<NamedOrganization>,
    /// The limit of the plan that allows no more, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "members")]
    pub limit: Option<&'static str>,
    /// What proves the password at `POST /auth/login/second-factor`, for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "plc_…")]
    pub challenge: Option<String>,
    /// Every fault of the body or the query, if that is the problem.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// An organization that a problem names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NamedOrganization {
    /// The organization.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "Hochbau Nord")]
    pub name: String,
}

/// One fault of a body or a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({
    "pointer": "/code", "code": "text.too_long", "detail": "at most 200 characters",
}))]
pub struct Fault {
    /// The place in the body: a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "/code")]
    pub pointer: Option<String>,
    /// The parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "limit")]
    pub parameter: Option<String>,
    /// The line of a table, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false, minimum = 1, example = 2)]
    pub line: Option<u64>,
    /// The column of a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "address.country")]
    pub column: Option<String>,
    /// Stable and dotted, for programs.
    #[schema(example = "text.too_long")]
    pub code: String,
    /// What is wrong, for humans.
    #[schema(example = "at most 200 characters")]
    pub detail: String,
}

impl Fault {
    /// A fault in the body.
    pub(crate) fn at(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..Self::anywhere(code, detail) }
    }

    /// A fault of a parameter in the query.
    pub(crate) fn of(parameter: &str, code: Code, detail: impl Into<String>) -> Self {
        Self { parameter: Some(parameter.to_owned()), ..Self::anywhere(code, detail) }
    }

    /// A fault in a line of a table.
    pub(crate) fn in_line(line: u64, code: Code, detail: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::anywhere(code, detail) }
    }

    fn anywhere(code: Code, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.name().to_owned(), detail.into());
        Self { pointer: None, parameter: None, line: None, column: None, code, detail }
    }
}

/// What only one kind of error response has.
#[derive(Debug, Clone)]
pub(crate) enum More {
    /// `Allow`: the methods of the path.
    Allow(Box<str>),
    /// `Content-Range`: the length of the file.
    ContentRange(Box<str>),
    /// `cell_url` in the body.
    CellUrl(Box<str>),
    /// `organizations` in the body.
    Organizations(Box<[NamedOrganization]>),
    /// `challenge` in the body.
    Challenge(Box<Challenge>),
    /// `limit` in the body.
    Limit(&'static str),
}

/// An error response before it has its body. The middleware turns it into a [`Problem`], because
/// only the middleware knows the request id.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) detail: String,
    pub(crate) errors: Vec<Fault>,
    /// `Retry-After`, in seconds.
    pub(crate) retry_after: Option<u64>,
    pub(crate) rate: Option<RateDecision>,
    pub(crate) more: Option<More>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: Code, detail: impl Into<String>) -> Self {
        let (errors, detail) = (Vec::new(), detail.into());
        Self { status, code, detail, errors, retry_after: None, rate: None, more: None }
    }

    pub(crate) fn bad_request(code: Code, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub(crate) fn unauthenticated() -> Self {
        let detail = "this needs a bearer token";
        Self::new(StatusCode::UNAUTHORIZED, AUTH_REQUIRED, detail)
    }

    pub(crate) fn internal() -> Self {
        let detail = "something went wrong; the request id helps to find out what";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL, detail)
    }

    /// All faults of the body.
    pub(crate) fn invalid_body(errors: Vec<Fault>) -> Self {
        let detail = unacceptable(errors.len(), "body");
        let error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, BODY_INVALID, detail);
        Self { errors, ..error }
    }

    /// All faults of the query.
    pub(crate) fn invalid_query(errors: Vec<Fault>) -> Self {
        let detail = unacceptable(errors.len(), "query");
        Self { errors, ..Self::bad_request(QUERY_INVALID, detail) }
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The body of the response to the request with this id.
    pub(crate) fn problem(&self, request_id: &str) -> Problem {
        Problem {
            kind: format!("/docs/problems#{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.name().to_owned(),
            request_id: request_id.to_owned(),
            cell_url: match &self.more {
                Some(More::CellUrl(url)) => Some(url.to_string()),
                _ => None,
            },
            organizations: match &self.more {
                Some(More::Organizations(named)) => named.to_vec(),
                _ => Vec::new(),
            },
            limit: match self.more {
                Some(More::Limit(limit)) => Some(limit),
                _ => None,
            },
            challenge: match &self.more {
                Some(More::Challenge(challenge)) => Some(challenge.expose().to_owned()),
                _ => None,
            },
            errors: self.errors.clone(),
        }
    }

    fn headers(&self, response: &mut HttpResponseBuilder) {
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        match &self.more {
            Some(More::Allow(methods)) => drop(response.insert_header((header::ALLOW, &**methods))),
            Some(More::ContentRange(range)) => {
                response.insert_header((header::CONTENT_RANGE, &**range));
            }
            Some(More::Challenge(_)) => {
                response.insert_header((header::CACHE_CONTROL, "no-store"));
            }
            Some(More::CellUrl(_) | More::Organizations(_) | More::Limit(_)) | None => {}
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
    }
}

fn unacceptable(values: usize, of: &str) -> String {
    match values {
        1 => format!("a value of the {of} cannot be accepted"),
        more => format!("{more} values of the {of} cannot be accepted"),
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut builder = HttpResponse::build(self.status);
        self.headers(&mut builder);
        let mut response = builder.finish();
        response.extensions_mut().insert(self.clone());
        response
    }
}
