//! The tests that docs/security.md names.

use std::{collections::BTreeSet, fs, path::Path};

use crate::architecture::root;

#[test]
fn the_security_document_names_tests_that_exist() {
    let document = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let named = document.split('`').skip(1).step_by(2).filter(|text| is_test(text));
    let named = named.collect::<BTreeSet<_>>();
    assert!(named.len() > 40, "only {} tests are named", named.len());
    let mut code = String::new();
    for folder in ["crates", "migration"] {
        read(&root().join(folder), &mut code);
    }
    let gone = named.into_iter().filter(|name| !code.contains(&format!("fn {name}(")));
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// Whether the name is one of a test: a sentence, where settings and paths are shorter.
fn is_test(text: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    text.bytes().all(is_name) && text.matches('_').count() >= 3
}

fn read(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, code);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            code.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
