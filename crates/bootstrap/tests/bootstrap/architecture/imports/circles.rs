//! Circles among imports.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::modules::{Imports, Module};

/// One shortest circle for each group of modules that import each other, its start repeated at
/// its end.
pub fn circles(imports: &Imports) -> Vec<Vec<Module>> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    let mut shortest: Vec<_> =
        imports.keys().filter_map(|module| circle(imports, module)).collect();
    shortest.sort_by_key(Vec::len);
    for circle in shortest {
        let group = group(imports, &circle[0]);
        if known.insert(group) {
            found.push(circle);
        }
    }
    found
}

/// The shortest way from `start` back to it.
fn circle(imports: &Imports, start: &Module) -> Option<Vec<Module>> {
    let mut came_from: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(module) = waiting.pop_front() {
        for next in imports.get(module)? {
            if next == start {
                let mut way = vec![start.clone(), module.clone()];
                while let Some(before) = way.last().and_then(|last| came_from.get(last)) {
                    way.push((*before).clone());
                }
                way.dedup();
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, module);
                waiting.push_back(next);
            }
        }
    }
    None
}

/// All modules that `module` reaches and that reach it.
fn group(imports: &Imports, module: &Module) -> BTreeSet<Module> {
    let reached = reached(imports, module);
    reached.into_iter().filter(|other| self::reached(imports, other).contains(module)).collect()
}

fn reached(imports: &Imports, start: &Module) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(module) = waiting.pop() {
        for next in imports.get(module).into_iter().flatten() {
            if reached.insert(next.clone()) {
                waiting.push(next);
            }
        }
    }
    reached
}

mod tests {
    use super::*;

    fn circles_of(arrows: &[(&str, &str)]) -> Vec<String> {
        let mut imports = Imports::new();
        for (from, to) in arrows {
            imports.entry(vec![(*to).to_owned()]).or_default();
            imports.entry(vec![(*from).to_owned()]).or_default().insert(vec![(*to).to_owned()]);
        }
        circles(&imports).into_iter().map(|circle| circle.concat().concat()).collect()
    }

    #[test]
    fn imports_in_one_direction_are_no_circle() {
        assert_eq!(circles_of(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]), [""; 0]);
    }

    #[test]
    fn each_group_of_circles_is_told_by_a_shortest_one() {
        let arrows = [
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("c", "b"),
            ("c", "d"),
            ("e", "f"),
            ("f", "g"),
            ("g", "e"),
            ("x", "e"),
        ];
        assert_eq!(circles_of(&arrows), ["bcb", "efge"]);
    }
}
