use std::io::Cursor;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::refusal::Refusal;

const FILE: &str = "ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1'); /* a comment; with 'quotes */
FILE_NAME('','2026-11-20T00:00:00',(''),(''),'','','');
FILE_SCHEMA(('IFC4'));
ENDSEC;
DATA;
#1=IFCPROJECT('0',$,'Haus am See','Neu\\X2\\00FC\\X0\\ber',$,'Wohnen; am ''See''',$,(#2),#3);
#2 = IFCSITE ( '1', $, 'Ufer', $ , $ , $ , $ , $ ,
   .ELEMENT. , (47,22,0) , $ , -4.E-1 , $ , $ ) ;
#3=IFCBUILDING('2',$,$,$,$,$,$,'Haus A',$,$,$,$);
#4=IFCBUILDINGSTOREY('3',$,'EG','Erdgeschoss',$,$,$,$,.ELEMENT.,0.);
#5=IfcWall('4',$,'W1',$,$,$,$,$,$);
#6=(IFCLENGTHUNIT()IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.));
#7=IFCPROPERTYSINGLEVALUE('p',$,IFCLABEL('not a name'),\"1F\");
ENDSEC;
END-ISO-10303-21;
";

/// A file that is read in these pieces.
struct Pieces<'a> {
    pieces: &'a [&'a [u8]],
    at: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let mut skipped = self.at;
        for piece in self.pieces {
            if skipped < piece.len() {
                let rest = &piece[skipped..];
                out[..rest.len()].copy_from_slice(rest);
                self.at += rest.len();
                return Ok(rest.len());
            }
            skipped -= piece.len();
        }
        Ok(0)
    }
}

impl Seek for Pieces<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let SeekFrom::Start(at) = to else { return Err(std::io::ErrorKind::Unsupported.into()) };
        self.at = usize::try_from(at).unwrap();
        Ok(at)
    }
}

fn read_pieces(pieces: &[&[u8]], limits: &Limits) -> Result<(String, Option<String>), Refusal> {
    read_as(ContentType::Ifc, pieces, limits)
}

fn read_as(
    content_type: ContentType,
    pieces: &[&[u8]],
    limits: &Limits,
) -> Result<(String, Option<String>), Refusal> {
    let found = match read(Pieces { pieces, at: 0 }, 0, content_type, limits, &mut |_| ()) {
        Ok(found) => found,
        Err(Unread::Refused(refusal)) => return Err(refusal),
        Err(broken) => panic!("{broken}"),
    };
    Ok((json!(found.properties).to_string(), found.text))
}

fn properties(text: &str) -> Value {
    let (properties, _) = read_pieces(&[text.as_bytes()], &Limits::default()).unwrap();
    serde_json::from_str(&properties).unwrap()
}

fn refused(text: &str, limits: &Limits) -> String {
    format!("{:?}", read_pieces(&[text.as_bytes()], limits).unwrap_err())
}

#[test]
fn a_model_yields_its_schema_its_names_and_its_entity_counts() {
    let file = Cursor::new(FILE);
    let found =
        read(file, FILE.len() as u64, ContentType::Ifc, &Limits::default(), &mut |_| ()).unwrap();
    let expected = json!({
        "schema": "IFC4", "project": "Haus am See", "sites": ["Ufer"], "buildings": ["Haus A"],
        "entities": 7,
        "entity_counts": {
            "IFCPROJECT": 1, "IFCSITE": 1, "IFCBUILDING": 1, "IFCBUILDINGSTOREY": 1, "IFCWALL": 1,
            "IFCLENGTHUNIT": 1, "IFCSIUNIT": 1, "IFCPROPERTYSINGLEVALUE": 1,
        },
    });
    assert_eq!(json!(found.properties), expected);
    let text = "Haus am See\nWohnen; am 'See'\nNeuüber\nUfer\nHaus A\nEG\nErdgeschoss";
    assert_eq!(found.text.as_deref(), Some(text));
}

#[test]
fn a_file_without_start_schema_or_instances_is_refused() {
    let (header, data) = FILE.split_once("#1=").unwrap();
    for (file, told) in [
        (FILE.replacen("ISO-10303-21;", "ISO-10303-22;", 1), "line 1: the file does not begin"),
        (FILE.replace("FILE_SCHEMA(('IFC4'));", ""), "the header names no schema"),
        (header.to_owned(), "line 8: the file ends before END-ISO-10303-21"),
        (format!("{header}#1=IFCWALL('x)"), "line 8: a string is not closed"),
        (header[..30].to_owned(), "line 3: the last statement has no end"),
        (data.to_owned(), "does not begin with ISO-10303-21"),
    ] {
        let told_now = refused(&file, &Limits::default());
        assert!(told_now.contains(told) && told_now.contains("Malformed"), "{told_now}");
    }
}

#[test]
fn a_fault_in_a_statement_is_mended_and_counted() {
    for (from, to, code) in [
        ("'Ufer'", "Ufer", "invalid_argument"),
        ("-4.E-1", "-4.E", "number_form"),
        ("-4.E-1", "-1.#IND", "not_a_number"),
        ("(47,22,0)", "(47,22,)", "empty_argument"),
        ("$,$,.ELEMENT.,0.", "$$,$,.ELEMENT.,0.", "invalid_argument"),
        ("#4=", "4=", "invalid_statement"),
        ("'W1'", "'W1", "invalid_statement"),
        (",$);\n#6", ",$)\n#6", "invalid_statement"),
        ("HEADER;", "HEADER", "invalid_statement"),
        ("FILE_NAME(''", "FILE_NAME('Bob's house.ifc'", "invalid_statement"),
        ("'IFC4'))", "'IFC4')", "invalid_statement"),
        ("'not a name'", "'not a name", "invalid_statement"),
        ("ENDSEC;\nDATA", "DATA", "sections"),
        ("END-ISO-10303-21;", "", "truncated"),
        ("ISO-10303-21;", "/* a; */ ISO-10303-21;", "before_start"),
        ("IFC4", "ifc4", "schema_case"),
        ("#4=", "*//*#4=", "comment_marks"),
        ("'EG'", "'\\X\\8EG'", "code_page"),
        ("'EG'", "'\\X2\\FEFF00E400\\X0\\'", "hexadecimal_text"),
        ("'EG'", "'ä'", "raw_bytes"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let properties = properties(&FILE.replacen(from, to, 1));
        let codes = properties["warnings"].as_array().unwrap();
        assert!(codes.iter().any(|warning| warning["code"] == code), "{to}: {codes:?}");
        assert_eq!(properties["schema"], "IFC4", "{to}");
        assert_eq!(properties["project"], "Haus am See", "{to}");
        let expected = if to == "4=" { 6 } else { 7 };
        assert_eq!(properties["entities"], expected, "{to}");
    }
}

#[test]
fn a_file_that_is_cut_yields_what_came_before() {
    let (start, _) = FILE.split_once("#4=").unwrap();
    let properties = properties(&format!("{start}#4=IFCBUILDINGSTOREY('3',$,'E"));
    assert_eq!(
        (&properties["entities"], &properties["buildings"]),
        (&json!(3), &json!(["Haus A"]))
    );
    assert_eq!(properties["warnings"], json!([{"code": "truncated", "count": 1}]));
}

#[test]
fn a_file_of_which_most_cannot_be_read_is_refused() {
    let (start, _) = FILE.split_once("#4=").unwrap();
    let garbage = "x y;".repeat(4);
    let told = refused(&format!("{start}{garbage}ENDSEC;END-ISO-10303-21;"), &Limits::default());
    assert!(told.contains("line 12: an instance name is missing"), "{told}");
}

#[test]
fn of_another_schema_only_its_name_is_told() {
    let other = FILE.replace("IFC4", "AUTOMOTIVE_DESIGN { 1 0 10303 214 }");
    let expected = json!({"schema": "AUTOMOTIVE_DESIGN { 1 0 10303 214 }"});
    assert_eq!(properties(&other), expected);
}

#[test]
fn of_another_schema_the_data_are_not_read() {
    let limits = Limits { entities: 3, instance_bytes: 200, ..Limits::default() };
    let (header, data) = FILE.split_once("#1=").unwrap();
    let deep = "(".repeat(100);
    let data = format!("{}{}#8=A({deep}\n#1={data}", "x y;".repeat(99), "#7=A();".repeat(9));
    for end in ["ENDSEC;\nDATA;\n", "DATA;\n", ""] {
        let header = header.replace("ENDSEC;\nDATA;\n", end);
        for (schema, told) in [
            ("FILE_SCHEMA(('CONFIG_CONTROL_DESIGN'));", r#"{"schema":"CONFIG_CONTROL_DESIGN"}"#),
            ("FILE_SCHEMA(());", "{}"),
            ("", "{}"),
        ] {
            let file = format!("{}{data}", header.replace("FILE_SCHEMA(('IFC4'));", schema));
            let read = read_as(ContentType::Step, &[file.as_bytes()], &limits).unwrap();
            let properties: Value = serde_json::from_str(&read.0).unwrap();
            let mut properties = properties.as_object().unwrap().clone();
            // A mark of a section that is missing is told.
            let warnings = properties.remove("warnings");
            assert_eq!(warnings.is_some(), end != "ENDSEC;\nDATA;\n", "{schema}");
            assert_eq!((json!(properties).to_string(), read.1), (told.to_owned(), None));
        }
    }
}

#[test]
fn an_entity_that_is_too_long_is_read_over() {
    let limits = Limits { instance_bytes: 70, ..Limits::default() };
    let (properties, _) = read_pieces(&[FILE.as_bytes()], &limits).unwrap();
    let properties: Value = serde_json::from_str(&properties).unwrap();
    // The project and the site.
    assert_eq!(properties["warnings"], json!([{"code": "invalid_statement", "count": 2}]));
    assert_eq!((&properties["entities"], &properties["project"]), (&json!(5), &json!(null)));
    assert_eq!(properties["buildings"], json!(["Haus A"]));
}

#[test]
fn limits_end_the_reading() {
    let few = Limits { entities: 3, ..Limits::default() };
    assert!(refused(FILE, &few).contains("line 12: more than 3 entities"));
}

#[test]
fn entities_beyond_two_thousand_types_are_counted_together() {
    let types = (0..2001).map(|n| format!("#{n}=T{n}();")).collect::<Vec<_>>().concat();
    let many = FILE.replace("DATA;\n", &format!("DATA;\n{types}"));
    let properties = properties(&many);
    assert_eq!(
        (&properties["entities"], &properties["project"]),
        (&json!(2008), &json!("Haus am See"))
    );
    let counts = properties["entity_counts"].as_object().unwrap();
    // T2000, and the eight types of the file.
    assert_eq!((counts.len(), &counts["T1999"], &counts["other"]), (2001, &json!(1), &json!(9)));
}

proptest! {
    #[test]
    fn a_model_may_be_split_anywhere(at in 0..FILE.len()) {
        let file = FILE.as_bytes();
        let whole = read_pieces(&[file], &Limits::default());
        prop_assert_eq!(whole, read_pieces(&[&file[..at], &file[at..]], &Limits::default()));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..FILE.len()) {
        let file = FILE.as_bytes();
        read_pieces(&[&bytes], &Limits::default()).ok();
        read_pieces(&[&file[..at], &bytes, &file[at..]], &Limits::default()).ok();
    }

    #[test]
    fn no_change_of_a_byte_makes_it_panic(at in 0..FILE.len(), byte in any::<u8>()) {
        let mut file = FILE.as_bytes().to_vec();
        file[at] = byte;
        let whole = read_pieces(&[&file], &Limits::default());
        let cut: Vec<&[u8]> = file.chunks(7).collect();
        prop_assert_eq!(whole, read_pieces(&cut, &Limits::default()));
    }
}
