use proptest::prelude::*;

use super::{Parser, TooLong};
use crate::limits::MAX_BYTES;

/// The data of all events when the bytes come in pieces.
fn events<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<String>, TooLong> {
    let mut parser = Parser::default();
    let mut found = Vec::new();
    let mut drain = |parser: &mut Parser| {
        while let Some(event) = parser.event()? {
            let mark = if event.is_error { "!" } else { "" };
            found.push(format!("{mark}{}", String::from_utf8_lossy(event.data)));
        }
        Ok(())
    };
    for piece in pieces {
        parser.push(piece);
        drain(&mut parser)?;
    }
    parser.end();
    drain(&mut parser)?;
    Ok(found)
}

const CASES: &[(&str, &[&str])] = &[
    ("data: {\"a\":1}\n\ndata: [DONE]\n\n", &["{\"a\":1}", "[DONE]"]),
    ("data: grüße 🦀 漢\n\n", &["grüße 🦀 漢"]),
    ("event: x\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n", &["1", "2"]),
    ("data: 1\r\rdata: 2\r\r", &["1", "2"]),
    ("data: 1\r\n\ndata: 2\n\r\n", &["1", "2"]),
    (": OPENROUTER PROCESSING\n\n:\n\ndata: 1\n\n", &["1"]),
    ("data:1\n\n", &["1"]),
    ("data:  1\n\n", &[" 1"]),
    ("\u{feff}data: 1\n\n", &["1"]),
    ("data: 1\n\n\u{feff}data: 2\n\n", &["1"]),
    ("data: 1\ndata: 2\n\n", &["1\n2"]),
    ("data\n\n", &[""]),
    ("data: 1\n\ndata: [DONE]\n", &["1", "[DONE]"]),
    ("data: 1\n\ndata: [DONE]", &["1", "[DONE]"]),
    ("data: 1\n\ndata: [DONE]\r", &["1", "[DONE]"]),
    ("{\"error\":{\"message\":\"no\"}}", &[]),
    ("id: 7\nretry: 10\ndatabase: 1\ndata: 1\n\n", &["1"]),
    ("event: error\ndata: 1\n\ndata: 2\n\n", &["!1", "2"]),
    ("event: error\n\ndata: 2\n\n", &["2"]),
    ("", &[]),
];

#[test]
fn events_are_read_as_the_standard_says_also_byte_by_byte() {
    for (stream, expected) in CASES {
        assert_eq!(events([stream.as_bytes()]).unwrap(), *expected, "{stream:?}");
        assert_eq!(events(stream.as_bytes().chunks(1)).unwrap(), *expected, "{stream:?} by byte");
    }
}

#[test]
fn a_line_of_eight_mebibytes_is_the_longest_and_takes_no_quadratic_time() {
    let mut line = b"data: ".to_vec();
    line.resize(MAX_BYTES, b'x');
    line.extend(b"\n\n");
    let started = std::time::Instant::now();
    let found = events(line.chunks(100)).unwrap();
    assert_eq!(found[0].len(), MAX_BYTES - 6);
    // 80,000 pieces: looking at all bytes for each of them would take minutes.
    assert!(started.elapsed() < std::time::Duration::from_secs(20));
    line.insert(6, b'x');
    assert_eq!(events(line.chunks(1 << 16)), Err(TooLong));
    assert_eq!(events([&line[..=MAX_BYTES]]), Err(TooLong), "also before its end");
    let lines = [b"data: 0123456789\n".as_slice()].repeat(MAX_BYTES / 10).concat();
    assert_eq!(events([&lines[..]]), Err(TooLong), "nor is the data of many lines longer");
}

proptest! {
    #[test]
    fn any_split_of_the_bytes_gives_the_same_events(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "data: é", "data:1", "data", ":c", "event: error", "event: x", "", "", "id: 1",
                "\u{feff}data: 2", "dat", "data: 🦀 ",
            ]),
            0..20,
        ),
        ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r", "\r\n"]), 20),
        cuts in prop::collection::vec(1_usize..9, 1..40),
    ) {
        let stream: String = lines.iter().zip(&ends).flat_map(|(line, end)| [*line, *end]).collect();
        let mut rest = stream.as_bytes();
        let mut pieces = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(events(pieces), events([stream.as_bytes()]));
    }
}
