//! The data of the simulation, on top of [`crate::dataset`].

use std::{
    net::SocketAddr,
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Executor};
use tokio::time::sleep;

use super::{
    cost::{Cost, Processes},
    database::Database,
    tenants::Tenants,
};
use crate::{
    business::data,
    dataset::{self, ORGANIZATIONS, Organization},
    failure::Result,
    http::Connection,
    requests::get,
};

/// Entries of each organization that a night's retention removes: those of one day.
pub const OLD_ENTRIES: u64 = 100;
/// How long a PDF may take.
const PDF_TIMEOUT: Duration = Duration::from_secs(30);
/// How long all numbers may take.
const NUMBERS_TIMEOUT: Duration = Duration::from_mins(2);

/// Adds the projects of larger organizations, and a customer of each.
pub async fn seed(admin_url: &str, tenants: &Tenants) -> Result<()> {
    let sql = include_str!("../../sql/simulation/projects.sql")
        .replace("{smallest}", &tenants.smallest().to_string())
        .replace("{largest}", &tenants.largest.to_string());
    dataset::fill(admin_url, sql).await?;
    data::seed_parties(admin_url, ORGANIZATIONS, 1).await
}

/// Lets every organization issue invoices.
pub async fn name_sellers(server: SocketAddr) -> Result<()> {
    let mut connection = Connection::open(server).await?;
    for number in 1..=ORGANIZATIONS {
        data::name_seller(&mut connection, Organization::numbered(number)).await?;
    }
    Ok(())
}

/// The PDF of an issued invoice, made by the worker.
pub async fn printed(server: SocketAddr) -> Result<Vec<u8>> {
    let mut connection = Connection::open(server).await?;
    let id = data::issue(&mut connection, Organization::first(), 10).await?;
    let mut request = Vec::new();
    get(&mut request, &format!("/api/v1/invoices/{id}/pdf"), Some(Organization::first()))?;
    let started = Instant::now();
    loop {
        let reply = connection.send_request(&request).await?;
        if reply.status == 200 {
            return Ok(reply.body.to_vec());
        }
        if started.elapsed() > PDF_TIMEOUT {
            let text = String::from_utf8_lossy(reply.body);
            return Err(format!("there is no PDF: {} {text}", reply.status).into());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// The numbering of many entries at once.
#[derive(Debug)]
pub struct Numbered {
    pub entries: u64,
    pub took: Duration,
    /// Of one entry.
    pub cost: Cost,
}

/// Adds old entries to the audit log, and waits until the sequencer has numbered them. They come
/// before all others: a chain is shortened from its start.
pub async fn number_old_entries(
    admin_url: &str,
    database: &mut Database,
    processes: Processes,
) -> Result<Numbered> {
    number(1..=1, database, processes).await?;
    // The sequencer has planned its statements while its tables were empty. They are planned again.
    dataset::settle(admin_url).await?;
    number(2..=OLD_ENTRIES, database, processes).await
}

/// Adds those entries of each organization, and waits for their numbers.
async fn number(
    each: RangeInclusive<u64>,
    database: &mut Database,
    processes: Processes,
) -> Result<Numbered> {
    let entries = (each.end() - each.start() + 1) * ORGANIZATIONS;
    let sql = include_str!("../../sql/simulation/old_entries.sql")
        .replace("{first}", &each.start().to_string())
        .replace("{last}", &each.end().to_string());
    database.connection.execute(AssertSqlSafe(sql)).await?;
    let (started, before) = (Instant::now(), processes.now(database).await?);
    while !database.is_done().await? {
        if started.elapsed() > NUMBERS_TIMEOUT {
            return Err("the old entries get no numbers".into());
        }
        sleep(Duration::from_millis(10)).await;
    }
    let (took, cost) = (started.elapsed(), processes.now(database).await?.since(&before));
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
    let cost = cost.each(entries as f64);
    Ok(Numbered { entries, took, cost })
}
