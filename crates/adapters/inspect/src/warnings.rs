use serde_json::{Value, json};

/// A fault of a file that was mended or read over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warning {
    /// The file ends too early. What it contains was read.
    Truncated,
    /// A part of the file is damaged. The rest was read.
    Damaged,
    /// The picture has too many pixels for thumbnails, or a coding that is not supported.
    NoThumbnails,
    /// Something stands before the start of the exchange structure.
    BeforeStart,
    /// `*/` without a beginning, or `/*` without an end.
    CommentMarks,
    /// A section, or the end of one, is missing.
    Sections,
    /// The name of the schema is not in upper case.
    SchemaCase,
    /// Something that is no number stands for one: `nan`, `-1.#IND`, `inf`.
    NotANumber,
    /// A number is not written as the standard demands: `.5`, `1.E`.
    NumberForm,
    /// An argument is empty.
    EmptyArgument,
    /// An argument is no value: `$$`, a string without quotes.
    InvalidArgument,
    /// A statement is read in part, or not at all.
    InvalidStatement,
    /// A string has codes of Mac OS Roman or Windows-1252 where ISO 8859-1 has control characters.
    CodePage,
    /// A `\X2\` or `\X4\` has a byte order mark, a wrong number of digits or no end.
    HexadecimalText,
    /// A string has bytes that are not ASCII.
    RawBytes,
}

/// The number of warnings.
const COUNT: usize = 15;

/// Every warning, and its stable code.
const CODES: [(Warning, &str); COUNT] = [
    (Warning::Truncated, "truncated"),
    (Warning::Damaged, "damaged"),
    (Warning::NoThumbnails, "no_thumbnails"),
    (Warning::BeforeStart, "before_start"),
    (Warning::CommentMarks, "comment_marks"),
    (Warning::Sections, "sections"),
    (Warning::SchemaCase, "schema_case"),
    (Warning::NotANumber, "not_a_number"),
    (Warning::NumberForm, "number_form"),
    (Warning::EmptyArgument, "empty_argument"),
    (Warning::InvalidArgument, "invalid_argument"),
    (Warning::InvalidStatement, "invalid_statement"),
    (Warning::CodePage, "code_page"),
    (Warning::HexadecimalText, "hexadecimal_text"),
    (Warning::RawBytes, "raw_bytes"),
];

/// How often each fault of a file was found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warnings([u64; COUNT]);

impl Warnings {
    pub(crate) fn add(&mut self, warning: Warning) {
        self.0[warning as usize] += 1;
    }

    pub(crate) fn count(&self, warning: Warning) -> u64 {
        self.0[warning as usize]
    }

    /// A list of codes with their counts; `None` when there is no warning.
    pub(crate) fn json(&self) -> Option<Value> {
        let found = CODES.into_iter().filter(|(warning, _)| self.count(*warning) > 0);
        let list: Vec<Value> = found
            .map(|(warning, code)| json!({"code": code, "count": self.count(warning)}))
            .collect();
        (!list.is_empty()).then_some(Value::Array(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_a_list_of_codes_with_their_counts() {
        let mut warnings = Warnings::default();
        assert_eq!(warnings.json(), None);
        for (at, (warning, _)) in CODES.into_iter().enumerate() {
            assert_eq!(warning as usize, at, "the order of both lists");
        }
        warnings.add(Warning::RawBytes);
        warnings.add(Warning::Truncated);
        warnings.add(Warning::RawBytes);
        let expected =
            json!([{"code": "truncated", "count": 1}, {"code": "raw_bytes", "count": 2}]);
        assert_eq!(warnings.json(), Some(expected));
    }
}
