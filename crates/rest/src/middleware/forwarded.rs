//! The headers in which proxies report the client's address: `X-Forwarded-For`, and `Forwarded`
//! (RFC 7239).
//!
//! Headers are read as bytes and from the right: what a client put in front cannot hide the entry
//! that a proxy added.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::http::header::HeaderMap;

/// The address in `X-Forwarded-For` that stands before the `after` last ones.
pub(super) fn x_forwarded_for(headers: &HeaderMap, after: usize) -> Option<IpAddr> {
    node(element(headers, "x-forwarded-for", after)?)
}

/// The address in `Forwarded` that stands before the `after` last ones.
pub(super) fn forwarded(headers: &HeaderMap, after: usize) -> Option<IpAddr> {
    let element = element(headers, "forwarded", after)?;
    let mut pairs = element.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let value = pairs.find_map(|pair| {
        let (name, value) = pair.split_at_checked(4)?;
        name.eq_ignore_ascii_case(b"for=").then_some(value)
    })?;
    node(value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value))
}

/// An element of a list that may have several header lines, counted from the end. Empty elements
/// do not count (RFC 9110, 5.6.1).
///
/// Every comma separates: no address, host or scheme contains one, so a quotation mark that the
/// client left open joins nothing to the element of a proxy.
fn element<'a>(headers: &'a HeaderMap, name: &str, after: usize) -> Option<&'a [u8]> {
    let lines = headers.get_all(name).collect::<Vec<_>>();
    let elements = lines.into_iter().rev().flat_map(|line| line.as_bytes().rsplit(|b| *b == b','));
    elements.map(<[u8]>::trim_ascii).filter(|element| !element.is_empty()).nth(after)
}

/// The address of a node: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`,
/// `[2001:db8::1]:4711`. `None` for `unknown` and obfuscated nodes (RFC 7239, 6).
fn node(bytes: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(bytes).ok()?;
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']')?;
        let is_port = rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
        return if is_port { v6(address).map(IpAddr::V6) } else { None };
    }
    match text.split_once(':') {
        Some((address, port)) if !port.contains(':') => {
            if is_port(port) {
                address.parse().ok().map(IpAddr::V4)
            } else {
                None
            }
        }
        Some(_) => v6(text).map(IpAddr::V6),
        None => text.parse().ok().map(IpAddr::V4),
    }
}

/// An IPv6 address, without the zone that some proxies add.
fn v6(text: &str) -> Option<Ipv6Addr> {
    text.split_once('%').map_or(text, |(address, _)| address).parse().ok()
}

/// A port, or an obfuscated one: `_gazonk` (RFC 7239, 6.2).
fn is_port(text: &str) -> bool {
    let obfuscated = text.strip_prefix('_').is_some_and(|rest| !rest.is_empty());
    obfuscated || ((1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    const X: &str = "x-forwarded-for";

    fn headers(name: &'static str, lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_node_is_read_with_ports_and_brackets() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]:_gazonk", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
        ] {
            assert_eq!(node(text.as_bytes()), Some(address(expected)), "{text}");
        }
        for text in [
            "",
            "unknown",
            "_hidden",
            "192.0.2.1:",
            "192.0.2.1:port",
            "192.0.2.1:123456",
            "[::1",
            "[192.0.2.1]",
            "[::1]x",
            "::1]",
            "192.0.2.256",
            "example.com",
            "1:2",
        ] {
            assert_eq!(node(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_entry_of_the_first_trusted_proxy_counts_over_all_lines() {
        let sent = headers(X, &[b"203.0.113.9, 192.0.2.1", b"198.51.100.2:80,, 10.0.0.1"]);
        for (after, expected) in
            [(0, "10.0.0.1"), (1, "198.51.100.2"), (2, "192.0.2.1"), (3, "203.0.113.9")]
        {
            assert_eq!(x_forwarded_for(&sent, after), Some(address(expected)), "{after}");
        }
        assert_eq!(x_forwarded_for(&sent, 4), None);
    }

    #[test]
    fn forwarded_is_read_by_rfc_7239() {
        let sent = headers(
            "forwarded",
            &[
                b"for=192.0.2.43, For=\"[2001:db8:cafe::17]:4711\"",
                b"proto=https; FOR=192.0.2.60;by=203.0.113.43",
                b"by=10.0.0.1",
            ],
        );
        assert_eq!(forwarded(&sent, 0), None, "the proxy told no client");
        for (after, expected) in [(1, "192.0.2.60"), (2, "2001:db8:cafe::17"), (3, "192.0.2.43")] {
            assert_eq!(forwarded(&sent, after), Some(address(expected)), "{after}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_a_client_sends_hides_what_the_proxy_added(
            client in proptest::collection::vec(
                any::<u8>().prop_filter("in a header", |b| *b == 9 || (*b >= 32 && *b != 127)),
                0..40,
            ),
            same_line: bool,
        ) {
            type Read = fn(&HeaderMap, usize) -> Option<IpAddr>;
            let proxies: [(&'static str, &[u8], Read); 2] = [
                (X, b"192.0.2.1", x_forwarded_for),
                ("forwarded", b"for=192.0.2.1;proto=https", forwarded),
            ];
            for (name, added, read) in proxies {
                let joined = [&client, b", ".as_slice(), added].concat();
                let sent = if same_line {
                    headers(name, &[&joined])
                } else {
                    headers(name, &[&client, added])
                };
                prop_assert_eq!(read(&sent, 0), Some(address("192.0.2.1")));
            }
        }
    }
}
