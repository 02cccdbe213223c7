//! Prints the figures as tables.

use std::time::Duration;

use crate::{
    budget::{self, Budget, Cost},
    fan_out::FannedOut,
    files::{self, Transferred},
    jobs::{self, Worked},
    pgbench::Driven,
    process::Memory,
    start::Start,
};

/// One kind of request and its measurements.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub cost: Cost,
    pub budgets: Vec<Budget>,
    /// The same SQL by pgbench.
    pub driven: Option<Driven>,
}

const HEAD: [&str; 11] = [
    "work",
    "requests/s",
    "p50 ms",
    "p99 ms",
    "server µs",
    "PostgreSQL µs",
    "sum µs",
    "round trips",
    "RSS MiB",
    "PSS MiB",
    "budget",
];
const NOTHING: &str = "–";

/// The table of all kinds of requests.
pub fn requests(rows: &[Row]) -> String {
    let mut table = vec![HEAD.map(str::to_owned)];
    for Row { name, cost, budgets, driven } in rows {
        let (measured, memory) = (&cost.measured, cost.measured.memory);
        table.push([
            (*name).to_owned(),
            format!("{:.0}", measured.rate),
            milliseconds(measured.p50),
            milliseconds(measured.p99),
            known(measured.server),
            known(measured.database),
            known(
                measured.server.zip(measured.database).map(|(server, database)| server + database),
            ),
            format!("{:.1}", cost.trips),
            memory.map_or(NOTHING.to_owned(), |Memory { rss, .. }| mebibytes(rss)),
            memory.map_or(NOTHING.to_owned(), |Memory { pss, .. }| mebibytes(pss)),
            listed(budgets),
        ]);
        if let Some(Driven { rate, mean, database }) = driven {
            let mut line = HEAD.map(|_| String::new());
            line[..3].clone_from_slice(&[
                "  pgbench, same SQL".to_owned(),
                format!("{rate:.0}"),
                format!("mean {}", milliseconds(*mean)),
            ]);
            line[5..7].fill(known(*database));
            table.push(line);
        }
    }
    aligned(&table)
}

/// The lines about starts and migrations.
pub fn starts(start: &Start, migrations: Duration) -> String {
    let [in_time, small] = budget::of_start(start);
    let idle = start.idle.map_or(NOTHING.to_owned(), |memory| mebibytes(memory.pss));
    let line = |what: &str, value: String, unit: &str, budgets: &[Budget]| {
        format!("{what:<48}{value:>8} {unit:<4}  {}\n", listed(budgets))
    };
    line(
        "exec to the first 200 on /health (median of 10)",
        milliseconds(start.took),
        "ms",
        &[in_time],
    ) + &line("idle memory (PSS) after the start", idle, "MiB", &[small])
        + &line(
            "migrations from empty (median of 5)",
            milliseconds(migrations),
            "ms",
            &budget::of_migrations(migrations),
        )
}

/// The line about event delivery.
pub fn fanned_out(fanned_out: &FannedOut) -> String {
    let FannedOut { pace, p50, p99, server, memory } = fanned_out;
    let cost = server.map_or(NOTHING.to_owned(), |cost| format!("{cost:.1}"));
    let memory = memory.map_or(NOTHING.to_owned(), |memory| mebibytes(memory.rss));
    format!(
        "{}: from asking to hearing p50 {} ms, p99 {} ms; server {cost} µs a delivery, RSS {memory} \
         MiB  {}\n",
        pace.name(),
        milliseconds(*p50),
        milliseconds(*p99),
        listed(&budget::of_fan_out(fanned_out)),
    )
}

/// The line about the upload and download of a file.
pub fn transferred(file: &Transferred) -> String {
    let rate = |took| format!("{:.0}", Transferred::rate(took));
    let memory = file.memory.map_or(NOTHING.to_owned(), mebibytes);
    format!(
        "{}: up {} MiB/s, down {} MiB/s; cp and sync {}, sha256sum {} MiB/s; {memory} MiB over idle  \
         {}\n",
        files::NAME,
        rate(file.up),
        rate(file.down),
        rate(file.copy),
        rate(file.hash),
        listed(&[budget::of_files(file)]),
    )
}

/// The line about jobs.
pub fn worked(jobs: &Worked) -> String {
    let cost = jobs.worker.map_or(NOTHING.to_owned(), |cost| format!("{cost:.0}"));
    let memory = jobs.memory.map_or(NOTHING.to_owned(), |memory| mebibytes(memory.rss));
    format!(
        "{}: {:.0} jobs/s; worker {cost} µs a job, RSS {memory} MiB  {}\n",
        jobs::NAME,
        jobs.rate(),
        listed(&[budget::of_jobs(jobs)]),
    )
}

/// Aligns the columns: the first and the last to the left, numbers to the right.
pub fn aligned<const COLUMNS: usize>(table: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| {
        table.iter().map(|line| line[column].chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
    let cell = |(column, (cell, width)): (usize, (&String, &usize))| match column {
        0 => format!("{cell:<width$}"),
        last if last == COLUMNS - 1 => format!("   {cell}"),
        _ => format!("  {cell:>width$}"),
    };
    let line = |line: &[String; COLUMNS]| {
        let cells: String = line.iter().zip(&widths).enumerate().map(cell).collect();
        format!("{}\n", cells.trim_end())
    };
    table.iter().map(line).collect()
}

fn listed(budgets: &[Budget]) -> String {
    budgets.iter().map(ToString::to_string).collect::<Vec<_>>().join("  ")
}

pub fn milliseconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}

fn known(microseconds: Option<f64>) -> String {
    microseconds.map_or(NOTHING.to_owned(), |value| format!("{value:.0}"))
}

fn mebibytes(kibibytes: u64) -> String {
    format!("{}.{}", kibibytes / 1024, kibibytes % 1024 * 10 / 1024)
}
