//! The picture in docs/architecture.md is drawn from the dependencies that Cargo knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
};

use super::workspace::{Package, packages, root};

const START: &str = "```mermaid\n";
const END: &str = "```\n";

/// The groups of the picture, and the crates of each, by folder. Crates in `crates/adapters` that
/// are in no other group make up the last one.
const GROUPS: &[(&str, &str, &[&str])] = &[
    ("programs", "programs", &["api", "cli", "render", "worker"]),
    ("support", "tests and tools", &["bench", "contract-tests", "generator", "memory", "testkit"]),
    ("adapters", "adapters", &[]),
];

#[test]
fn the_picture_in_the_documentation_is_the_one_that_cargo_knows() {
    let path = root().join("docs/architecture.md");
    let document = fs::read_to_string(&path).unwrap();
    let start = document.find(START).expect("the document has a picture") + START.len();
    let end = start + document[start..].find(END).expect("the picture ends");
    let wanted = draw(&packages());
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, [&document[..start], &wanted, &document[end..]].concat()).unwrap();
        return;
    }
    assert!(
        document[start..end] == wanted,
        "the picture in docs/architecture.md is not current; refresh it: ./justw docs"
    );
}

/// The crates by group, then an arrow for each dependency that no other path replaces.
fn draw(packages: &BTreeMap<String, Package>) -> String {
    let mut picture = "flowchart LR\n".to_owned();
    for (group, title, _) in GROUPS {
        writeln!(picture, "    subgraph {group} [{title}]").unwrap();
        for package in packages.values().filter(|package| group_of(package) == Some(group)) {
            writeln!(picture, "        {}", node(package)).unwrap();
        }
        picture.push_str("    end\n");
    }
    for package in packages.values().filter(|package| group_of(package).is_none()) {
        writeln!(picture, "    {}", node(package)).unwrap();
    }
    for (name, targets) in reduced(packages) {
        let mut targets: Vec<_> =
            targets.iter().map(|target| packages[*target].folder_name()).collect();
        targets.sort_unstable();
        if !targets.is_empty() {
            let name = packages[name].folder_name();
            writeln!(picture, "    {name} --> {}", targets.join(" & ")).unwrap();
        }
    }
    picture
}

fn group_of(package: &Package) -> Option<&'static str> {
    let named = GROUPS.iter().find(|(_, _, crates)| crates.contains(&package.folder_name()));
    let adapter = package.folder.starts_with("crates/adapters").then_some("adapters");
    named.map(|(group, ..)| *group).or(adapter)
}

/// A node with the crate's folder and the binaries that it builds.
fn node(package: &Package) -> String {
    let name = package.folder_name();
    if package.binaries.is_empty() {
        return name.to_owned();
    }
    format!("{name}[\"{name}<br/>{}\"]", package.binaries.join("<br/>"))
}

/// Each crate's dependencies in the workspace, without those that it also has through another.
fn reduced(packages: &BTreeMap<String, Package>) -> BTreeMap<&str, BTreeSet<&str>> {
    let direct = |name: &str| -> BTreeSet<&str> {
        let used = packages[name].dependencies.iter().map(String::as_str);
        used.filter(|used| packages.contains_key(*used)).collect()
    };
    let reduced = packages.keys().map(|name| {
        let direct_ones = direct(name);
        let mut indirect = BTreeSet::new();
        let mut waiting: Vec<_> = direct_ones.iter().flat_map(|used| direct(used)).collect();
        while let Some(used) = waiting.pop() {
            if indirect.insert(used) {
                waiting.extend(direct(used));
            }
        }
        (name.as_str(), &direct_ones - &indirect)
    });
    reduced.collect()
}

#[test]
fn a_dependency_that_is_also_an_indirect_one_is_not_drawn() {
    let package = |folder: &str, used: &[&str]| Package {
        folder: folder.into(),
        dependencies: used.iter().map(|used| (*used).to_owned()).collect(),
        binaries: Vec::new(),
    };
    let packages = [
        ("a", package("crates/a", &["b", "c", "serde"])),
        ("b", package("crates/adapters/b", &["c"])),
        ("c", package("crates/c", &[])),
    ];
    let picture = draw(&packages.map(|(name, package)| (name.to_owned(), package)).into());
    assert!(picture.ends_with("    a --> b\n    b --> c\n"), "{picture}");
    assert!(
        picture.contains("    subgraph adapters [adapters]\n        b\n    end\n"),
        "{picture}"
    );
}
