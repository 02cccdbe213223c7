use plinth_testkit::provider::{Answer, Wire};
use proptest::prelude::*;

use crate::bench::{Bench, Outcome, WIRES};

/// The streams of an answer with every kind of character, as text.
fn stream(wire: Wire, tokens: &[String]) -> String {
    let start = wire.start() + &wire.ping();
    let text: String = tokens.iter().map(|token| wire.delta(token)).collect();
    start + &text + &wire.finish(wire.stop(), 7) + &wire.done()
}

/// Row 20 of the failure matrix.
#[tokio::test]
async fn odd_lines_and_bytes_that_come_alone_change_nothing() {
    let bench = Bench::start().await;
    let tokens = ["gr", "üße ", "🦀", " 漢\n", "\"quoted\\\""].map(str::to_owned);
    for (provider, wire) in WIRES {
        let plain = stream(wire, &tokens);
        let expected = bench.stream(provider, Answer::stream([plain.clone()])).await;
        assert_eq!(expected.text, tokens.concat());
        for odd in [
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\r"),
            format!("\u{feff}{plain}"),
            plain.replace("data: ", "data:"),
            plain.replace("data: ", ": a comment\nid: 1\nretry: 5\ndata: "),
            plain.trim_end().to_owned(),
        ] {
            let at_once = Answer::stream([odd.clone()]);
            assert_eq!(bench.stream(provider, at_once).await, expected, "{odd:?}");
            let by_byte = Answer::stream([odd.clone()]).byte_by_byte();
            assert_eq!(bench.stream(provider, by_byte).await, expected, "{odd:?} by byte");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_split_of_the_bytes_gives_the_same_answer(
        tokens in prop::collection::vec("[a-c\u{e9}\u{6f22}\u{1f980}\\n\"\\\\]{1,4}", 1..6),
        cuts in prop::collection::vec(1_usize..200, 1..30),
        which in 0_usize..3,
    ) {
        let (provider, wire) = WIRES[which];
        let bytes = stream(wire, &tokens).into_bytes();
        let mut pieces = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece.to_vec());
            rest = after;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (whole, split): (Outcome, Outcome) = runtime.block_on(async {
            let bench = Bench::start().await;
            let whole = bench.stream(provider, Answer::stream([bytes.clone()])).await;
            (whole, bench.stream(provider, Answer::stream(pieces)).await)
        });
        prop_assert_eq!(&whole.text, &tokens.concat());
        prop_assert_eq!(whole, split);
    }
}
