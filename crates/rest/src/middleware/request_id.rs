use actix_web::http::header::HeaderMap;

/// The header that carries a request's id in both directions.
pub(super) const HEADER: &str = "X-Request-Id";

/// The client's id for the request, when it is well-formed: 1 to 128 of
/// letters, digits, `-`, `_` and `.`.
pub(super) fn given(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(HEADER)?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    ((1..=128).contains(&text.len()) && text.bytes().all(plain)).then(|| text.to_owned())
}
