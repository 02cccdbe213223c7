//! The problem (RFC 9457) that a server answers.

use std::{
    error::Error,
    fmt::{self, Write},
    time::Duration,
};

use serde_json::Value;

use crate::terminal::clean;

/// An answer that says why a request was refused.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    /// From `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
    /// `null` where the answer is no problem, such as one of a proxy.
    body: Value,
}

impl Problem {
    pub(crate) fn of(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body).unwrap_or_default();
        Self { status, retry_after, body }
    }

    /// A field of the problem, if it is a text.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field)?.as_str()
    }

    /// Whether the problem has this code.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.text("code") == Some(code)
    }

    /// Whether the same request may succeed later.
    pub(crate) const fn may_pass(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(detail), Some(code)) = (self.text("detail"), self.text("code")) else {
            return write!(f, "the server answers {} without saying why", self.status);
        };
        write!(f, "{} ({}", clean(detail), clean(code))?;
        if let Some(request) = self.text("request_id") {
            write!(f, ", request {}", clean(request))?;
        }
        f.write_str(")")?;
        for fault in self.body["errors"].as_array().into_iter().flatten() {
            write!(f, "\n  {}", line(fault))?;
        }
        if let Some(url) = self.text("cell_url") {
            write!(f, "\n  -> the organization is at {}", clean(url))?;
        }
        Ok(())
    }
}

impl Error for Problem {}

/// A fault of a body or a query, in one line.
fn line(fault: &Value) -> String {
    let text = |field: &str| clean(fault[field].as_str().unwrap_or_default());
    let mut place = [text("pointer"), text("parameter")].concat();
    if let Some(number) = fault["line"].as_u64() {
        let _ = write!(place, "line {number} {}", text("column"));
    }
    format!("{}: {} ({})", place.trim_end(), text("detail"), text("code"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(body: &Value) -> String {
        Problem::of(422, None, body.to_string().as_bytes()).to_string()
    }

    #[test]
    fn a_problem_names_its_code_its_request_and_every_fault() {
        let problem = json!({
            "code": "body.invalid", "detail": "the body has faults", "request_id": "r-1",
            "errors": [
                {"pointer": "/code", "code": "text.empty", "detail": "must not be empty"},
                {"line": 2, "column": "address.country", "code": "x.y", "detail": "unknown"},
            ],
        });
        assert_eq!(
            said(&problem),
            "the body has faults (body.invalid, request r-1)\n  /code: must not be empty \
             (text.empty)\n  line 2 address.country: unknown (x.y)"
        );
    }

    #[test]
    fn what_a_server_says_does_not_act_on_the_terminal() {
        let problem = json!({"code": "a\u{1b}[2J", "detail": "b\u{9b}", "request_id": "\u{202e}"});
        assert!(!said(&problem).contains(['\u{1b}', '\u{9b}', '\u{202e}']));
    }

    #[test]
    fn an_answer_that_is_no_problem_is_told_by_its_status() {
        let said = Problem::of(502, None, b"<html>").to_string();
        assert_eq!(said, "the server answers 502 without saying why");
    }
}
