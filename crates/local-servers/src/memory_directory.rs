//! A file system in memory, for temporary data.

use std::path::PathBuf;
use std::process::Command;

/// Linux's file system in memory that every user may write to.
const DIRECTORY: &str = "/dev/shm";
/// The minimum of free space, in KiB; a run of all tests needs a fraction of it.
const ROOM: u64 = 4 * 1024 * 1024;

/// The directory of a file system in memory with 4 GiB of free space, if there is one.
///
/// PostgreSQL copies a template database there in 25 ms. A disk that is busy takes up to ten times
/// as long, since a copy is 300 small files.
pub(crate) fn memory_directory() -> Option<PathBuf> {
    let output = Command::new("df").args(["-Pk", DIRECTORY]).output().ok()?;
    has_room(std::str::from_utf8(&output.stdout).ok()?).then(|| PathBuf::from(DIRECTORY))
}

/// Whether the second line of `df -Pk` shows enough space: file system, size, used, available.
fn has_room(listing: &str) -> bool {
    let mut columns = listing.lines().nth(1).unwrap_or_default().split_whitespace();
    let is_memory = columns.next() == Some("tmpfs");
    is_memory
        && columns.nth(2).and_then(|free| free.parse().ok()).is_some_and(|free: u64| free >= ROOM)
}

#[cfg(test)]
mod tests {
    use super::has_room;

    #[test]
    fn only_memory_with_room_to_spare_is_used() {
        let listing = |line: &str| {
            format!("Filesystem 1024-blocks Used Available Capacity Mounted on\n{line}\n")
        };
        for (line, expected) in [
            ("tmpfs 25165824 1024 25164800 1% /dev/shm", true),
            ("tmpfs 65536 0 65536 0% /dev/shm", false),
            ("/dev/vda 264239664 29360128 66060288 31% /", false),
            ("", false),
        ] {
            assert_eq!(has_room(&listing(line)), expected, "{line}");
        }
    }
}
