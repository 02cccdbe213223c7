use super::{ContentType, contains};

/// How many bytes after `FILE_SCHEMA` may precede the end of the head, if no schema is in it.
const CUT_BYTES: usize = 512;

/// The type of an exchange structure (ISO 10303-21, 5.3), by the schema in its header; `None` when
/// it is none.
///
/// A byte order mark, white space and comments may stand before it: some programs write them.
pub(super) fn detect(head: &[u8]) -> Option<ContentType> {
    const START: &[u8] = b"ISO-10303-21";
    let text = after_comments(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let (start, rest) = text.split_at_checked(START.len())?;
    if !start.eq_ignore_ascii_case(START) || !after_comments(rest).starts_with(b";") {
        return None;
    }
    let is_model = match schema(rest) {
        // The parser checks it later.
        Schema::Beyond => true,
        Schema::Named(name) => is_ifc(name),
        Schema::Missing => contains(rest, b"=IFC"),
    };
    Some(if is_model { ContentType::Ifc } else { ContentType::Step })
}

/// The schema in the header.
enum Schema<'a> {
    Named(&'a [u8]),
    Missing,
    /// It may follow after the head.
    Beyond,
}

fn schema(text: &[u8]) -> Schema<'_> {
    const FILE_SCHEMA: &[u8] = b"FILE_SCHEMA";
    let same = |window: &[u8]| window.eq_ignore_ascii_case(FILE_SCHEMA);
    let Some(at) = text.windows(FILE_SCHEMA.len()).position(same) else {
        return if contains(text, b"DATA;") { Schema::Missing } else { Schema::Beyond };
    };
    let mut parts = text[at..].split(|byte| *byte == b'\'').skip(1);
    match (parts.next(), parts.next()) {
        (Some(name), Some(_)) if !name.trim_ascii().is_empty() => Schema::Named(name),
        _ if text.len() - at < CUT_BYTES && !contains(text, b"DATA;") => Schema::Beyond,
        _ => Schema::Missing,
    }
}

fn is_ifc(name: &[u8]) -> bool {
    name.trim_ascii().get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"IFC"))
}

/// `text` without the white space and the comments at its start.
fn after_comments(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii_start();
    while let Some(comment) = text.strip_prefix(b"/*") {
        let Some(end) = comment.windows(2).position(|window| window == b"*/") else { return text };
        text = comment[end + 2..].trim_ascii_start();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_tells_building_models_from_other_step_files() {
        let with = |schema: &str| {
            format!("ISO-10303-21;\nHEADER;\nFILE_SCHEMA({schema});\nENDSEC;\nDATA;\n")
        };
        for schema in ["('IFC4')", "('ifc4')", "('IFC2X3','X')", "( /* a */ ( ' IFC4X3_ADD2' ) )"] {
            assert_eq!(detect(with(schema).as_bytes()), Some(ContentType::Ifc), "{schema}");
        }
        for schema in [
            "('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }')",
            "('CONFIG_CONTROL_DESIGN')",
            "('AP242_MANAGED_MODEL_BASED_3D_ENGINEERING_MIM_LF')",
            "('')",
            "()",
        ] {
            assert_eq!(detect(with(schema).as_bytes()), Some(ContentType::Step), "{schema}");
        }
        assert_eq!(detect(b"ISO-10303-21;\nHEADER;\n"), Some(ContentType::Ifc), "not known yet");
    }

    #[test]
    fn comments_blanks_and_a_byte_order_mark_may_stand_before_the_start() {
        let rest = "\nHEADER;FILE_SCHEMA(('IFC4'));ENDSEC;DATA;";
        for start in [
            "ISO-10303-21;",
            "\u{feff}ISO-10303-21;",
            "\r\n \tISO-10303-21 ;",
            "/* ProVI */\nISO-10303-21;",
            "/*a*/ /* ** */ISO-10303-21/*b*/;",
            "iso-10303-21;",
        ] {
            let text = format!("{start}{rest}");
            assert_eq!(detect(text.as_bytes()), Some(ContentType::Ifc), "{start}");
        }
        for other in ["", "ISO-10303-21", "ISO-10303-22;", "/* ISO-10303-21;", "x ISO-10303-21;"] {
            assert_eq!(detect(format!("{other}{rest}").as_bytes()), None, "{other}");
        }
    }
}
