//! What is embedded, whether Node has built it or not.

use std::collections::HashSet;

use plinth_console::{CONSOLE, File, REFERENCE};

#[test]
fn each_file_has_one_plain_path_and_its_compressed_forms_no_path() {
    for site in [CONSOLE, REFERENCE] {
        let paths: HashSet<_> = site.iter().map(|file| file.path).collect();
        assert_eq!(paths.len(), site.len());
        for path in paths {
            let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.');
            assert!(path.split('/').all(is_plain), "{path}");
            let is_compressed = |ending: &str| path.strip_suffix(ending).is_some();
            assert!(![".br", ".gz"].into_iter().any(is_compressed), "{path}");
        }
    }
}

#[test]
fn a_site_that_is_built_has_what_it_begins_with() {
    assert!(CONSOLE.is_empty() || CONSOLE.iter().any(|file| file.path == "index.html"));
    let is_reference = |file: &File| file.path.starts_with("scalar-");
    assert!(REFERENCE.is_empty() || REFERENCE.iter().any(is_reference));
}
