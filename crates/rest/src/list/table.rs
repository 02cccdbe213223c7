//! When a list is answered as CSV.

use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header, Quality};

/// The media type of the answer.
pub(super) const CSV: &str = "text/csv; charset=utf-8; header=present";

/// Whether the client prefers CSV to JSON (RFC 9110, 12.5.1). Of two alike, the first one counts.
pub(super) fn is_wanted(request: &HttpRequest) -> bool {
    let accepted = Accept::parse(request).map_or_else(|_| Vec::new(), |accept| accept.0);
    let accepted = accepted.into_iter().filter(|kind| kind.quality > Quality::ZERO);
    let ranked = Accept(accepted.collect()).ranked();
    let known =
        ranked.iter().find_map(|kind| match (kind.type_().as_str(), kind.subtype().as_str()) {
            ("text", "csv" | "*") => Some(true),
            ("application", "json" | "*") | ("*", "*") => Some(false),
            _ => None,
        });
    known.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn csv_is_answered_to_those_who_prefer_it() {
        for (accept, wanted) in [
            ("text/csv", true),
            ("text/*", true),
            ("text/csv, application/json;q=0.5", true),
            ("application/json, text/csv", false),
            ("application/json;q=0.1, text/csv", true),
            ("text/csv;q=0.1, */*", false),
            ("text/csv;q=0", false),
            ("text/html, */*", false),
            ("*/*", false),
            ("", false),
            ("nonsense", false),
        ] {
            let request =
                TestRequest::default().insert_header(("accept", accept)).to_http_request();
            assert_eq!(is_wanted(&request), wanted, "{accept:?}");
        }
        assert!(!is_wanted(&TestRequest::default().to_http_request()));
    }
}
