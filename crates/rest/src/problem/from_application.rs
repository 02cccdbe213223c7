use actix_web::http::StatusCode;
use plinth_application::Error;

use super::{ApiError, Fault};

/// How long a client waits before it tries again when a dependency is away, in
/// seconds.
const UNAVAILABLE_RETRY: u64 = 2;

/// The one map from the application's refusals to HTTP.
impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let detail = error.to_string();
        match error {
            Error::NotFound(_) => Self::new(StatusCode::NOT_FOUND, "not_found", detail),
            Error::Unauthenticated { code, .. } => {
                Self::new(StatusCode::UNAUTHORIZED, code, detail)
            }
            Error::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, "permission.denied", detail),
            Error::Refused { code, .. } => Self::new(StatusCode::FORBIDDEN, code, detail),
            Error::Invalid(faults) => Self::invalid_body(faults.into_iter().map(fault).collect()),
            Error::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "document.too_large", detail)
            }
            Error::Busy => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                Self::new(status, "upload.too_many", detail).retry_after(UNAVAILABLE_RETRY)
            }
            Error::Conflict { code, .. } => Self::new(StatusCode::CONFLICT, code, detail),
            Error::Stale => Self::new(StatusCode::PRECONDITION_FAILED, "if_match.stale", detail),
            Error::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key.reused", detail)
            }
            Error::KeyInUse => {
                Self::new(StatusCode::CONFLICT, "idempotency_key.in_use", detail).retry_after(1)
            }
            Error::RateLimited(decision) => Self {
                rate: Some(decision),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail)
                    .retry_after(decision.retry_after.map_or(1, |wait| wait.as_secs() + 1))
            },
            Error::Unavailable(source) => {
                tracing::warn!(error = &*source as &dyn std::error::Error, "a dependency is away");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail)
                    .retry_after(UNAVAILABLE_RETRY)
            }
            Error::Internal(source) => {
                tracing::error!(error = &*source as &dyn std::error::Error, "internal error");
                Self::internal()
            }
        }
    }
}

fn fault(fault: plinth_application::FieldFault) -> Fault {
    Fault::at(fault.pointer, fault.invalid.code, fault.invalid.detail)
}
