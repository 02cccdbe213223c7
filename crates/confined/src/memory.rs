//! The memory of the machine, and of the control group (cgroup) that this process is in. Other
//! systems than Linux tell neither here.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The physical memory of the machine, in bytes.
pub(crate) fn physical() -> Option<u64> {
    let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = total.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kib * 1024)
}

/// The memory that this process may use, in bytes: that of the machine, or the lowest limit of its
/// control groups.
pub(crate) fn usable() -> Option<u64> {
    let limits = control_groups().into_iter().filter_map(|file| {
        let limit = fs::read_to_string(file).ok()?;
        // Without a limit, version 2 has `max` and version 1 a number that is larger than any memory.
        limit.trim().parse().ok()
    });
    limits.chain(physical()).min()
}

/// The files with the limits of this process's control groups, from the inner one outwards.
fn control_groups() -> Vec<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    groups.lines().filter_map(limit_files).flatten().collect()
}

/// The files for one line of `/proc/self/cgroup`: `hierarchy:controllers:path` (cgroups(7)).
fn limit_files(line: &str) -> Option<Vec<PathBuf>> {
    let mut parts = line.splitn(3, ':');
    let (hierarchy, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
    let (root, file) = match controllers {
        "" if hierarchy == "0" => ("/sys/fs/cgroup", "memory.max"),
        "memory" => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
        _ => return None,
    };
    let group = Path::new(path.trim_start_matches('/'));
    Some(group.ancestors().map(|group| Path::new(root).join(group).join(file)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_all_outer_control_groups_count() {
        let files = |line| {
            let files = limit_files(line).unwrap_or_default().into_iter();
            files.map(|file| file.display().to_string()).collect::<Vec<_>>()
        };
        let version_2 = ["/sys/fs/cgroup/a/b/memory.max", "/sys/fs/cgroup/a/memory.max"];
        assert_eq!(files("0::/a/b")[..2], version_2);
        assert_eq!(files("0::/"), ["/sys/fs/cgroup/memory.max"]);
        let version_1 = "/sys/fs/cgroup/memory/docker/memory.limit_in_bytes";
        assert_eq!(files("9:memory:/docker")[0], version_1);
        assert!(files("8:cpu,cpuacct:/docker").is_empty() && files("nonsense").is_empty());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_usable_memory_is_no_more_than_the_machine_has() {
        assert!(usable().unwrap() <= physical().unwrap());
    }
}
