//! Free disk space.

use std::path::Path;

use super::report::Report;

/// The write-ahead log between two checkpoints alone may take 1 GB.
const LEAST_MIB: u64 = 1024;

/// Checks the file system that `directory` is on, or will be on.
pub(super) fn check(directory: &Path, report: &mut Report) {
    let there = directory.ancestors().find(|ancestor| ancestor.is_dir()).unwrap_or(directory);
    let name = there.display();
    match free_mib(there) {
        Some(free) if free >= LEAST_MIB => {
            report.good("disk", &format!("{} GB are free in {name}", free / 1024));
        }
        Some(free) => report.bad(
            "disk",
            &format!("only {free} MB are free in {name}"),
            "free some space; `cargo clean` in the checkout frees several GB",
        ),
        None => report.unknown("disk", "the file system tells no free space"),
    }
}

/// What a process without privileges may still write, in MiB.
fn free_mib(directory: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(directory).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize) / (1024 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_space_of_a_folder_is_known_and_that_of_no_folder_is_not() {
        assert!(free_mib(Path::new("/")).is_some_and(|free| free > 0));
        assert_eq!(free_mib(Path::new("/no such folder")), None);
    }
}
