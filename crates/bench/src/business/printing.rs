//! PDFs of issued invoices, made by a worker configured like in production.

use std::{
    fmt,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{Connection as _, PgConnection};
use tokio::time::sleep;

use super::{children::Children, data::issue};
use crate::{
    dataset::Organization,
    failure::Result,
    http::Connection,
    process::Running,
    server::{self, Server},
};

/// Name in the table.
pub const NAME: &str = "render";

/// The name of the child's program.
const CHILD: &str = "plinth-render";
/// The name of a measurement, the lines of each invoice, and how many invoices.
const SIZES: [(&str, usize, u32); 2] = [("1 page, 10 lines", 10, 20), ("200 lines", 200, 5)];
/// How long all PDFs of one size may take.
const TIMEOUT: Duration = Duration::from_mins(5);

/// The measurements of invoices of one size.
#[derive(Debug)]
pub struct Printed {
    name: &'static str,
    count: u32,
    /// Medians of the child.
    took: Option<Duration>,
    cpu: Option<Duration>,
    /// The most memory that was resident in a child, in KiB.
    peak: Option<u64>,
    /// The median of the whole job, with the e-invoice and the storage, in ms.
    job: f64,
}

/// Renders invoices of each size, one at a time.
pub async fn run(
    api: &Path,
    database_url: &str,
    directory: &Path,
    server: &Server,
) -> Result<Vec<Printed>> {
    let mut command = Command::new(api.with_file_name("plinth-worker"));
    server::environment(&mut command, database_url, directory);
    command.env("PLINTH_WORKER__CONCURRENCY", "1").stdout(Stdio::null());
    let worker = Running::spawn(&mut command)?;
    let mut database = PgConnection::connect(database_url).await?;
    let mut connection = Connection::open(server.address).await?;
    let mut printed = Vec::new();
    for (number, (name, lines, count)) in (1..).zip(SIZES) {
        let organization = Organization::numbered(number);
        for _ in 0..count {
            issue(&mut connection, organization, lines).await?;
        }
        let mut children = Children::of(worker.0.id(), CHILD);
        tokio::select! {
            () = children.watch() => {}
            made = all_made(&mut database, organization, count) => made?,
        }
        let job = "SELECT percentile_cont(0.5) WITHIN GROUP
                (ORDER BY extract(epoch FROM finished_at - started_at) * 1e3)::float8
            FROM jobs WHERE organization_id = $1::uuid AND kind = 'invoice.render'";
        let job = sqlx::query_scalar(job).bind(organization.identity());
        printed.push(Printed {
            name,
            count,
            took: children.took(),
            cpu: children.cpu(),
            peak: children.peak(),
            job: job.fetch_one(&mut database).await?,
        });
    }
    database.close().await?;
    Ok(printed)
}

/// Waits until each invoice that was issued has a PDF.
async fn all_made(
    database: &mut PgConnection,
    organization: Organization,
    count: u32,
) -> Result<()> {
    let made = "SELECT count(document_id), count(verdict_code) FROM invoice_pdfs
        WHERE organization_id = $1::uuid";
    let started = Instant::now();
    while started.elapsed() < TIMEOUT {
        let made = sqlx::query_as(made).bind(organization.identity());
        let (made, refused): (i64, i64) = made.fetch_one(&mut *database).await?;
        if refused > 0 {
            return Err(format!("{refused} invoices were not rendered").into());
        }
        if made == i64::from(count) {
            return Ok(());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(format!("the PDFs are not made within {} s", TIMEOUT.as_secs()).into())
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, count, job, .. } = self;
        let ms = |time: Option<Duration>| {
            time.map_or("–".to_owned(), |time| format!("{:.0}", time.as_secs_f64() * 1e3))
        };
        let peak = self.peak.map_or("–".to_owned(), |peak| format!("{:.0}", peak >> 10));
        writeln!(
            f,
            "{NAME}, {name}: child {} ms, its CPU {} ms, its peak RSS {peak} MiB; whole job {job:.0} ms \
             (medians of {count})",
            ms(self.took),
            ms(self.cpu),
        )
    }
}
