//! Errors in OpenAI's form.

use std::fmt::Write;

use actix_web::http::StatusCode;
use plinth_domain::Failure;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    catalogue,
    problem::{ApiError, Fault, INTERNAL},
};

/// An error, in the form of OpenAI's API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenAiErrorView {
    error: OpenAiErrorDetailView,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpenAiErrorDetailView {
    /// What is wrong, for humans.
    #[schema(example = "there is no model, and no version of a prompt, of this name")]
    message: String,
    /// `invalid_request_error`, `insufficient_quota`, `requests` (a limit of their number),
    /// `permission_error` or `server_error`.
    #[serde(rename = "type")]
    #[schema(example = "invalid_request_error")]
    kind: &'static str,
    /// The parameter that is wrong: `messages[0].role`.
    #[schema(example = "model")]
    param: Option<String>,
    /// A code of OpenAI (`invalid_api_key`, `insufficient_quota`, `model_not_found`,
    /// `rate_limit_exceeded`), or one of this API.
    #[schema(example = "model_not_found")]
    code: String,
}

const INVALID: &str = "invalid_request_error";

/// The JSON of an error.
pub(crate) fn text(error: &ApiError) -> Vec<u8> {
    let (kind, code) = names(error);
    let place = error.errors.first().and_then(param);
    let detail = OpenAiErrorDetailView { message: message(error, param), kind, param: place, code };
    serde_json::to_vec(&OpenAiErrorView { error: detail }).unwrap_or_default()
}

/// The status of an error: the APIs of the gateway know no 422.
pub(crate) fn status_of(error: &ApiError) -> StatusCode {
    match error.status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    }
}

/// Whether the same request would fail again, though its status says otherwise: the libraries
/// repeat 408, 409, 429 and all from 500 on by themselves.
pub(crate) fn is_final(error: &ApiError) -> bool {
    error.status == StatusCode::CONFLICT
        || matches!(
            error.code.name(),
            "budget.exceeded"
                | "plan_limit_exceeded"
                | "provider.quota"
                | "provider.auth"
                | "provider.model_unknown"
                | "provider.too_large"
                | "address.forbidden"
                | "timeout.total"
        )
}

/// The error of an execution that has failed.
pub(super) fn failed(failure: Option<&Failure>) -> ApiError {
    let Some(failure) = failure else { return ApiError::internal() };
    let code = catalogue::codes().find(|code| code.name() == failure.code).unwrap_or(INTERNAL);
    let (status, retry) = match code.name() {
        "provider.rejected" => (StatusCode::BAD_REQUEST, None),
        "provider.rate_limited" | "provider.quota" => (StatusCode::TOO_MANY_REQUESTS, Some(5)),
        "provider.unavailable" | "execution.interrupted" => {
            (StatusCode::SERVICE_UNAVAILABLE, Some(1))
        }
        "execution.cancelled" => (StatusCode::CONFLICT, None),
        name if name.starts_with("timeout.") => (StatusCode::GATEWAY_TIMEOUT, None),
        name if name.starts_with("provider.") || name == "address.forbidden" => {
            (StatusCode::BAD_GATEWAY, None)
        }
        _ => (StatusCode::INTERNAL_SERVER_ERROR, None),
    };
    ApiError { retry_after: retry, ..ApiError::new(status, code, failure.detail.clone()) }
}

fn names(error: &ApiError) -> (&'static str, String) {
    let own = error.errors.first().map_or(error.code.name(), |fault| fault.code.as_str());
    let (kind, code) = match error.code.name() {
        "auth.required" | "auth.invalid_token" => (INVALID, "invalid_api_key"),
        "budget.exceeded" | "plan_limit_exceeded" | "provider.quota" => {
            ("insufficient_quota", "insufficient_quota")
        }
        "rate_limited" | "executions.too_many" | "provider.rate_limited" => {
            ("requests", "rate_limit_exceeded")
        }
        "model.unknown" => (INVALID, "model_not_found"),
        "permission.denied" => ("permission_error", own),
        _ if error.status.is_server_error() => ("server_error", own),
        _ => (INVALID, own),
    };
    (kind, code.to_owned())
}

/// The faults of the body one after the other, with their places as `place` writes them, or the
/// explanation.
pub(super) fn message(error: &ApiError, place: impl Fn(&Fault) -> Option<String>) -> String {
    let mut all = String::new();
    for fault in &error.errors {
        let joint = if all.is_empty() { "" } else { "; " };
        let name = place(fault).unwrap_or_default();
        let colon = if name.is_empty() { "" } else { ": " };
        // A string takes every text.
        let _ = write!(all, "{joint}{name}{colon}{}", fault.detail);
    }
    if all.is_empty() { error.detail.clone() } else { all }
}

/// The place of a fault as OpenAI writes it: `/messages/0/role` is `messages[0].role`.
fn param(fault: &Fault) -> Option<String> {
    let pointer = fault.pointer.as_deref().filter(|pointer| !pointer.is_empty())?;
    let mut place = String::new();
    for part in pointer.split('/').skip(1) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) && !place.is_empty() {
            place.extend(["[", part, "]"]);
        } else {
            place.push_str(if place.is_empty() { "" } else { "." });
            place.push_str(part);
        }
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use plinth_domain::codes;

    use super::*;

    #[test]
    fn an_error_names_the_parameter_as_openai_does() {
        let fault = Fault::at("/messages/0/role", codes::FIELD_REQUIRED, "must be given");
        let error = ApiError::invalid_body(vec![fault]);
        let json: serde_json::Value = serde_json::from_slice(&text(&error)).unwrap();
        assert_eq!(
            json["error"],
            serde_json::json!({
                "message": "messages[0].role: must be given", "type": INVALID,
                "param": "messages[0].role", "code": "field.required",
            })
        );
        assert_eq!(status_of(&error), 400);
    }

    #[test]
    fn the_fault_of_a_provider_decides_the_status_and_whether_to_repeat() {
        let of = |code: &str| {
            let failure = Failure { code: code.to_owned(), detail: "why".to_owned() };
            let error = failed(Some(&failure));
            (status_of(&error).as_u16(), is_final(&error))
        };
        assert_eq!(of("provider.rejected"), (400, false));
        assert_eq!(of("provider.quota"), (429, true));
        assert_eq!(of("provider.rate_limited"), (429, false));
        assert_eq!(of("provider.unavailable"), (503, false));
        assert_eq!(of("provider.auth"), (502, true));
        assert_eq!(of("timeout.first_token"), (504, false));
        assert_eq!(of("timeout.total"), (504, true));
        assert_eq!(of("execution.cancelled"), (409, true));
        assert_eq!(failed(None).status, 500);
    }
}
