use std::{collections::BTreeSet, fs, path::Path};

/// A behaviour on no list would never be tested.
#[test]
fn every_behaviour_is_on_a_list() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed = concat!(
        include_str!("../macros.rs"),
        include_str!("basics.rs"),
        include_str!("records.rs")
    );
    let listed: BTreeSet<&str> =
        listed.lines().map(|line| line.trim().trim_end_matches(',')).collect();
    let mut behaviours = 0;
    for file in fs::read_dir(source).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for name in text.lines().filter_map(|line| line.strip_prefix("pub async fn ")) {
            let name = name.split(['(', '<']).next().unwrap();
            assert!(listed.contains(name), "{name} of {} is on no list", path.display());
            behaviours += 1;
        }
    }
    assert!(behaviours > 100, "only {behaviours} were found");
}
