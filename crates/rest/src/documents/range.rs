//! `Range` (RFC 9110, section 14), one range of bytes at a time.

use std::ops::Range;

/// The requested part of a representation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Requested {
    /// All of it, also for several ranges or another unit than bytes: a server
    /// may ignore those (14.2).
    Whole,
    /// These bytes of it.
    Part(Range<u64>),
    /// Bytes beyond the end.
    Beyond,
}

/// Parses the header for a representation of `size` bytes.
pub(super) fn parse(header: Option<&str>, size: u64) -> Requested {
    let Some(range) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else {
        return Requested::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else { return Requested::Whole };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // A number that overflows u64 is beyond any end.
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => number(last).map(|length| size.saturating_sub(length)..size),
        (first, "") => number(first).map(|first| first..size),
        (first, last) => number(first).zip(number(last)).and_then(|(first, last)| {
            (first <= last).then(|| first..last.saturating_add(1).min(size))
        }),
    };
    match range {
        None => Requested::Whole,
        Some(range) if range.start < range.end => Requested::Part(range),
        Some(_) => Requested::Beyond,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_rfc_says() {
        for (header, expected) in [
            (None, Requested::Whole),
            (Some("bytes=0-0"), Requested::Part(0..1)),
            (Some("bytes=0-499"), Requested::Part(0..100)),
            (Some("bytes=50-"), Requested::Part(50..100)),
            (Some("bytes=-10"), Requested::Part(90..100)),
            (Some("bytes=-1000"), Requested::Part(0..100)),
            (Some("bytes=100-"), Requested::Beyond),
            (Some("bytes=-0"), Requested::Beyond),
            (Some("bytes=99999999999999999999999-"), Requested::Beyond),
            (Some("bytes=5-2"), Requested::Whole),
            (Some("bytes=0-1,5-6"), Requested::Whole),
            (Some("bytes=a-b"), Requested::Whole),
            (Some("lines=1-2"), Requested::Whole),
        ] {
            assert_eq!(parse(header, 100), expected, "{header:?}");
        }
        assert_eq!(parse(Some("bytes=0-"), 0), Requested::Beyond);
    }
}
