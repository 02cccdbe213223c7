//! The texts of statements in the source, to see that each of them was run.

use std::{fs, path::Path};

/// The source of the directory, which is another database.
const DIRECTORY: &str = "directory.rs";

/// The strings in the source files of this crate, its tests and the directory aside.
pub fn all() -> Vec<String> {
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn collect(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.file_name().is_some_and(|name| name != "tests.rs" && name != DIRECTORY) {
            let source = fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            found.extend(strings(code));
        }
    }
}

/// The strings of Rust code, with blanks for their escapes.
fn strings(code: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), code);
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (before, here) = (&rest[..at], &rest[at..]);
        rest = if here.starts_with("//") {
            here.find('\n').map_or("", |end| &here[end..])
        } else if here.starts_with("'\"'") || here.starts_with("'\\") {
            &here[3..]
        } else if let Some(text) = here.strip_prefix('"') {
            let hashes = before.len() - before.trim_end_matches('#').len();
            let is_raw = before[..before.len() - hashes].ends_with('r');
            let close = format!("\"{}", "#".repeat(hashes));
            let end = text.match_indices(&*close).map(|(end, _)| end);
            let end = end.into_iter().find(|end| is_raw || !is_escaped(&text[..*end])).unwrap();
            let string = &text[..end];
            found.push(if is_raw { string.to_owned() } else { unescaped(string) });
            &text[end + close.len()..]
        } else {
            &here[1..]
        };
    }
    found
}

fn is_escaped(before: &str) -> bool {
    (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
}

/// `\` before an end of line is all that statements need.
fn unescaped(string: &str) -> String {
    string.replace("\\\n", " ").replace("\\\"", "\"").replace("\\\\", "\\")
}

#[test]
fn strings_are_found_and_comments_are_not() {
    let code =
        "let a = \"SELECT \\\n    1\"; // \"no\"\nlet b = r#\"a \"b\"\"#; let c = '\"'; f(\"d\")";
    assert_eq!(strings(code), ["SELECT      1", "a \"b\"", "d"]);
}
