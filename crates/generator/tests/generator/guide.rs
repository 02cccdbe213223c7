use std::fs;

use plinth_generator::Plan;

use crate::{TENDER, plan, root};

/// The guide, with the number of the next migration.
fn guide(plan: &Plan) -> String {
    let guide = fs::read_to_string(root().join("docs/adding-a-record.md")).unwrap();
    let step = plan
        .created()
        .keys()
        .find_map(|file| file.strip_prefix("migration/src/steps/")?.strip_suffix("_tenders.rs"));
    guide.replace("mNNNN", step.unwrap())
}

/// The text of a file once the record is written.
fn written<'a>(plan: &'a Plan, file: &str) -> &'a str {
    let text = plan.created().get(file).or_else(|| Some(&plan.edited().get(file)?.1));
    text.unwrap_or_else(|| panic!("the generator writes no {file}"))
}

/// Each block of code follows a line that ends with the name of its file. `compiled` compiles the
/// same record.
#[test]
fn every_snippet_of_the_guide_is_what_the_generator_writes() {
    let plan = plan(&root(), TENDER).unwrap();
    let guide = guide(&plan);
    assert!(guide.contains(&format!("./justw new record {TENDER}\n")));
    let mut compared = 0;
    let starts = ["```rust\n", "```sql\n"];
    for (start, at) in starts.iter().flat_map(|s| guide.match_indices(s).map(|(at, _)| (*s, at))) {
        let snippet = guide[at + start.len()..].split("```").next().unwrap();
        let file = guide[..at].trim_end().rsplit('`').nth(1).unwrap();
        assert!(written(&plan, file).contains(snippet), "{file} does not contain\n{snippet}");
        compared += 1;
    }
    assert_eq!(compared, 6);
}

#[test]
fn every_line_that_the_guide_names_is_added_to_its_file() {
    let plan = plan(&root(), TENDER).unwrap();
    let mut named = 0;
    for row in guide(&plan).lines().skip_while(|line| !line.starts_with("| shared file")).skip(2) {
        let row = row.replace("\\|", "|");
        let mut words = row.split('`').skip(1).step_by(2);
        let Some(file) = words.next().filter(|_| row.starts_with('|')) else { break };
        for line in words {
            let mut lines = written(&plan, file).lines();
            assert!(lines.any(|written| written.trim() == line), "{file} has no line {line}");
            named += 1;
        }
    }
    assert_eq!(named, plan.added_lines());
}
