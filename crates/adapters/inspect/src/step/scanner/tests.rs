use proptest::prelude::*;

use super::*;

/// Statements with their first lines.
type Statements = Vec<(String, u64)>;

fn scan(pieces: &[&[u8]]) -> Result<(Statements, Warnings, Scanner), Refusal> {
    let (mut scanner, mut warnings) = (Scanner::new(64), Warnings::default());
    let mut found = Vec::new();
    for piece in pieces {
        scanner.feed(piece, &mut warnings, &mut |statement: &[u8], line, _: &mut Warnings| {
            found.push((String::from_utf8_lossy(statement).into_owned(), line));
            Ok(())
        })?;
    }
    Ok((found, warnings, scanner))
}

fn statements(text: &str) -> Statements {
    scan(&[text.as_bytes()]).unwrap().0
}

fn owned(expected: &[(&str, u64)]) -> Statements {
    expected.iter().map(|(text, line)| ((*text).to_owned(), *line)).collect()
}

#[test]
fn a_semicolon_ends_a_statement_but_not_in_a_string_or_a_comment() {
    let text = "A;\n B('x;''y;',\n 1);/* ; ' */ C/* \n*/D;\n";
    assert_eq!(statements(text), owned(&[("A", 1), ("B('x;''y;',\n 1)", 2), ("C \nD", 3)]));
}

#[test]
fn a_shifted_quote_does_not_end_a_string() {
    for text in [r"'\S\';';", r"'C:\';", r"'\\';", r"'\X2\00E4\X0\';", r"'\X0\\S\';';"] {
        assert_eq!(statements(text), owned(&[(&text[..text.len() - 1], 1)]), "{text}");
    }
}

#[test]
fn what_is_left_open_is_told_by_line() {
    let told = |text: &[u8]| format!("{:?}", scan(&[text]).unwrap().2.open_end());
    assert!(told(b"A;\n\nB('x").contains("line 3: a string is not closed"));
    assert!(told(b"A;\nB").contains("line 2: the last statement has no end"));
    assert!(told(b"A;\n").contains("line 2: the file ends before"));
    let long = [&b"A;\n"[..], &[b'B'; 65]].concat();
    assert!(told(&long).contains("line 2: the last statement has no end"));
}

#[test]
fn a_statement_that_is_too_long_is_read_over_and_counted_once() {
    let (wide, many) = ("x".repeat(500), "1,\n".repeat(100));
    for (long, line) in [
        (format!("#1=A({wide});"), 2),
        (format!("#1=A('{wide};{wide}');"), 2),
        (format!("#1=A(/*{wide}*/{many}#3,\n#4);"), 103),
        (format!("#1=A({many}'x)\n"), 103),
        (format!("#1=A({wide}\r\n"), 3),
    ] {
        let text = format!("A;\n{long}#2=B();C");
        let (found, warnings, scanner) = scan(&[text.as_bytes()]).unwrap();
        assert_eq!(found, owned(&[("A", 1), ("#2=B()", line)]), "{long}");
        assert_eq!(warnings.count(Warning::InvalidStatement), 1, "{long}");
        assert_eq!(scanner.rest(), b"C");
    }
    let exact = format!("{};", "x".repeat(64));
    assert_eq!(statements(&exact), owned(&[(&exact[..64], 1)]));
}

#[test]
fn the_end_of_a_comment_without_a_beginning_is_dropped() {
    for (text, expected) in [
        ("A*/;", "A"),
        ("*/A;", "A"),
        ("A(*,*/* a */,*);", "A(*,* ,*)"),
        ("A(1)\t*//* b */;", "A(1)\t "),
    ] {
        assert_eq!(statements(text), owned(&[(expected, 1)]), "{text}");
    }
    assert_eq!(scan(&[b"A*/;*/;"]).unwrap().1.count(Warning::CommentMarks), 2);
    assert_eq!(scan(&[b"A(*,*/* a */);"]).unwrap().1.count(Warning::CommentMarks), 0);
}

#[test]
fn a_comment_without_an_end_is_read_again_as_text() {
    let file = b"A(1) /*;\nB;/* ;\nC;";
    let (found, mut warnings, mut scanner) = scan(&[file]).unwrap();
    assert_eq!(found, []);
    assert_eq!(scanner.reopen(&mut warnings), Some(7));
    let mut found = Vec::new();
    let mut take = |statement: &[u8], line, _: &mut Warnings| {
        found.push((String::from_utf8_lossy(statement).into_owned(), line));
        Ok(())
    };
    scanner.feed(&file[7..], &mut warnings, &mut take).unwrap();
    assert_eq!(found, owned(&[("A(1) ", 1), ("B", 2), ("C", 3)]));
    assert_eq!(scanner.reopen(&mut warnings), None);
}

#[test]
fn a_line_that_begins_like_an_instance_ends_what_is_open() {
    for text in ["#1=A('x)\n#2=B();", "#1=A()\n #2 =B();", "#1=A((1,\r#2=B();"] {
        let found = statements(text);
        assert_eq!(found.len(), 2, "{text}");
        assert!(found[1].0.starts_with("#2") && found[1].0.ends_with("B()"), "{found:?}");
    }
    for text in ["#1=A(\n#2,\n#3);", "#1=A('\n#2 ');", "\n\n#1=A();"] {
        assert_eq!(statements(text).len(), 1, "{text}");
    }
}

#[test]
fn a_line_that_begins_like_a_mark_of_the_header_ends_what_is_open() {
    for (text, mark) in [
        ("A('B's x','y');\nFILE_SCHEMA(('IFC4'));", "FILE_SCHEMA(('IFC4'))"),
        ("A('B's x');\r\n  file_schema (('IFC4'));", "  file_schema (('IFC4'))"),
        ("A('x);\nENDSEC;", "ENDSEC"),
        ("A()\nDATA ;", "DATA "),
    ] {
        let (found, warnings, _) = scan(&[text.as_bytes()]).unwrap();
        assert_eq!((found.len(), found[1].0.as_str()), (2, mark), "{text}");
        assert_eq!((found[1].1, warnings.count(Warning::InvalidStatement)), (2, 1), "{text}");
    }
    for text in ["A('\nMY FILE_SCHEMA(');", "A('\nDATABASE;');", "\nDATA;", "A('\nENDSEC.');"] {
        assert_eq!(statements(text).len(), 1, "{text}");
    }
}

proptest! {
    #[test]
    fn it_matters_not_where_a_file_is_cut(text in "[A;'/*\\\\SX2#1=\n ]{0,60}", at in 0usize..60) {
        let all = |pieces: &[&[u8]]| scan(pieces).map(|(found, warnings, scanner)| {
            (found, warnings.json(), scanner.rest().to_vec())
        });
        let text = text.as_bytes();
        let at = at.min(text.len());
        let single: Vec<&[u8]> = text.chunks(1).collect();
        prop_assert_eq!(all(&[text]), all(&[&text[..at], &text[at..]]));
        prop_assert_eq!(all(&[text]), all(&single));
    }
}
