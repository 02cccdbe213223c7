use std::{collections::BTreeMap, fmt};

use super::WEBHOOK_HEADER_MALFORMED;
use crate::{Invalid, codes};

/// The most headers of one webhook.
pub const MAX_HEADERS: usize = 10;

/// The most characters of all headers together, so that they fit into one encrypted secret.
const MAX_CHARACTERS: usize = 2500;

/// The headers that Plinth or HTTP sets.
const RESERVED: [&str; 18] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "traceparent",
    "tracestate",
];

/// Headers that are sent with each event, by their names in lower case (RFC 9110, section 5). Their
/// values may be secret: `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WebhookHeaders(BTreeMap<String, String>);

impl WebhookHeaders {
    /// Parses names and values. The error has the name of the header that cannot be sent.
    pub fn parse(
        headers: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, (String, Invalid)> {
        let mut known = BTreeMap::new();
        for (name, value) in headers {
            let lower = name.to_ascii_lowercase();
            if let Err(invalid) = check(&lower, &value) {
                return Err((name, invalid));
            }
            if known.insert(lower, value.trim().to_owned()).is_some() {
                let detail = "each header once, in whichever letters it is written";
                return Err((name, Invalid::new(codes::VALUE_REPEATED, detail)));
            }
        }
        let characters: usize = known.iter().map(|(name, value)| name.len() + value.len()).sum();
        if known.len() > MAX_HEADERS || characters > MAX_CHARACTERS {
            let detail =
                format!("at most {MAX_HEADERS} headers with {MAX_CHARACTERS} characters in all");
            return Err((String::new(), Invalid::new(codes::LIST_TOO_LONG, detail)));
        }
        Ok(Self(known))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for WebhookHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

fn check(name: &str, value: &str) -> Result<(), Invalid> {
    let malformed = |detail| Err(Invalid::new(WEBHOOK_HEADER_MALFORMED, detail));
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if !(1..=100).contains(&name.len()) || !name.bytes().all(is_token) {
        return malformed("the name of a header has 1 to 100 letters, digits or '-'");
    }
    if RESERVED.contains(&name) || name.starts_with("webhook-") {
        return malformed("this header is set by Plinth or by HTTP");
    }
    let is_plain = |b: u8| b == b' ' || b.is_ascii_graphic();
    let value = value.trim();
    if !(1..=2000).contains(&value.len()) || !value.bytes().all(is_plain) {
        return malformed("the value of a header has 1 to 2000 visible ASCII characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, value: &str) -> Result<WebhookHeaders, (String, Invalid)> {
        WebhookHeaders::parse([(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn a_header_cannot_break_out_of_its_line_or_replace_one_of_plinth() {
        for (name, value) in [
            ("x", "a\r\nhost: b"),
            ("x y", "a"),
            ("", "a"),
            ("x", " "),
            ("Host", "a"),
            ("Webhook-Signature", "a"),
            ("Content-Length", "1"),
            ("x", "ä"),
        ] {
            assert!(parse(name, value).is_err(), "{name}: {value}");
        }
        let headers = parse("Authorization", "Bearer canary").unwrap();
        assert_eq!(headers.names().collect::<Vec<_>>(), ["authorization"]);
        assert!(!format!("{headers:?}").contains("canary"));
    }

    #[test]
    fn headers_are_few_and_each_is_given_once() {
        let twice = ["X-Key", "x-key"].map(|name| (name.to_owned(), "a".to_owned()));
        assert!(WebhookHeaders::parse(twice).is_err());
        let many = (0..=MAX_HEADERS).map(|n| (format!("x-{n}"), "a".to_owned()));
        assert!(WebhookHeaders::parse(many).is_err());
        assert!(parse("x", &"a".repeat(2000)).is_ok());
    }
}
