use crate::{TENDER, plan, root};

#[test]
fn a_record_is_eight_files_and_few_lines_in_few_shared_files() {
    let plan = plan(&root(), TENDER).unwrap();
    assert!(plan.created().len() <= 8, "{:?}", plan.created().keys());
    assert!(plan.edited().len() <= 9, "{:?}", plan.edited().keys());
    assert!(plan.added_lines() <= 17, "{}", plan.added_lines());
    for (file, text) in plan.created() {
        assert!(text.lines().count() <= 300, "{file}");
    }
}

#[test]
fn a_shared_file_gains_lines_and_loses_none() {
    for (file, (before, after)) in plan(&root(), TENDER).unwrap().edited() {
        let mut kept = after.lines();
        for line in before.lines() {
            assert!(kept.any(|other| other == line), "{file} has lost {line:?}");
        }
    }
}
