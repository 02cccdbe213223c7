//! `plinth doctor`.

mod database;
mod disk;
mod network;
mod redis;
mod report;
mod settings;

use std::process::ExitCode;

use clap::Args;
use plinth_settings::{Faults, Settings, Sources};

use crate::{
    dev::port,
    failure::Result,
    place::{Plan, private},
};
use report::Report;

/// Check every setting and everything Plinth depends on, and say what to do
///
/// Shows where the value of each setting comes from (never a secret itself), then the database
/// (version, extensions, schema, role, connections, replicas), Redis, the telemetry collector, the
/// port and the disk. Changes nothing.
///
/// Exit codes: 0 all is well, 1 something is not, 78 a setting is wrong.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Doctor {}

impl Doctor {
    pub(crate) async fn run(self) -> Result<ExitCode> {
        let sources = Sources::process();
        let mut report = Report::begin();
        let plan = Plan::of(&sources);
        settings::check(&sources, plan.as_ref().err(), &mut report);
        let Ok(plan) = plan else {
            report.end("dependencies are checked once the settings are right");
            return Ok(ExitCode::from(Faults::EXIT_CODE));
        };
        let directory = if plan.is_private() { private::directory()? } else { ".".into() };
        let checked = plan.settings.clone();

        database::check(plan, &sources, &mut report).await;
        redis::check(&checked.redis, &mut report).await;
        collector(&checked, &mut report).await;
        Report::section("This machine");
        listening(&checked, &mut report).await;
        disk::check(&directory, &mut report);
        Ok(report.end(""))
    }
}

async fn collector(settings: &Settings, report: &mut Report) {
    Report::section("Telemetry");
    let Some(endpoint) = &settings.telemetry.otlp_endpoint else {
        return report.good("collector", "none is set: logs only, and nothing else is spent");
    };
    match network::reach(endpoint).await {
        Ok(_) => report.good("collector", &format!("{endpoint} can be reached")),
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
    if network::is_plinth(host, port).await {
        return report.good("port", &format!("Plinth is serving on port {port}"));
    }
    match port::check(host, port) {
        Ok(()) if port == 0 => report.good("port", "any free one"),
        Ok(()) => report.good("port", &format!("{port} is free")),
        Err(taken) => report.bad("port", &taken, "for plinth-api, set PLINTH_SERVER__PORT"),
    }
}
