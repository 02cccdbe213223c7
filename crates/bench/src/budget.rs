//! The budget of each figure, and whether it is met.
//!
//! The figures are measured on two busy cores, and vary by a fifth between runs.

use std::{fmt, time::Duration};

use crate::{
    fan_out::{FannedOut, Pace},
    files::Transferred,
    jobs::Worked,
    load::Measured,
    start::Start,
    work::Work,
};

/// A budget, and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    text: String,
    is_kept: bool,
}

/// The measurements of one kind of requests.
#[derive(Debug, Clone)]
pub struct Cost {
    /// The measurements under load.
    pub measured: Measured,
    /// Round trips to PostgreSQL of one request.
    pub trips: f64,
}

/// The cost of a deep page relative to the first page, up to which both count as equal.
const SAME: f64 = 1.25;

impl Budget {
    fn new(text: impl Into<String>, is_kept: bool) -> Self {
        Self { text: text.into(), is_kept }
    }

    /// The budget of the server's CPU per request, in µs. It is missed if there is no measurement.
    pub fn server(cost: &Cost, most: f64) -> Self {
        let is_kept = cost.measured.server.is_some_and(|server| server <= most);
        Self::new(format!("server <= {most} µs"), is_kept)
    }

    /// The budget of the round trips to PostgreSQL of one request.
    pub fn trips(cost: &Cost, most: f64) -> Self {
        Self::new(format!("round trips <= {most}"), cost.trips <= most)
    }

    /// The budget of the latency that 99 of 100 requests keep.
    pub fn p99(cost: &Cost, most: Duration) -> Self {
        let text = format!("p99 <= {} ms", most.as_millis());
        Self::new(text, cost.measured.p99 <= most)
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.is_kept { "✓" } else { "✗" }, self.text)
    }
}

/// The budgets of one kind of work. The budget of the deep page is relative to `first`, the first
/// page.
pub fn of(work: Work, cost: &Cost, first: Option<&Cost>) -> Vec<Budget> {
    match work {
        Work::Health | Work::Healthz => vec![Budget::server(cost, 60.0)],
        Work::ReadOne => {
            vec![Budget::server(cost, 90.0), Budget::trips(cost, 1.0)]
        }
        Work::List => vec![Budget::server(cost, 260.0)],
        Work::ListDeep => {
            let both = |cost: &Cost| Some(cost.measured.server? + cost.measured.database?);
            let (deep, first) = (both(cost), first.and_then(both));
            let is_same = deep.zip(first).is_some_and(|(deep, first)| deep <= first * SAME);
            vec![Budget::server(cost, 260.0), Budget::new("as the first page", is_same)]
        }
        Work::Create => vec![Budget::server(cost, 200.0), Budget::trips(cost, 6.0)],
        Work::CreateOnce => Vec::new(),
    }
}

/// The budgets of a start: its time, and the memory right after.
pub fn of_start(start: &Start) -> [Budget; 2] {
    let fits = start.idle.is_some_and(|memory| memory.pss <= 40 * 1024);
    [
        Budget::new("<= 150 ms", start.took <= Duration::from_millis(150)),
        Budget::new("<= 40 MiB", fits),
    ]
}

/// The budgets of event delivery.
pub fn of_fan_out(fanned_out: &FannedOut) -> Vec<Budget> {
    let is_cheap = fanned_out.server.is_some_and(|server| server <= 8.0);
    let mut budgets = vec![Budget::new("server <= 8 µs", is_cheap)];
    if fanned_out.pace == Pace::Steady {
        budgets.push(Budget::new("p99 < 250 ms", fanned_out.p99 < Duration::from_millis(250)));
    }
    budgets
}

/// The budget of a file: memory. Its rate has no budget: it depends on the disk.
pub fn of_files(file: &Transferred) -> Budget {
    Budget::new("<= 64 MiB over idle", file.memory.is_some_and(|memory| memory <= 64 * 1024))
}

/// The budget of jobs.
pub fn of_jobs(jobs: &Worked) -> Budget {
    Budget::new(">= 1500 jobs/s", jobs.rate() >= 1500.0)
}

/// The budgets of all migrations on an empty database: the limit and the goal.
pub fn of_migrations(took: Duration) -> Vec<Budget> {
    vec![
        Budget::new("<= 10 s", took <= Duration::from_secs(10)),
        Budget::new("aim <= 1 s", took <= Duration::from_secs(1)),
    ]
}
