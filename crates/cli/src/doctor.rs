//! `plinth doctor`.

mod cell;
mod database;
mod disk;
mod inspection;
mod production;
mod proxies;
pub(crate) mod redis;
mod rendering;
mod report;
mod settings;
pub(crate) mod storage;

use std::{net::IpAddr, process::ExitCode, time::Duration};

use clap::Args;
use plinth_settings::{Faults, Settings, Sources, Url};
use tokio::{net::TcpStream, task::spawn_blocking, time::timeout};

use crate::{
    dev::port,
    failure::Result,
    installation::{InstallationConfig, private_postgres},
};
use report::Report;

/// How long each dependency may take to answer.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// Check every setting and dependency, and say what to do
///
/// Shows the source of each setting (never a secret), then the database (version, extensions,
/// schema, backup, role, connections, replicas), Redis, the object storage, the directory of
/// cells, the telemetry collector, the port, the disk, the inspection of files, the rendering of
/// invoices, and in production the encryption of connections.
/// Changes nothing, apart from an object and a file that it removes again.
///
/// Exit codes: 0 no problem, 1 a problem, 78 an invalid setting.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let sources = Sources::process();
        let mut report = Report::begin();
        let config = InstallationConfig::load(&sources);
        settings::check(&sources, config.as_ref().err(), &mut report);
        let Ok(config) = config else {
            report.end("dependencies are checked once the settings are right");
            return Ok(ExitCode::from(Faults::EXIT_CODE));
        };
        let directory =
            if config.is_private() { private_postgres::directory()? } else { ".".into() };
        let checked = config.settings.clone();

        Box::pin(database::check(config, &sources, &mut report)).await;
        redis::check(&checked.redis, &mut report).await;
        storage::check(&checked, &mut report).await;
        cell::check(&checked, &mut report).await;
        collector(&checked, &mut report).await;
        proxies::check(&sources, &mut report);
        Report::section("This machine");
        listening(&checked, &mut report).await;
        disk::check(&directory, &mut report);
        inspection::check(&checked, &mut report).await;
        rendering::check(&checked, &mut report).await;
        production::check(&checked, &mut report);
        Ok(report.end(""))
    }
}

async fn collector(settings: &Settings, report: &mut Report) {
    Report::section("Telemetry");
    let Some(endpoint) = &settings.telemetry.otlp_endpoint else {
        return report.good("collector", "not set: logs only");
    };
    match connect(endpoint).await {
        Ok(()) => report.good("collector", &format!("{endpoint} can be reached")),
        Err(why) => report.bad(
            "collector",
            &format!("{endpoint} cannot be reached: {why}"),
            "start it, or correct or unset PLINTH_TELEMETRY__OTLP_ENDPOINT; Plinth runs without \
             it, and what it would send is lost",
        ),
    }
}

async fn listening(settings: &Settings, report: &mut Report) {
    let (host, port) = (settings.server.host, settings.server.port);
    if is_plinth(host, port).await {
        return report.good("port", &format!("Plinth is serving on port {port}"));
    }
    match port::check(host, port) {
        Ok(()) if port == 0 => report.good("port", "any free one"),
        Ok(()) => report.good("port", &format!("{port} is free")),
        Err(taken) => report.bad("port", &taken, "for plinth-api, set PLINTH_SERVER__PORT"),
    }
}

/// Connects to the host and port of a URL, and closes the connection.
async fn connect(url: &Url) -> std::result::Result<(), String> {
    let host = url.host_str().ok_or("it names no host")?;
    let port = url.port_or_known_default().ok_or("it names no port")?;
    // The brackets of an IPv6 address belong to the URL.
    let connecting = TcpStream::connect((host.trim_matches(['[', ']']), port));
    match timeout(TIMEOUT, connecting).await {
        Ok(connected) => connected.map(drop).map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", TIMEOUT.as_secs())),
    }
}

/// Whether Plinth itself listens on the port.
async fn is_plinth(host: IpAddr, port: u16) -> bool {
    spawn_blocking(move || plinth_api::is_plinth(host, port)).await.unwrap_or(false)
}
