//! The parts of an operation that have error answers, with the codes of each.

use serde_json::json;
use utoipa::openapi::{
    RefOr, Required,
    path::{Operation, ParameterIn},
};

use super::operations::{parameters, permission};

/// A part of an operation that has error answers.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Request,
    Credential,
    OptionalCredential,
    /// A credential that may be in cookies, of an operation that changes something.
    Write,
    Permission,
    WritePermission,
    PathId,
    PathParameter,
    Query,
    Cursor,
    Total,
    ReadBody,
    File,
    IfMatch,
    RequiredIfMatch,
    IdempotencyKey,
    Creation,
}

/// The codes of each part, by status. An answer with exactly these codes is a
/// named component of the document.
pub(super) const COMMON: &[(Part, u16, &str, &[&str])] = &[
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
    (Part::Credential, 429, "CallsLimited", &["rate_limited", "plan_limit_exceeded"]),
    (Part::OptionalCredential, 429, "CallsLimited", &["rate_limited", "plan_limit_exceeded"]),
    (Part::OptionalCredential, 401, "InvalidToken", &["auth.invalid_token"]),
    (Part::Credential, 403, "SuspendedOrganization", &["organization.suspended"]),
    (Part::OptionalCredential, 403, "SuspendedOrganization", &["organization.suspended"]),
    (Part::Write, 403, "ForeignWrite", &["organization.suspended", "auth.csrf"]),
    (
        Part::Permission,
        403,
        "Forbidden",
        &["organization.suspended", "permission.denied", "auth.second_factor_required"],
    ),
    (
        Part::WritePermission,
        403,
        "ForbiddenWrite",
        &[
            "organization.suspended",
            "permission.denied",
            "auth.second_factor_required",
            "auth.users_only",
            "auth.csrf",
        ],
    ),
    (Part::Creation, 403, "LimitReached", &["limit.reached"]),
    (Part::File, 403, "LimitReached", &["limit.reached"]),
    (Part::WritePermission, 503, "Busy", &["unavailable", "request.timeout", "organization.busy"]),
    (Part::Permission, 503, "Busy", &["unavailable", "request.timeout", "organization.busy"]),
    (Part::PathId, 400, "InvalidId", &["path.id"]),
    (Part::PathParameter, 404, "NotFound", &["not_found"]),
    (Part::Query, 400, "InvalidQuery", &["query.invalid"]),
    (Part::Cursor, 400, "InvalidCursor", &["cursor.invalid"]),
    (Part::Total, 503, "BusySearch", &["search.busy", "search.timeout"]),
    (
        Part::ReadBody,
        400,
        "MalformedBody",
        &["body.malformed", "body.incomplete", "idempotency_key.malformed"],
    ),
    (Part::ReadBody, 408, "BodyTimeout", &["body.timeout"]),
    (Part::ReadBody, 503, "StoppingServer", &["server.stopping"]),
    (Part::ReadBody, 413, "BodyTooLarge", &["body.too_large"]),
    (Part::ReadBody, 415, "UnsupportedMediaType", &["body.media_type"]),
    (Part::ReadBody, 422, "InvalidBody", &["body.invalid"]),
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
    /// Whether the operation has this part. `is_read`: its method is GET.
    pub(super) fn is_in(self, path: &str, operation: &Operation, is_read: bool) -> bool {
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
            Self::Write => !is_read && permission == Some(None) && !is_open(operation),
            Self::Permission => is_read && permission.flatten().is_some(),
            Self::WritePermission => !is_read && permission.flatten().is_some(),
            Self::PathId => path.contains("{id}"),
            Self::PathParameter => path.contains('{'),
            Self::Query => {
                parameters(operation).any(|p| matches!(p.parameter_in, ParameterIn::Query))
            }
            Self::Cursor => takes("cursor").is_some(),
            Self::Total => takes("total").is_some(),
            Self::ReadBody => body().is_some_and(is_parsed),
            Self::File => body().is_some_and(|kind| !is_parsed(kind)),
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

/// Whether a body of this media type is read as a whole.
fn is_parsed(kind: &str) -> bool {
    kind.ends_with("json") || ["text/csv", "application/xml", "image/*"].contains(&kind)
}

/// Whether the operation also works without a credential.
fn is_open(operation: &Operation) -> bool {
    let requirements = operation.security.as_deref().unwrap_or_default();
    requirements.iter().any(|one| serde_json::to_value(one).is_ok_and(|one| one == json!({})))
}
