//! The same SQL, run by pgbench: the cost of the database alone.

use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use tokio::time::sleep;

use crate::{
    failure::{Failure, Result},
    load::Load,
    private::Private,
    process::{self, Running},
};

/// The measurements.
#[derive(Debug, Clone, Copy)]
pub struct Driven {
    /// Transactions per second.
    pub rate: f64,
    /// The mean latency; pgbench reports no percentiles.
    pub mean: Duration,
    /// PostgreSQL's CPU for one transaction, in µs.
    pub database: Option<f64>,
}

/// A working pgbench: that of the server's installation, else the one in PATH.
pub fn find(database: &Private) -> Option<impl Fn() -> Command> {
    let own = || database.postgres().binaries().command("pgbench");
    let on_path = || Command::new("pgbench");
    let works = |mut command: Command| {
        let quiet = command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    };
    let is_own = works(own());
    let found = is_own || works(on_path());
    found.then_some(move || if is_own { own() } else { on_path() })
}

/// Runs statements on the database `name` with the application's role.
pub async fn run(
    pgbench: &impl Fn() -> Command,
    database: &Private,
    load: Load,
    text: &str,
    name: &str,
) -> Result<Driven> {
    let file = database.directory().join("pgbench.sql");
    fs::write(&file, text)?;
    let clients = load.connections.to_string();
    let seconds = load.measured.as_secs().to_string();
    let mut command = pgbench();
    command
        .args(["-n", "-M", "prepared", "-j", "1", "-c", &clients, "-T", &seconds, "-f"])
        .arg(&file)
        .arg(database.url(name))
        // The same options as the server: row level security applies, and statements are planned
        // once.
        .env("PGOPTIONS", "-c role=plinth_app -c plan_cache_mode=force_generic_plan")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let before = process::cpu_of_children(database.process);
    let mut running = Running::spawn(&mut command)?;
    let status = loop {
        if let Some(status) = running.0.try_wait()? {
            break status;
        }
        sleep(Duration::from_millis(20)).await;
    };
    let after = process::cpu_of_children(database.process);
    let said = running.output()?;
    let number = |before: &str| -> Option<f64> {
        let rest = said.split_once(before)?.1;
        rest.split_ascii_whitespace().next()?.parse().ok()
    };
    let (Some(rate), Some(mean), Some(count)) =
        (number("tps = "), number("latency average = "), number("actually processed: "))
    else {
        return Err(failure(&said));
    };
    if !status.success() {
        return Err(failure(&said));
    }
    let cost = after.zip(before).and_then(|(after, before)| after.checked_sub(before));
    Ok(Driven {
        rate,
        mean: Duration::from_secs_f64(mean / 1e3),
        database: cost.map(|cost| cost.as_secs_f64() * 1e6 / count),
    })
}

/// Many connections may have reported the same error, so the first lines are enough.
fn failure(said: &str) -> Failure {
    let first: Vec<&str> = said.lines().filter(|line| line.contains("error")).take(3).collect();
    format!("pgbench failed:\n{}", first.join("\n")).into()
}
