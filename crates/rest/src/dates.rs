//! Days and times of requests. Every one of them exists, and has a year of four digits.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, Timelike};
use plinth_domain::Timestamp;

/// A day in the extended format of ISO 8601, of the years 1 to 9999: `2026-11-20`.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    // chrono also reads signs, blanks and single digits.
    let shape = |(n, byte): (usize, u8)| match n {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let fits = text.len() == 10 && text.bytes().enumerate().all(shape);
    let day = if fits { text.parse().ok() } else { None };
    day.filter(|day: &NaiveDate| day.year() > 0)
}

/// A time of RFC 3339 with a capital `T` and `Z`, as ISO 8601 has it, truncated to microseconds. In
/// UTC, it is of the years 1 to 9999. There are no leap seconds.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    day(text.get(..10)?)?;
    let fits = text.as_bytes().get(10) == Some(&b'T') && !text.ends_with('z');
    let time = if fits { DateTime::parse_from_rfc3339(text).ok()?.to_utc() } else { return None };
    // chrono counts a leap second into the nanoseconds.
    let exists = (1..=9999).contains(&time.year()) && time.nanosecond() < 1_000_000_000;
    exists.then(|| time.trunc_subsecs(6))
}

/// A moment, or the beginning of a day in UTC.
pub(crate) fn day_or_moment(text: &str) -> Option<Timestamp> {
    day(text).map(|day| day.and_time(NaiveTime::MIN).and_utc()).or_else(|| moment(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn days_that_exist_in_the_years_1_to_9999_are_read() {
        for text in ["0001-01-01", "9999-12-31", "2024-02-29", "2026-11-20"] {
            assert_eq!(day(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "0000-01-01",
            "10000-01-01",
            "+999-01-01",
            "-001-01-01",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "20261120",
            "2026-W47-5",
            "2026-11-20 ",
            "2026/11/20",
            " 026-11-20",
            "2026-11-20T10:05:00Z",
            "٢٠٢٦-١١",
            "",
        ] {
            assert_eq!(day(text), None, "{text:?}");
        }
    }

    #[test]
    fn times_of_rfc_3339_are_read_in_utc_and_to_the_microsecond() {
        for (text, read) in [
            ("2026-11-20T10:05:00Z", "2026-11-20T10:05:00Z"),
            ("2026-11-20T10:05:00.1234567+01:00", "2026-11-20T09:05:00.123456Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ] {
            let read: Timestamp = read.parse().unwrap();
            assert_eq!(moment(text), Some(read), "{text}");
            assert_eq!(day_or_moment(text), Some(read), "{text}");
        }
        assert_eq!(day_or_moment("2026-11-20"), moment("2026-11-20T00:00:00Z"));
    }

    #[test]
    fn what_is_no_time_of_the_years_1_to_9999_is_refused() {
        for text in [
            "0000-12-31T23:59:59Z",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "10000-01-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-12-31T23:59:60Z",
            "2026-11-20t10:05:00Z",
            "2026-11-20T10:05:00z",
            "2026-11-20 10:05:00Z",
            "2026-11-20T10:05:00",
            "2026-11-20T10:05Z",
            "2026-11-20T10:05:00+0100",
            "2026-11-20T10:05:00 01:00",
            "noon",
            "",
        ] {
            assert_eq!(day_or_moment(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9T:Z+-]{0,30}|.{0,30}") {
            let _ = (day(&text), moment(&text), day_or_moment(&text));
        }
    }
}
