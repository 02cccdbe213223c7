use actix_web::http::{StatusCode, header::HeaderMap};
use bytes::Bytes;
use plinth_domain::Code;

use crate::{
    middleware::{
        MAX_TARGET_BYTES,
        codes::{
            REQUEST_HEAD_TIMEOUT, REQUEST_HEADERS_TOO_LARGE, REQUEST_MALFORMED,
            REQUEST_TARGET_TOO_LONG,
        },
        put_fixed,
    },
    problem::{ApiError, INTERNAL},
};

/// Why a head was refused.
pub(super) struct Refusal {
    status: StatusCode,
    code: Code,
    detail: &'static str,
}

impl Refusal {
    /// Of a status of actix, and the length of the request line in bytes.
    pub(super) fn of(status: StatusCode, line: usize) -> Self {
        let new = |status, code, detail| Self { status, code, detail };
        let is_unread =
            matches!(status, StatusCode::BAD_REQUEST | StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        match status {
            _ if is_unread && line > MAX_TARGET_BYTES => new(
                StatusCode::URI_TOO_LONG,
                REQUEST_TARGET_TOO_LONG,
                "the path and the query are too long",
            ),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => new(
                status,
                REQUEST_HEADERS_TOO_LARGE,
                "at most 96 header fields, and 128 KiB of them",
            ),
            StatusCode::REQUEST_TIMEOUT => {
                new(status, REQUEST_HEAD_TIMEOUT, "the head of the request arrives too slowly")
            }
            status if status.is_server_error() => new(status, INTERNAL, "something went wrong"),
            status => new(status, REQUEST_MALFORMED, "the request cannot be read as HTTP/1.1"),
        }
    }

    /// The bytes of the answer, after which the connection is closed.
    pub(super) fn answer(&self, request_id: &str) -> Bytes {
        let Self { status, code, detail } = *self;
        tracing::info!(
            target: "plinth::request",
            request_id, status = status.as_u16(), code = code.name(), "refused request"
        );
        let problem = ApiError::new(status, code, detail).problem(request_id);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut headers = HeaderMap::new();
        put_fixed(&mut headers);
        let reason = status.canonical_reason().unwrap_or_default();
        let mut answer = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        let mut put = |name: &str, value: &[u8]| {
            for some in [name.as_bytes(), b": ", value, b"\r\n"] {
                answer.extend_from_slice(some);
            }
        };
        put("content-type", b"application/problem+json");
        put("content-length", body.len().to_string().as_bytes());
        put("connection", b"close");
        put("cache-control", b"no-store");
        put("x-request-id", request_id.as_bytes());
        for (name, value) in &headers {
            put(name.as_str(), value.as_bytes());
        }
        answer.extend_from_slice(b"\r\n");
        answer.extend_from_slice(&body);
        answer.into()
    }
}
