use serde_json::{Error, error::Category};

/// What is wrong with a JSON text, in words of this API instead of the parser's; `what` is the text:
/// `the body`.
pub(crate) fn explain(error: &Error, what: &str) -> String {
    match error.classify() {
        Category::Eof if error.column() == 0 && error.line() <= 1 => format!("{what} is empty"),
        Category::Eof => format!("{what} ends before its JSON value does"),
        Category::Syntax => {
            let (line, column) = (error.line(), error.column());
            format!("{what} is not JSON: look at line {line}, column {column}")
        }
        Category::Data | Category::Io => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_text_that_is_no_json_is_explained_without_the_words_of_the_parser() {
        for (text, expected) in [
            ("", "the body is empty"),
            (r#"{"name": "#, "the body ends before its JSON value does"),
            (r#"{"name": "a}"#, "the body ends before its JSON value does"),
            ("{\n  name: 1}", "the body is not JSON: look at line 2, column 3"),
            ("{} {}", "the body is not JSON: look at line 1, column 4"),
        ] {
            let error = serde_json::from_str::<Value>(text).unwrap_err();
            assert_eq!(explain(&error, "the body"), expected, "{text}");
        }
    }
}
