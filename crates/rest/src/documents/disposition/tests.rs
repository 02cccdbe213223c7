use proptest::prelude::*;

use super::*;

fn file_name(header: &[u8]) -> String {
    let header = [b"form-data; name=\"file\"; ", header].concat();
    let parsed = PartDisposition::parse(&header);
    assert_eq!(parsed.name.as_deref(), Some("file"), "{}", header.escape_ascii());
    parsed.file_name.unwrap_or_default()
}

#[test]
fn names_of_files_are_read_as_clients_write_them() {
    for (header, expected) in [
        ("filename=\"plan.pdf\"", "plan.pdf"),
        ("filename=plan.pdf", "plan.pdf"),
        ("FileName = \"plan.pdf\" ; x=y", "plan.pdf"),
        ("filename=\"Büro.pdf\"", "Büro.pdf"),
        // Browsers and curl.
        (r#"filename="a%22b.pdf""#, "a\"b.pdf"),
        (r#"filename="100%25 %C3%A4.pdf""#, "100%25 %C3%A4.pdf"),
        ("filename=\"a%0D%0Ab.pdf\"", "a  b.pdf"),
        (r#"filename="a\"b\\c.pdf""#, r#"a"b\c.pdf"#),
        (r#"filename="C:\Users\Ada\plan.pdf""#, r"C:\Users\Ada\plan.pdf"),
        (r#"filename="C:\Users\""#, r"C:\Users\"),
        // RFC 5987 and .NET.
        ("filename*=UTF-8''B%C3%BCro.pdf", "Büro.pdf"),
        ("filename*=utf-8'de'B%C3%BCro%20%E2%82%AC.pdf", "Büro €.pdf"),
        ("filename*=\"UTF-8''B%C3%BCro.pdf\"", "Büro.pdf"),
        ("filename*=iso-8859-1''B%FCro.pdf", "Büro.pdf"),
        ("filename=\"B_ro.pdf\"; filename*=UTF-8''B%C3%BCro.pdf", "Büro.pdf"),
        ("filename*=UTF-8''B%C3%BCro.pdf; filename=\"B_ro.pdf\"", "Büro.pdf"),
        ("filename=\"plan.pdf\"; filename*=UTF-8''%FF", "plan.pdf"),
        ("filename=\"plan.pdf\"; filename*=plan", "plan.pdf"),
        ("filename=\"=?utf-8?B?QsO8cm8ucGRm?=\"; filename*=utf-8''B%C3%BCro.pdf", "Büro.pdf"),
        ("filename=\"=?utf-8?B?QsO8cm8ucGRm?=\"", "Büro.pdf"),
        ("filename==?UTF-8?q?B=C3=BCro_1.pdf?=", "Büro 1.pdf"),
        ("filename=\"=?iso-8859-1?Q?B=FC?= =?utf-8*de?b?cm8ucGRm?=\"", "Büro.pdf"),
        ("filename=\"=?x?B?QQ==?= =?utf-8?Z?a?= =?.pdf\"", "=?x?B?QQ==?= =?utf-8?Z?a?= =?.pdf"),
        ("filename=\"\"", ""),
        ("filename=", ""),
        ("filename", ""),
    ] {
        assert_eq!(file_name(header.as_bytes()), expected, "{header}");
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_windows_1252() {
    assert_eq!(file_name(b"filename=\"B\xfcro \x80.pdf\""), "Büro €.pdf");
}

#[test]
fn a_header_without_a_name_has_none() {
    for header in ["", "form-data", "form-data;", "form-data; x", "; ;=;=\"", "name=\"file\""] {
        assert_eq!(PartDisposition::parse(header.as_bytes()).name, None, "{header}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(header in prop::collection::vec(any::<u8>(), 0..80)) {
        PartDisposition::parse(&header);
    }

    #[test]
    fn no_header_makes_it_panic(header in r#"(filename|name|\*|=|;|"|\\|'|%[0-9A-G]|=\?|\?=|utf-8|[BQ]|[ -~ä]){0,24}"#) {
        PartDisposition::parse(header.as_bytes());
    }

    #[test]
    fn every_name_is_read_back_from_each_form(name in "[^\\x00-\\x1f\\x7f%=]{0,40}") {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        prop_assert_eq!(&file_name(format!("filename=\"{escaped}\"").as_bytes()), &name);
        let encoded = percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC);
        prop_assert_eq!(&file_name(format!("filename*=UTF-8''{encoded}").as_bytes()), &name);
        let word = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &name);
        prop_assert_eq!(&file_name(format!("filename=\"=?utf-8?B?{word}?=\"").as_bytes()), &name);
    }
}
