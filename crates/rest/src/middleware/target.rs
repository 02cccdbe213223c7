use actix_web::http::{StatusCode, Uri};
use percent_encoding::percent_decode_str;

use super::codes::{PATH_MALFORMED, QUERY_MALFORMED, REQUEST_TARGET_TOO_LONG};
use crate::problem::ApiError;

/// The maximum length of a path with its query. The longest cursor and every filter fit in.
pub(crate) const MAX_TARGET_BYTES: usize = 16 * 1024;

/// Refuses a path or a query that is not percent-encoded UTF-8 (RFC 3986, 2.1): decoders replace
/// such bytes, so that the request would be about something else than the client asked.
pub(super) fn check(uri: &Uri) -> Result<(), ApiError> {
    let length = uri.path_and_query().map_or(0, |target| target.as_str().len());
    if length > MAX_TARGET_BYTES {
        let detail = format!("the path and the query may have at most {MAX_TARGET_BYTES} bytes");
        return Err(ApiError::new(StatusCode::URI_TOO_LONG, REQUEST_TARGET_TOO_LONG, detail));
    }
    let detail = "must be percent-encoded UTF-8";
    if !is_encoded(uri.path()) {
        return Err(ApiError::bad_request(PATH_MALFORMED, detail));
    }
    if !is_encoded(uri.query().unwrap_or_default()) {
        return Err(ApiError::bad_request(QUERY_MALFORMED, detail));
    }
    Ok(())
}

fn is_encoded(text: &str) -> bool {
    let mut escapes = text.split('%');
    // The text in front of the first escape.
    escapes.next();
    let is_hex = |escape: &str| {
        escape.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    };
    escapes.all(is_hex) && (!text.contains('%') || percent_decode_str(text).decode_utf8().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_percent_encoded_utf_8_is_accepted() {
        for text in ["", "a=b", "q=%C3%A4", "q=%c3%a4+x", "%00", "a%2Fb", "%F0%9F%8F%97"] {
            assert!(is_encoded(text), "{text}");
        }
        // A bare byte, a part of a character, an overlong one, a surrogate; no escapes.
        for text in ["%ff", "q=%C3", "%C3%28", "%C0%80", "%ED%A0%80", "%", "%4", "%zz", "%%", "%+1"]
        {
            assert!(!is_encoded(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_text_is_accepted_once_it_is_encoded(text: String) {
            let set = percent_encoding::NON_ALPHANUMERIC;
            let encoded = percent_encoding::utf8_percent_encode(&text, set).to_string();
            prop_assert!(is_encoded(&encoded));
        }
    }
}
