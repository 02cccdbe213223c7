//! No crate has modules that import each other in a circle.

mod circles;
mod modules;
mod paths;
mod tokens;

use self::modules::{Crate, Module};
use super::workspace::{packages, root};

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for (name, package) in packages() {
        let imports = Crate::read(&root().join(&package.folder).join("src")).imports();
        let circles = circles::circles(&imports);
        found.extend(circles.iter().map(|circle| format!("{name}: {}", drawn(circle))));
    }
    assert!(found.is_empty(), "modules import each other:\n{}", found.join("\n"));
}

/// `rate_limiter -> connection -> rate_limiter`, with the crate's root as `lib`.
fn drawn(circle: &[Module]) -> String {
    let name = |module: &Module| match module.as_slice() {
        [] => "lib".to_owned(),
        words => words.join("/"),
    };
    circle.iter().map(name).collect::<Vec<_>>().join(" -> ")
}
