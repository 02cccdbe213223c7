//! The confined children of a worker while they run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::process;

/// How often they are looked at: their figures may lack what comes after the last look.
const INTERVAL: Duration = Duration::from_millis(1);

/// The children with one name that a process has started.
#[derive(Debug)]
pub struct Children {
    parent: u32,
    /// The first 15 bytes of the name of their program.
    name: &'static str,
    seen: BTreeMap<u32, Child>,
    /// Other processes.
    others: BTreeSet<u32>,
}

/// What was last seen of a child.
#[derive(Debug)]
struct Child {
    since: Instant,
    until: Instant,
    cpu: Duration,
    /// In KiB.
    peak: u64,
}

impl Children {
    /// None yet.
    pub const fn of(parent: u32, name: &'static str) -> Self {
        Self { parent, name, seen: BTreeMap::new(), others: BTreeSet::new() }
    }

    /// Looks at them for ever.
    pub async fn watch(&mut self) {
        loop {
            self.look();
            sleep(INTERVAL).await;
        }
    }

    fn look(&mut self) {
        let now = Instant::now();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            if self.others.contains(&id) {
                continue;
            }
            if process::parent(id) != Some(self.parent) {
                self.others.insert(id);
            } else if process::name(id).as_deref() == Some(self.name)
                && let (Some(cpu), Some(peak)) = (process::cpu(id), process::peak(id))
            {
                let since = self.seen.get(&id).map_or(now, |child| child.since);
                self.seen.insert(id, Child { since, until: now, cpu, peak });
            }
        }
    }

    /// The median of their lives.
    pub fn took(&self) -> Option<Duration> {
        median(self.seen.values().map(|child| child.until - child.since))
    }

    /// The median of their CPU time.
    pub fn cpu(&self) -> Option<Duration> {
        median(self.seen.values().map(|child| child.cpu))
    }

    /// The most memory that was resident in one of them, in KiB.
    pub fn peak(&self) -> Option<u64> {
        self.seen.values().map(|child| child.peak).max()
    }
}

fn median(times: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}
