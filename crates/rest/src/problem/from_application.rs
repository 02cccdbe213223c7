use actix_web::http::StatusCode;
use plinth_application::{
    AUTH_SECOND_FACTOR_NEEDED, AUTH_SECOND_FACTOR_REQUIRED, Error, FieldFault, NOT_FOUND,
    ORGANIZATION_ELSEWHERE, ORGANIZATION_SUSPENDED, PLAN_LIMIT_EXCEEDED, UploadBound,
    documents::DOCUMENT_TOO_LARGE,
    identity::ACCOUNT_SOLE_OWNER,
    uploads::{UPLOAD_SHARE_TAKEN, UPLOAD_TOO_MANY},
};

use plinth_domain::Forbidden;

use super::{ApiError, Fault, More, NamedOrganization};

plinth_domain::codes! {
    PERMISSION_DENIED = "permission.denied",
        "The credential lacks the permission that the operation needs.";
    IF_MATCH_STALE = "if_match.stale", "The record has changed since it was read; read it again.";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key.reused", "The key was used with another request.";
    IDEMPOTENCY_KEY_IN_USE = "idempotency_key.in_use", "A request with the key is still running.";
    RATE_LIMITED = "rate_limited", "The allowance is used up; Retry-After says when there is more.";
    UNAVAILABLE = "unavailable",
        "Something that the server needs is away; try again after Retry-After.";
}

/// `Retry-After` while a dependency is unavailable, in seconds.
const UNAVAILABLE_RETRY: u64 = 2;

/// Maps the application's errors to HTTP.
impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        match error {
            Error::NotFound(_) => Self::new(StatusCode::NOT_FOUND, NOT_FOUND, detail),
            Error::Unauthenticated { code, .. } => {
                Self::new(StatusCode::UNAUTHORIZED, code, detail)
            }
            Error::Elsewhere { cell_url } => Self {
                more: Some(More::CellUrl(cell_url.into())),
                ..Self::new(StatusCode::MISDIRECTED_REQUEST, ORGANIZATION_ELSEWHERE, detail)
            },
            Error::SecondFactor { challenge } => Self {
                more: Some(More::Challenge(Box::new(challenge))),
                ..Self::new(StatusCode::UNAUTHORIZED, AUTH_SECOND_FACTOR_NEEDED, detail)
            },
            Error::Forbidden(Forbidden::Permission(_)) => {
                Self::new(StatusCode::FORBIDDEN, PERMISSION_DENIED, detail)
            }
            Error::Forbidden(Forbidden::SecondFactor) => {
                Self::new(StatusCode::FORBIDDEN, AUTH_SECOND_FACTOR_REQUIRED, detail)
            }
            Error::Forbidden(Forbidden::Suspended) => {
                Self::new(StatusCode::FORBIDDEN, ORGANIZATION_SUSPENDED, detail)
            }
            Error::Refused { code, .. } => Self::new(StatusCode::FORBIDDEN, code, detail),
            Error::Invalid(faults) => {
                Self::invalid_body(faults.into_iter().map(Fault::from).collect())
            }
            Error::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, DOCUMENT_TOO_LARGE, detail)
            }
            Error::TooManyUploads(bound) => {
                let (status, code) = match bound {
                    UploadBound::Process => (StatusCode::SERVICE_UNAVAILABLE, UPLOAD_TOO_MANY),
                    UploadBound::Organization | UploadBound::User => {
                        (StatusCode::TOO_MANY_REQUESTS, UPLOAD_SHARE_TAKEN)
                    }
                };
                Self::new(status, code, detail).retry_after(UNAVAILABLE_RETRY)
            }
            Error::Overloaded { code, .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
                    .retry_after(UNAVAILABLE_RETRY)
            }
            Error::Exhausted { code, .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail)
                .retry_after(UNAVAILABLE_RETRY),
            Error::UsedUp { code, retry_after, .. } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail)
                    .retry_after(retry_after.as_secs())
            }
            Error::PlanLimit { limit, retry_after, .. } => {
                let status = match retry_after {
                    Some(_) => StatusCode::TOO_MANY_REQUESTS,
                    None => StatusCode::CONFLICT,
                };
                Self {
                    more: Some(More::Limit(limit.name())),
                    retry_after: retry_after.map(|wait| wait.as_secs() + 1),
                    ..Self::new(status, PLAN_LIMIT_EXCEEDED, detail)
                }
            }
            Error::Conflict { code, .. } => Self::new(StatusCode::CONFLICT, code, detail),
            Error::SoleOwner { organizations } => {
                let organizations = organizations.into_iter();
                let named =
                    organizations.map(|(id, name)| NamedOrganization { id: id.uuid(), name });
                Self {
                    more: Some(More::Organizations(named.collect())),
                    ..Self::new(StatusCode::CONFLICT, ACCOUNT_SOLE_OWNER, detail)
                }
            }
            Error::Stale => Self::new(StatusCode::PRECONDITION_FAILED, IF_MATCH_STALE, detail),
            Error::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, IDEMPOTENCY_KEY_REUSED, detail)
            }
            Error::KeyInUse => {
                Self::new(StatusCode::CONFLICT, IDEMPOTENCY_KEY_IN_USE, detail).retry_after(1)
            }
            Error::RateLimited(decision) => Self {
                rate: Some(decision),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED, detail)
                    .retry_after(decision.retry_after.map_or(1, |wait| wait.as_secs() + 1))
            },
            Error::Unavailable(source) | Error::TimedOut(source) => {
                tracing::warn!(error = &*source as &dyn std::error::Error, "a dependency is away");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, detail)
                    .retry_after(UNAVAILABLE_RETRY)
            }
            Error::Internal(source) => {
                tracing::error!(error = &*source as &dyn std::error::Error, "internal error");
                Self::internal()
            }
        }
    }
}

impl From<FieldFault> for Fault {
    fn from(fault: FieldFault) -> Self {
        Self::at(fault.pointer, fault.invalid.code, fault.invalid.detail)
    }
}
