use super::*;

/// The operators of a content stream, each behind its operands.
fn read(content: &[u8]) -> Vec<(Vec<Operand>, String)> {
    let mut content = Content::new(content);
    let mut operands = Vec::new();
    let mut read = Vec::new();
    while let Some(operator) = content.next(&mut operands) {
        read.push((operands.clone(), String::from_utf8_lossy(operator).into_owned()));
    }
    read
}

fn operators(content: &[u8]) -> String {
    read(content).into_iter().map(|(_, operator)| operator).collect::<Vec<_>>().join(" ")
}

fn bytes(text: &str) -> Operand {
    Operand::Bytes(text.as_bytes().to_vec())
}

#[test]
fn strings_names_and_numbers_are_decoded() {
    let read = read(b"(a\\(b\\051(c)\\\n\\101\\7)/A#42c -.5 +3 --2 5-3 <4 1 4> Tj");
    let expected = [
        bytes("a(b)(c)A\x07"),
        Operand::Name(b"ABc".to_vec()),
        Operand::Number(-0.5),
        Operand::Number(3.0),
        Operand::Number(-2.0),
        Operand::Number(5.0),
        Operand::Bytes(vec![0x41, 0x40]),
    ];
    assert_eq!(read, [(expected.to_vec(), "Tj".to_owned())]);
}

#[test]
fn operators_inside_an_array_are_skipped() {
    let items = vec![bytes("a"), Operand::Number(0.0), Operand::Number(-250.0), bytes("b")];
    let expected = [(vec![Operand::Array(items)], "TJ".to_owned())];
    assert_eq!(read(b"[(a) 0.0 Tc -250.0 (b)] TJ"), expected);
}

#[test]
fn an_array_without_its_end_ends_at_the_operator_that_shows_it() {
    assert_eq!(operators(b"[(a) 1 TJ ET BT"), "TJ ET BT");
}

#[test]
fn a_property_list_is_a_dictionary() {
    let list = vec![(b"ActualText".to_vec(), bytes("a")), (b"L".to_vec(), Operand::Array(vec![]))];
    let expected = vec![Operand::Name(b"Span".to_vec()), Operand::Dictionary(list)];
    assert_eq!(read(b"/Span<</ActualText(a)/L[]>>BDC"), [(expected, "BDC".to_owned())]);
}

#[test]
fn an_inline_image_ends_only_at_its_end() {
    assert_eq!(operators(b"q BI /W 1 /IM true ID \x80 EI \xff\xfe aEI EI Q BT"), "q Q BT");
    assert_eq!(operators(b"BT BI /W 1 ID without an end"), "BT");
}

#[test]
fn an_inline_image_without_a_certain_end_ends_at_the_first_possible_one() {
    let mut content = Content::new(b"BI /W 1 ID \x80EIx\x81EI\nQ (\xe4) Tj BI ID \xffEI ET \xff");
    let mut operands = Vec::new();
    let mut read = Vec::new();
    while let Some(operator) = content.next(&mut operands) {
        read.push(String::from_utf8_lossy(operator).into_owned());
    }
    assert_eq!(read[..3], ["Q", "Tj", "ET"]);
    assert!(content.lacks_an_end());
    let mut whole = Content::new(b"BI ID \x80 EI Q");
    assert_eq!(whole.next(&mut operands), Some(&b"Q"[..]));
    assert!(!whole.lacks_an_end());
    assert_eq!(operators(&b"BI ID EI \xff ".repeat(100_000)).matches('\u{fffd}').count(), 100_000);
}

#[test]
fn garbage_ends_nothing_and_costs_linear_time() {
    assert_eq!(operators(b") } > ] { BT \xff ET"), "BT \u{fffd} ET");
    assert_eq!(operators(&b"[".repeat(100_000)), "");
    assert_eq!(operators(&b"<<".repeat(100_000)), "");
    assert_eq!(operators(&b"(".repeat(100_000)), "");
}
