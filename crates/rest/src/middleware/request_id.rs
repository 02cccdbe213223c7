use actix_web::http::header::HeaderMap;

/// The header of the request id, in requests and responses.
pub(super) const HEADER: &str = "X-Request-Id";

/// The request id that the client sent, if it is well-formed: 1 to 128 letters,
/// digits, `-`, `_` and `.`.
pub(super) fn given(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    ((1..=128).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}
