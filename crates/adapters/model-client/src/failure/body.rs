use plinth_domain::ModelFault;
use serde_json::Value;

use super::Failure;

/// The failure that an answer with an error's status describes.
pub(crate) fn of_status(status: u16, body: &[u8]) -> Failure {
    let text = String::from_utf8_lossy(body);
    let Ok(value) = serde_json::from_str::<Value>(&text) else {
        return Failure::new(by_status(status), in_words(status, text.trim()));
    };
    let error = Reported::of(value.get("error").unwrap_or(&value));
    let detail = error.message.clone().unwrap_or_else(|| value.to_string());
    Failure::new(error.special().unwrap_or(by_status(status)), detail)
}

/// The failure that an error object in a successful answer describes.
pub(crate) fn reported(error: &Value) -> Failure {
    let reported = Reported::of(error);
    let detail = reported.message.clone().unwrap_or_else(|| error.to_string());
    let fault = reported.special().or_else(|| reported.by_name()).or_else(|| reported.by_number());
    Failure::new(fault.unwrap_or(ModelFault::Failed), detail)
}

/// An error as the APIs report it: `{"type": …, "code": …, "message": …}`, or a text.
struct Reported<'a> {
    names: [&'a str; 2],
    number: Option<u16>,
    message: Option<String>,
}

impl<'a> Reported<'a> {
    fn of(error: &'a Value) -> Self {
        let name = |key| error.get(key).and_then(Value::as_str).unwrap_or_default();
        let message = ["message", "detail", "error"].into_iter().find_map(|key| error.get(key));
        let message = message.unwrap_or(error).as_str();
        let number = error.get("code").and_then(Value::as_u64);
        Self {
            names: [name("type"), name("code")],
            number: number.and_then(|number| number.try_into().ok()),
            message: message.map(str::to_owned),
        }
    }

    /// What the status alone does not tell.
    fn special(&self) -> Option<ModelFault> {
        // Anthropic has no name for it: the status is 400, as for a wrong request.
        let broke = |message: &String| message.contains("credit balance is too low");
        if self.message.as_ref().is_some_and(broke) {
            return Some(ModelFault::Quota);
        }
        self.names.iter().find_map(|name| match *name {
            "insufficient_quota"
            | "billing_error"
            | "billing_hard_limit_reached"
            | "insufficient_balance" => Some(ModelFault::Quota),
            "model_not_found" | "model_not_supported" => Some(ModelFault::ModelUnknown),
            _ => None,
        })
    }

    fn by_name(&self) -> Option<ModelFault> {
        self.names.iter().find_map(|name| match *name {
            "authentication_error" | "permission_error" | "invalid_api_key" => {
                Some(ModelFault::Auth)
            }
            "rate_limit_error" | "rate_limit_exceeded" => Some(ModelFault::RateLimited),
            "not_found_error" => Some(ModelFault::ModelUnknown),
            "invalid_request_error" | "request_too_large" | "context_length_exceeded" => {
                Some(ModelFault::Rejected)
            }
            "overloaded_error"
            | "api_error"
            | "server_error"
            | "timeout_error"
            | "internal_server_error"
            | "service_unavailable" => Some(ModelFault::Unavailable),
            _ => None,
        })
    }

    /// Some APIs write the HTTP status into the object.
    fn by_number(&self) -> Option<ModelFault> {
        self.number.filter(|number| (400..600).contains(number)).map(by_status)
    }
}

fn by_status(status: u16) -> ModelFault {
    match status {
        401 | 403 => ModelFault::Auth,
        402 => ModelFault::Quota,
        404 => ModelFault::ModelUnknown,
        429 => ModelFault::RateLimited,
        408 | 409 | 425 | 500..=599 => ModelFault::Unavailable,
        400..=499 => ModelFault::Rejected,
        _ => ModelFault::InvalidResponse,
    }
}

/// A text for a body that is no JSON: never a page of HTML.
fn in_words(status: u16, text: &str) -> String {
    match text {
        "" => format!("status {status} without a body"),
        page if page.starts_with('<') => format!("status {status} with a page of HTML"),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_status_has_one_fault_unless_the_body_is_more_exact() {
        let quota = r#"{"error": {"type": "insufficient_quota", "message": "no credit"}}"#;
        let broke = r#"{"type": "error", "error": {"type": "invalid_request_error",
            "message": "Your credit balance is too low"}}"#;
        let unknown = r#"{"error": {"code": "model_not_found", "message": "no such model"}}"#;
        for (status, body, fault) in [
            (400, "", ModelFault::Rejected),
            (400, broke, ModelFault::Quota),
            (401, "{}", ModelFault::Auth),
            (402, "", ModelFault::Quota),
            (403, "no", ModelFault::Auth),
            (403, unknown, ModelFault::ModelUnknown),
            (404, "", ModelFault::ModelUnknown),
            (413, "", ModelFault::Rejected),
            (422, "", ModelFault::Rejected),
            (429, "", ModelFault::RateLimited),
            (429, quota, ModelFault::Quota),
            (500, quota, ModelFault::Quota),
            (503, "<html>", ModelFault::Unavailable),
            (529, "", ModelFault::Unavailable),
        ] {
            assert_eq!(of_status(status, body.as_bytes()).fault, fault, "{status} {body}");
        }
    }

    #[test]
    fn the_detail_is_the_message_in_each_form_that_providers_send() {
        for (body, detail) in [
            (r#"{"error": {"message": "a"}}"#, "a"),
            (r#"{"error": "b"}"#, "b"),
            (r#"{"message": "c"}"#, "c"),
            (r#"{"detail": "d"}"#, "d"),
            (r#"{"detail": [{"loc": 1}]}"#, r#"{"detail":[{"loc":1}]}"#),
            ("plain", "plain"),
            ("", "status 400 without a body"),
            ("<!doctype html><p>secret page", "status 400 with a page of HTML"),
        ] {
            assert_eq!(of_status(400, body.as_bytes()).detail, detail);
        }
    }

    #[test]
    fn an_error_in_a_successful_answer_keeps_its_meaning() {
        for (error, fault) in [
            (json!({"type": "overloaded_error"}), ModelFault::Unavailable),
            (json!({"type": "invalid_request_error"}), ModelFault::Rejected),
            (json!({"code": "invalid_api_key"}), ModelFault::Auth),
            (json!({"code": 429}), ModelFault::RateLimited),
            (json!({"code": 7}), ModelFault::Failed),
            (json!("anything"), ModelFault::Failed),
            (json!(null), ModelFault::Failed),
        ] {
            assert_eq!(reported(&error).fault, fault, "{error}");
        }
    }
}
