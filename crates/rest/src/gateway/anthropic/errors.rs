//! Errors in Anthropic's form.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    gateway::errors::message,
    problem::{ApiError, Fault},
};

/// An error, in the form of Anthropic's API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnthropicErrorView {
    #[serde(rename = "type")]
    #[schema(example = "error")]
    kind: &'static str,
    error: AnthropicErrorDetailView,
    /// The identity of the request, as in the header `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    request_id: Option<String>,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnthropicErrorDetailView {
    /// `invalid_request_error`, `authentication_error`, `permission_error`, `not_found_error`,
    /// `request_too_large`, `rate_limit_error`, `timeout_error`, `overloaded_error` or `api_error`.
    #[serde(rename = "type")]
    #[schema(example = "not_found_error")]
    kind: &'static str,
    /// What is wrong, for humans.
    #[schema(example = "there is no model, and no version of a prompt, of this name")]
    message: String,
    /// The code, which Anthropic's API does not have.
    #[schema(example = "model.unknown")]
    code: String,
}

/// The JSON of an error.
pub(in crate::gateway) fn text(error: &ApiError, request_id: Option<&str>) -> Vec<u8> {
    let code = error.errors.first().map_or(error.code.name(), |fault| fault.code.as_str());
    let detail = AnthropicErrorDetailView {
        kind: kind(error),
        message: message(error, place),
        code: code.to_owned(),
    };
    let request_id = request_id.map(str::to_owned);
    let view = AnthropicErrorView { kind: "error", error: detail, request_id };
    serde_json::to_vec(&view).unwrap_or_default()
}

fn kind(error: &ApiError) -> &'static str {
    match error.status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        503 => "overloaded_error",
        504 => "timeout_error",
        500..=599 => "api_error",
        _ => "invalid_request_error",
    }
}

/// The place of a fault as Anthropic writes it: `/messages/0/role` is `messages.0.role`.
fn place(fault: &Fault) -> Option<String> {
    let pointer = fault.pointer.as_deref().filter(|pointer| !pointer.is_empty())?;
    Some(pointer.trim_start_matches('/').replace('/', "."))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use plinth_domain::codes;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_error_has_anthropics_form_and_names_the_place() {
        let fault = Fault::at("/messages/0/role", codes::FIELD_REQUIRED, "must be given");
        let error = ApiError::invalid_body(vec![fault]);
        let written: Value = serde_json::from_slice(&text(&error, Some("r1"))).unwrap();
        let detail = json!({
            "type": "invalid_request_error", "message": "messages.0.role: must be given",
            "code": "field.required",
        });
        assert_eq!(written, json!({"type": "error", "error": detail, "request_id": "r1"}));
    }

    #[test]
    fn the_status_decides_the_type() {
        for (status, expected) in [
            (400, "invalid_request_error"),
            (401, "authentication_error"),
            (403, "permission_error"),
            (404, "not_found_error"),
            (409, "invalid_request_error"),
            (413, "request_too_large"),
            (429, "rate_limit_error"),
            (500, "api_error"),
            (502, "api_error"),
            (503, "overloaded_error"),
            (504, "timeout_error"),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let error = ApiError { status, ..ApiError::internal() };
            assert_eq!(kind(&error), expected, "{status}");
        }
    }
}
