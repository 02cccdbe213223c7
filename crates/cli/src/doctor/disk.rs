//! Free disk space.

use std::{path::Path, process::Command};

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
        None => report.unknown("disk", "`df` failed"),
    }
}

/// Free space by POSIX's `df -P`, because the standard library offers no safe function.
fn free_mib(directory: &Path) -> Option<u64> {
    let output = Command::new("df").arg("-Pk").arg(directory).output().ok()?;
    available(&String::from_utf8(output.stdout).ok()?)
}

fn available(df: &str) -> Option<u64> {
    let kib: u64 = df.lines().nth(1)?.split_whitespace().rev().nth(2)?.parse().ok()?;
    Some(kib / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_with_blanks_in_its_name_does_not_confuse() {
        let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n\
                  map auto home 2097152 1048576 1048576 50% /work\n";
        assert_eq!(available(df), Some(1024));
    }
}
