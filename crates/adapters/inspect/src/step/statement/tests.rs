use super::*;

type Found = (Vec<(usize, usize, String)>, Vec<(Warning, u64)>);

fn read(text: &str) -> Result<Found, Refusal> {
    let (mut warnings, mut found) = (Warnings::default(), Vec::new());
    let mut statement = Statement::new(text.as_bytes(), 1, &mut warnings);
    statement.parameters(&mut |position, raw| {
        found.push((position.depth, position.index, String::from_utf8_lossy(raw).into_owned()));
    })?;
    statement.end();
    let all = [
        Warning::NotANumber,
        Warning::NumberForm,
        Warning::EmptyArgument,
        Warning::InvalidArgument,
        Warning::InvalidStatement,
    ];
    let counts = all.map(|warning| (warning, warnings.count(warning)));
    Ok((found, counts.into_iter().filter(|(_, count)| *count > 0).collect()))
}

fn assert_warnings(text: &str, expected: &[(Warning, u64)]) {
    assert_eq!(read(text).unwrap().1, expected, "{text}");
}

#[test]
fn every_kind_of_value_is_read() {
    let text = "( 'a''b' , $,*,#12, .T. ,\"0F3A\",-1,1.,1.5E-07,+2,(),((1,'c'),('d')), \
                IFCLABEL('e'),!OWN(\n.U_1.) )";
    let (found, warnings) = read(text).unwrap();
    let found: Vec<_> = found.iter().map(|(d, i, text)| (*d, *i, text.as_str())).collect();
    assert_eq!(found, [(1, 0, "a''b"), (3, 1, "c"), (3, 0, "d"), (2, 0, "e")]);
    assert_eq!(warnings, []);
    assert_warnings("()", &[]);
}

#[test]
fn what_c_writes_for_no_number_is_read_over() {
    for text in [
        "nan",
        "NaN",
        "-nan(ind).",
        "-nan(ind)",
        "nan(0x8000)",
        "+nan",
        "inf",
        "-INF",
        "Infinity",
        "-1.#IND",
        "1.#QNAN",
        "1.#INF00",
        "-1.#IND000E+000",
        "IFCREAL(nan)",
    ] {
        let text = format!("(1.,{text},'a')");
        let (found, warnings) = read(&text).unwrap();
        assert_eq!(found, [(1, 2, "a".to_owned())], "{text}");
        assert_eq!(warnings, [(Warning::NotANumber, 1)], "{text}");
    }
}

#[test]
fn numbers_in_another_form_are_read() {
    for text in [".5", "-.5", "+.5E-3", "1.E", "1E+", "1.5D+03", "-.5d2"] {
        assert_warnings(&format!("({text},({text}))"), &[(Warning::NumberForm, 2)]);
    }
}

#[test]
fn arguments_that_are_empty_or_no_values_are_read_over() {
    let empty = |count| [(Warning::EmptyArgument, count)];
    assert_warnings("(0.,1.,)", &empty(1));
    assert_warnings("(,)", &empty(2));
    assert_warnings("(1,,( ,2))", &empty(2));
    for text in [
        "$$",
        "$$$",
        "1 2",
        "Ufer",
        ".T",
        "..",
        "\"0G\"",
        "#",
        "-",
        "7A(1)",
        "\u{e4}",
        "**",
        "?",
        "'a'b",
        "%(1,(2),'),')",
    ] {
        let text = format!("({text},'end')");
        let (found, warnings) = read(&text).unwrap();
        assert_eq!(found.last(), Some(&(1, 1, "end".to_owned())), "{text}");
        assert_eq!(warnings, [(Warning::InvalidArgument, 1)], "{text}");
    }
}

#[test]
fn a_statement_that_is_cut_or_goes_on_is_told() {
    for text in ["(", "(1", "(1,", "('a", "((1)", "(1))", "(1)x"] {
        let warnings = read(text).unwrap().1;
        assert!(warnings.iter().any(|(w, _)| *w == Warning::InvalidStatement), "{text}");
    }
    let told = format!("{:?}", read("\n1").unwrap_err());
    assert!(told.contains("line 2: a ( is missing"), "{told}");
}

#[test]
fn what_stands_before_the_name_of_an_instance_is_skipped() {
    for (text, is_read) in [("#1=", true), ("ab c #12 =", true), ("4=A()", false), ("#=", false)] {
        let mut warnings = Warnings::default();
        let read = Statement::new(text.as_bytes(), 1, &mut warnings).instance_name();
        assert_eq!(read.is_ok(), is_read, "{text}");
    }
}

#[test]
fn nesting_ends_before_the_stack_does() {
    let deep = |depth: usize| read(&format!("{}{}", "(".repeat(depth), ")".repeat(depth)));
    assert!(deep(MAX_DEPTH).is_ok());
    let told = format!("{:?}", deep(100_000).unwrap_err());
    assert!(told.contains("TooComplex"), "{told}");
}
