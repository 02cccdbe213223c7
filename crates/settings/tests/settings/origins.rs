//! Origins are compared as origins, not as strings.

use plinth_settings::OriginPattern;

fn allows(pattern: &str, origin: &str) -> bool {
    OriginPattern::parse(pattern).is_some_and(|pattern| pattern.allows(origin))
}

#[test]
fn an_exact_origin_allows_itself_alone() {
    assert!(allows("https://app.example.com", "https://app.example.com"));
    assert!(allows("https://app.example.com:443", "https://app.example.com"));
    assert!(allows("http://localhost:3000", "http://localhost:3000"));
    assert!(allows("http://[::1]:3000", "http://[::1]:3000"));
    for other in [
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.test",
        "https://evil.test/https://app.example.com",
        "https://app.example.com@evil.test",
        "https://*.example.com",
        "null",
        "",
    ] {
        assert!(!allows("https://app.example.com", other), "{other}");
    }
}

#[test]
fn a_wildcard_stands_for_exactly_one_label() {
    let pattern = "https://*.preview.example.com";
    assert!(allows(pattern, "https://pr-7.preview.example.com"));
    for other in [
        "https://preview.example.com",
        "https://a.b.preview.example.com",
        "https://.preview.example.com",
        "https://a-preview.example.com",
        "https://a.preview.example.com:8443",
        "http://a.preview.example.com",
    ] {
        assert!(!allows(pattern, other), "{other}");
    }
}

#[test]
fn what_is_no_origin_is_refused() {
    for text in [
        "*",
        "https://*",
        "https://*.com",
        "https://*.127.0.0.1",
        "https://a.*.example.com",
        "https://*a.example.com",
        "https://example.com/",
        "https://user@example.com",
        "ftp://example.com",
        "example.com",
        "null",
    ] {
        assert_eq!(OriginPattern::parse(text), None, "{text}");
    }
}
