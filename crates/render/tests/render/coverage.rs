use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use plinth_invoice_renderer::{Coverage, Limits, built_in_ranges, protocol::Reply};
use plinth_ports::{GlyphCoverage, INVOICE_NO_GLYPH, InvoiceRenderer};
use serde_json::json;

use crate::{
    samples::{last, standard},
    support::{program, refusal, renderer, request, with_files},
};

/// The ranges that the program finds in its fonts.
fn of_fonts() -> Vec<(u32, u32)> {
    let time = json!({"secs": 60, "nanos": 0});
    let limits = json!({"wall_time": time, "cpu_time": time, "memory_bytes": 1_u64 << 31});
    let mut child = Command::new(program().path)
        .arg(limits.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"task\":\"coverage\",\"files\":[]}\n").unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    match serde_json::from_str(said.lines().nth(1).unwrap()).unwrap() {
        Reply::Covered(ranges) => ranges,
        other => panic!("{other:?}"),
    }
}

/// The source of the table, six ranges a line.
fn table(ranges: &[(u32, u32)]) -> String {
    let mut source = "//! Generated from the fonts by the test `coverage` of `plinth-render`: run it \
                      with `UPDATE=1`.\n\n/// First and last character of each range, ascending, \
                      not adjacent.\n#[rustfmt::skip]\npub(super) const RANGES: &[(u32, u32)] = &[\n"
        .to_owned();
    for line in ranges.chunks(5) {
        let ranges = line.iter().map(|(first, last)| format!("({first:#x}, {last:#x}),"));
        writeln!(source, "    {}", ranges.collect::<Vec<_>>().join(" ")).unwrap();
    }
    source + "];\n"
}

#[test]
fn the_table_of_characters_is_that_of_the_fonts() {
    let ranges = of_fonts();
    if env::var_os("UPDATE").is_some() {
        let path = "../adapters/invoice-renderer/src/coverage/table.rs";
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), table(&ranges)).unwrap();
        return;
    }
    assert!(
        ranges == built_in_ranges(),
        "the table is not that of the fonts; refresh it: \
         UPDATE=1 cargo test -p plinth-render --test render the_table"
    );
}

#[test]
fn the_letters_of_europe_and_the_signs_of_trade_are_covered() {
    let coverage = Coverage::built_in();
    let texts = [
        "ÄÖÜäöüßẞ ÀÉÎÕÑÇŒÆØÅ ąćęłńóśźż čďěňřšťůž őű ğış țș āēīū þð ŵŷ ħġż",
        "Ελληνικά ΆΈΉΊΌΎΏ ϊϋΐΰ ἀρχή",
        "Русский Україна їєґ Ћирилица џљњ Ўў",
        "Հայերեն עברית العربية ქართული",
        "€ £ ¥ ₺ ₴ ₽ ₹ ₩ § © ® ™ ° ² ³ µ Ø ‰ № – — … „“”‚‘’ «» • × ÷ ± ≤ ≥ √ ∅ → ½ ¼ ¾",
    ];
    for text in texts {
        assert_eq!(coverage.uncovered(text), [] as [char; 0], "{text}");
    }
    assert_eq!(coverage.uncovered("नमन"), ['न', 'म'], "its letters would not join");
    assert_eq!(coverage.uncovered("請求書: 請 😀\u{7}\0"), ['\0', '\u{7}', '書', '求', '請', '😀']);
}

#[tokio::test]
async fn every_covered_character_can_be_printed() {
    let characters = built_in_ranges().iter().flat_map(|(first, last)| *first..=*last);
    let all: Vec<char> = characters.filter_map(char::from_u32).collect();
    let mut invoice = standard(1);
    invoice.credit_transfer = None;
    // Apart, because a mark after a letter is a letter with a mark.
    let apart =
        |characters: &[char]| characters.iter().map(char::to_string).collect::<Vec<_>>().join(" ");
    invoice.notes = all.chunks(500).map(apart).collect();
    assert_eq!(Coverage::built_in().uncovered_in(&invoice), [] as [char; 0]);
    renderer().render(&request(invoice)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_character_without_a_glyph_is_named_before_and_when_it_is_rendered() {
    let mut invoice = last();
    invoice.deductions[3].number = "第4号".into();
    assert_eq!(Coverage::built_in().uncovered_in(&invoice), ['号', '第']);
    let refusal = refusal(&renderer(), &request(invoice)).await;
    assert_eq!(refusal.code, INVOICE_NO_GLYPH);
    assert_eq!(refusal.detail, "no font has 号 (U+53F7), 第 (U+7B2C)");
}

#[tokio::test]
async fn a_template_without_fonts_covers_what_is_built_in() {
    let renderer = with_files(&[("de.json", "{}")], Limits::default());
    let coverage = renderer.coverage().await.unwrap();
    assert_eq!(coverage.uncovered("aß€第"), ['第']);
}
