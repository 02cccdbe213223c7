//! CPU and memory of processes, from `/proc`; `None` on other systems than Linux.

use std::{
    fs,
    io::Read,
    path::Path,
    process::{Child, Command},
    time::Duration,
};

/// Linux counts the CPU time of ended processes in ticks; the rate is the same on every current
/// architecture.
const TICKS_A_SECOND: u64 = 100;

/// A child process that is killed on drop.
#[derive(Debug)]
pub struct Running(pub Child);

impl Running {
    /// Starts a child process.
    pub fn spawn(command: &mut Command) -> Result<Self, String> {
        let program = command.get_program().to_owned();
        command.spawn().map(Self).map_err(|error| format!("{}: {error}", program.display()))
    }

    /// The output of an ended process, limited to the capacity of a pipe.
    pub fn output(&mut self) -> std::io::Result<String> {
        let mut text = String::new();
        if let Some(out) = &mut self.0.stdout {
            out.read_to_string(&mut text)?;
        }
        if let Some(errors) = &mut self.0.stderr {
            errors.read_to_string(&mut text)?;
        }
        Ok(text)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The CPU time of a process so far, over all its threads, also those that have ended.
pub fn cpu(process: u32) -> Option<Duration> {
    let whole = stat(&Path::new("/proc").join(process.to_string()))?.cpu;
    Some(living(process)?.max(whole))
}

/// The CPU time of the living threads of a process so far.
fn living(process: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).ok()?;
    // In nanoseconds; `/proc/<pid>/stat` has only hundredths of a second.
    let times = threads.flatten().filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Some(Duration::from_nanos(times.sum()))
}

/// The CPU time of all children of a process, including ended ones.
pub fn cpu_of_children(parent: u32) -> Option<Duration> {
    let ended = stat(Path::new("/proc").join(parent.to_string()).as_path())?.ended_children;
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let living = processes.filter_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        if stat(&process.path())?.parent == parent { cpu(pid) } else { None }
    });
    Some(ended + living.sum::<Duration>())
}

/// The parent of a process.
pub fn parent(process: u32) -> Option<u32> {
    stat(Path::new("/proc").join(process.to_string()).as_path()).map(|stat| stat.parent)
}

/// The first 15 bytes of the name of a process's program.
pub fn name(process: u32) -> Option<String> {
    fs::read_to_string(format!("/proc/{process}/comm")).ok().map(|name| name.trim_end().to_owned())
}

/// The memory of a process in KiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Resident set size: all pages in memory.
    pub rss: u64,
    /// Proportional set size: shared pages count in proportion.
    pub pss: u64,
}

/// The current memory of a process.
pub fn memory(process: u32) -> Option<Memory> {
    let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    Some(Memory { rss: field("Rss:")?, pss: field("Pss:")? })
}

/// The used fields of `/proc/<pid>/stat` (proc(5)).
struct Stat {
    parent: u32,
    /// Of all its threads, in hundredths of a second.
    cpu: Duration,
    ended_children: Duration,
}

fn stat(process: &Path) -> Option<Stat> {
    let text = fs::read_to_string(process.join("stat")).ok()?;
    // The second field is the program's name in brackets, with arbitrary characters. The third is
    // the state.
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
    let ticks = u32::try_from(TICKS_A_SECOND).ok()?;
    Some(Stat {
        parent: u32::try_from(field(4)?).ok()?,
        cpu: Duration::from_secs(field(14)? + field(15)?) / ticks,
        ended_children: Duration::from_secs(field(16)? + field(17)?) / ticks,
    })
}

/// Resets the peak of a process's memory (proc(5), `clear_refs`).
pub fn forget_peak(process: u32) {
    // Without permission, the peak since the start of the process counts.
    let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
}

/// The peak of a process's resident memory, in KiB.
pub fn peak(process: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
