use proptest::prelude::*;
use serde_json::json;

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

fn read_pieces(pieces: &[&[u8]], limits: &Limits) -> Result<(String, Option<String>), Refusal> {
    struct Pieces<'a>(std::slice::Iter<'a, &'a [u8]>);
    impl Read for Pieces<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let Some(piece) = self.0.find(|piece| !piece.is_empty()) else { return Ok(0) };
            out[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }
    let found = match read(Pieces(pieces.iter()), 0, limits, &mut |_| ()) {
        Ok(found) => found,
        Err(Unread::Refused(refusal)) => return Err(refusal),
        Err(broken) => panic!("{broken}"),
    };
    Ok((json!(found.properties).to_string(), found.text))
}

fn refused(text: &str, limits: &Limits) -> String {
    format!("{:?}", read_pieces(&[text.as_bytes()], limits).unwrap_err())
}

#[test]
fn a_model_yields_its_schema_its_names_and_its_entity_counts() {
    let found = read(FILE.as_bytes(), FILE.len() as u64, &Limits::default(), &mut |_| ()).unwrap();
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
fn a_fault_names_its_line() {
    for (from, to, told) in [
        ("ISO-10303-21;\nH", "ISO-10303-22;\nH", "line 1: the file does not begin"),
        ("HEADER;", "HEADER", "line 2: a section is missing"),
        ("ENDSEC;\nDATA", "DATA", "line 6: a ( is missing"),
        ("'Ufer'", "Ufer", "line 9: a ( is missing"),
        ("-4.E-1", "-4.E", "line 10: a number is not complete"),
        ("#4=", "4=", "line 12: an instance name is missing"),
        ("END-ISO-10303-21;", "", "the file ends before END-ISO-10303-21"),
        ("FILE_SCHEMA(('IFC4'));", "", "the header names no schema"),
        ("'W1'", "'W1", "line 13: a string is not closed"),
    ] {
        assert!(FILE.contains(from));
        let told_now = refused(&FILE.replacen(from, to, 1), &Limits::default());
        assert!(told_now.contains(told) && told_now.contains("Malformed"), "{told_now}");
    }
    let other = FILE.replace("IFC4", "AUTOMOTIVE_DESIGN");
    assert!(refused(&other, &Limits::default()).contains("Unsupported"));
}

#[test]
fn limits_end_the_reading() {
    let few = Limits { entities: 3, ..Limits::default() };
    assert!(refused(FILE, &few).contains("line 12: more than 3 entities"));
    let short = Limits { instance_bytes: 60, ..Limits::default() };
    assert!(refused(FILE, &short).contains("TooComplex"));
    let types = (0..2001).map(|n| format!("#{n}=T{n}();")).collect::<Vec<_>>().concat();
    let many = FILE.replace("DATA;\n", &format!("DATA;\n{types}"));
    assert!(refused(&many, &Limits::default()).contains("more than 2000 types"));
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
