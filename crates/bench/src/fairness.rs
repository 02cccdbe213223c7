//! Fairness: what one organization at its worst costs another.
//!
//! A tenant with a steady, small load is measured while nothing else happens, and again under each
//! attack of one other tenant. The limits of the server are those of production: they are what is
//! measured. Goal: no request of the calm tenant fails, and its p99 stays below twice the calm one.
//!
//! Requests of the calm tenant are due at fixed times. A latency counts from that time, so a server
//! that stalls cannot hide it by delaying the next request.

mod attack;
mod attacker;
mod moves;
mod probe;
mod report;
mod request;
mod under_way;
mod victim;

use std::{path::Path, time::Duration};

use clap::Args;
use tokio::time::sleep;

use crate::{
    dataset,
    failure::Result,
    kinds::say,
    private::Private,
    server::{self, Server},
};
use attack::Attack;
use attacker::Attacker;
use under_way::Answered;
use victim::Victim;

/// Measure what one organization at its worst costs another (release build).
#[derive(Debug, Args)]
pub struct Options {
    /// Number of credentials that the attacking organization uses.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    credentials: u16,
}

/// How long the calm tenant is at work before it is measured.
const WARM_UP: Duration = Duration::from_secs(3);
/// How long an attack lasts before the measurement.
const BEFORE: Duration = Duration::from_secs(3);
/// How long the server may recover after an attack.
const AFTER: Duration = Duration::from_secs(3);

const DATABASE: &str = "fairness";

/// Measures, and prints one table an attack.
pub async fn run(
    options: &Options,
    api: &Path,
    seconds: Duration,
    only: Option<&str>,
) -> Result<()> {
    let database = Private::start().await?;
    let url = database.create(DATABASE).await?;
    say("migrating, and seeding organizations and projects");
    plinth_migration::up(&url, &plinth_migration::Options::default()).await?;
    dataset::seed(&url, dataset::Size::FULL).await?;
    let server = Server::start_limited(api, &url, database.directory()).await?;
    let _worker = server::worker(api, &url, database.directory())?;
    say("registering accounts and creating API keys");
    let victim = Victim::register(server.address).await?;
    let attacker = Attacker::create(server.address, options.credentials).await?;

    say("calm");
    // The first requests open connections and prepare statements.
    probe::measure(server.address, &victim, WARM_UP, 0).await?;
    let calm = probe::measure(server.address, &victim, seconds, 1).await?;
    println!("{}", report::calm(&calm, seconds));
    for (round, attack) in (2..).zip(Attack::ALL) {
        if only.is_some_and(|only| !attack.name().contains(only)) {
            continue;
        }
        say(attack.name());
        let attacking = under_way::start(attack, server.address, attacker.clone());
        sleep(BEFORE).await;
        let measured = probe::measure(server.address, &victim, seconds, round).await;
        let answered = attacking.stop()?;
        print!("{}", report::attacked(attack.name(), &answered, &calm, &measured?));
        sleep(AFTER).await;
    }
    say("calm again");
    let again = probe::measure(server.address, &victim, seconds, u64::MAX >> 8).await?;
    print!("{}", report::attacked("none", &Answered::new(), &calm, &again));
    Ok(())
}
