//! The tables of the simulation.

use std::{
    fmt::{self, Write as _},
    thread::available_parallelism,
    time::Duration,
};

use super::{
    Options,
    cost::Cost,
    data::{Numbered, OLD_ENTRIES},
    database::{Entries, Growth, Jobs, Pages},
    kind::Kind,
    observer::Observed,
    tenants::Tenants,
    traffic::{Traffic, share},
    unit_costs::UnitCosts,
};
use crate::{
    dataset::ORGANIZATIONS,
    private::Private,
    table::{aligned, milliseconds},
};

/// How many tables are shown that have grown.
const TABLES: usize = 10;

/// What came of the load.
#[derive(Debug)]
pub struct Report {
    /// Changes a second.
    pub rate: f64,
    pub took: Duration,
    /// Event streams.
    pub streams: u16,
    /// A second of the load.
    pub cost: Cost,
    /// A second without requests.
    pub idle: Cost,
    /// Events that the streams received.
    pub heard: u64,
    /// Streams that have ended.
    pub lost_streams: u64,
    /// What was stored until the retention began.
    pub growth: Option<Growth>,
    pub pages: Pages,
    pub jobs: Vec<Jobs>,
    pub entries: Entries,
    pub measured: Traffic,
    pub observed: Observed,
}

/// What was measured, and where.
pub fn conditions(options: &Options, postgres: &Private, tenants: &Tenants) -> String {
    format!(
        "\n{ORGANIZATIONS} organizations with {projects} projects, {largest} of the first and {smallest} of the \
         last. PostgreSQL {version} with fsync{memory}, one API, one worker, {streams} event streams, {cores} \
         cores for all and the load.\n",
        projects = tenants.projects(),
        largest = tenants.largest,
        smallest = tenants.smallest(),
        version = postgres.version,
        memory = options.buffers.map_or(String::new(), |buffers| {
            format!(", {buffers} MiB of buffers and none of the system's cache")
        }),
        streams = options.streams,
        cores = available_parallelism().map_or(0, usize::from),
    )
}

/// The costs that the calculation is made of.
pub fn units(units: &UnitCosts, numbered: &Numbered) -> String {
    let micro = |seconds: f64| format!("{:.0}", seconds * 1e6);
    let line = |name: &str, cost: &Cost| {
        [
            name.to_owned(),
            micro(cost.api),
            micro(cost.postgres),
            micro(cost.worker),
            micro(cost.confined),
            String::new(),
        ]
    };
    let head = ["µs of CPU for one", "API", "PostgreSQL", "worker", "its confined processes", ""];
    let mut table = vec![head.map(str::to_owned)];
    table.extend(units.0.iter().map(|(kind, cost)| line(kind.name(), cost)));
    table.push(line("number of an entry", &numbered.cost));
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
    let entries = numbered.entries as f64;
    format!(
        "{}{entries} entries were numbered in {:.1} s: {:.0} a second\n",
        aligned(&table),
        numbered.took.as_secs_f64(),
        entries / numbered.took.as_secs_f64(),
    )
}

impl Report {
    /// As text, beside what the unit costs give.
    pub fn shown(&self, units: &UnitCosts) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(units, &mut text);
        text
    }

    fn write(&self, units: &UnitCosts, text: &mut String) -> fmt::Result {
        let Self { rate, took, .. } = self;
        let seconds = took.as_secs_f64();
        let each: f64 = Kind::ALL.iter().map(|kind| kind.for_each_change()).sum();
        writeln!(
            text,
            "The load: {rate:.1} changes a second, {:.0} requests a second, for {seconds} s",
            rate * each,
        )?;
        writeln!(text, "{}", self.costs(units))?;
        writeln!(text, "{}", self.latencies())?;
        let late = &self.measured.lateness;
        writeln!(
            text,
            "requests were sent at most {} ms late (p99 {} ms)\n",
            milliseconds(share(late, 100).max(late.last().copied().unwrap_or_default())),
            milliseconds(share(late, 99)),
        )?;
        if let Some(growth) = &self.growth {
            writeln!(text, "{}", grown(growth))?;
        }
        self.write_rest(text)
    }

    fn costs(&self, units: &UnitCosts) -> String {
        let head = ["ms of CPU a second", "calculated", "idle", "sum", "measured", "of sum", ""];
        let mut table = vec![head.map(str::to_owned)];
        let calculated = units.of(|kind| self.measured.number(kind)).each(self.took.as_secs_f64());
        let milli = |seconds: f64| format!("{:.1}", seconds * 1e3);
        let mut line = |name: &str, part: fn(&Cost) -> f64, note: String| {
            let (calculated, idle) = (part(&calculated), part(&self.idle));
            let measured = part(&self.cost);
            table.push([
                name.to_owned(),
                milli(calculated),
                milli(idle),
                milli(calculated + idle),
                milli(measured),
                format!("{:.0} %", measured / (calculated + idle) * 100.0),
                note,
            ]);
        };
        line("API", |cost| cost.api, String::new());
        let behind = milli(self.cost.postgres - self.cost.backends);
        let note = format!("{behind} of background processes: checkpoints, log, autovacuum");
        line("PostgreSQL", |cost| cost.postgres, note);
        line("worker", |cost| cost.worker, String::new());
        line("its confined processes", |cost| cost.confined, String::new());
        line("all", Cost::sum, String::new());
        aligned(&table)
    }

    fn latencies(&self) -> String {
        let head = ["request", "number", "p50 ms", "p99 ms", "longest ms", "failed", ""];
        let mut table = vec![head.map(str::to_owned)];
        for one in &self.measured.kinds {
            let longest = one.latencies.last().copied().unwrap_or_default();
            let failure: String =
                one.failure.iter().flat_map(|failure| failure.chars()).take(160).collect();
            table.push([
                one.kind.name().to_owned(),
                one.latencies.len().to_string(),
                milliseconds(share(&one.latencies, 50)),
                milliseconds(share(&one.latencies, 99)),
                milliseconds(longest),
                one.failed.to_string(),
                failure,
            ]);
        }
        aligned(&table)
    }

    fn write_rest(&self, text: &mut String) -> fmt::Result {
        let Self { entries, observed, pages, .. } = self;
        let Pages { found, read } = pages;
        writeln!(
            text,
            "pages not in PostgreSQL's buffers: {read:.0}, {:.2} % of those asked for",
            read / (found + read) * 100.0,
        )?;
        for job in &self.jobs {
            let Jobs { kind, count, succeeded, waited, ran } = job;
            writeln!(
                text,
                "jobs {kind}: {count}, {succeeded} succeeded; the longest waited {waited:.0} ms, p50 \
                 from start to end {ran:.0} ms",
            )?;
        }
        writeln!(
            text,
            "age of the queue: at most {:.2} s (seen every 250 ms)",
            observed.queue_age
        )?;
        writeln!(
            text,
            "entries of the audit log: {}; to their numbers p50 {:.1} ms, p99 {:.1} ms, the longest {:.0} \
             ms; lag at most {:.2} s (seen every 250 ms)",
            entries.count, entries.p50, entries.p99, entries.longest, observed.lag,
        )?;
        writeln!(
            text,
            "connections to PostgreSQL: at most {}, {} of them at work",
            observed.connections, observed.active,
        )?;
        writeln!(
            text,
            "event streams: {}, {} ended; {} events received",
            self.streams, self.lost_streams, self.heard,
        )?;
        match observed.retention {
            Some(time) => writeln!(
                text,
                "retention of {} organizations, {OLD_ENTRIES} entries each: {:.1} s",
                observed.shortened,
                time.as_secs_f64(),
            ),
            None => writeln!(
                text,
                "retention did not end during the load: {} organizations",
                observed.shortened,
            ),
        }
    }
}

/// The tables that have grown, and the write-ahead log.
fn grown(growth: &Growth) -> String {
    let Growth { tables, log, projects } = growth;
    let head = ["table, with its indexes", "added KiB", "bytes a change", ""];
    let mut table = vec![head.map(str::to_owned)];
    let mut line = |name: &str, bytes: i64, note: String| {
        table.push([
            name.to_owned(),
            (bytes / 1024).to_string(),
            (bytes / (*projects).max(1)).to_string(),
            note,
        ]);
    };
    let sum = |tables: &[(String, i64)]| tables.iter().map(|(_, bytes)| bytes).sum();
    let (most, others) = tables.split_at(TABLES.min(tables.len()));
    for (name, bytes) in most {
        line(name, *bytes, String::new());
    }
    line("others", sum(others), String::new());
    line("all", sum(tables), format!("after {projects} changes"));
    line("write-ahead log", log.bytes, format!("{:.0} full images of pages", log.images));
    aligned(&table)
}
