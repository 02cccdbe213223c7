//! Whether the processes on this database can notify each other.

use plinth_settings::Settings;

use crate::doctor::{is_plinth, report::Report};

const NAME: &str = "replicas";

/// Checks that processes without Redis run alone: `alone` of them serve this database already.
pub(super) async fn check(settings: &Settings, alone: u64, report: &mut Report) {
    let with_redis = settings.redis.url.is_some();
    match alone {
        0 if with_redis => report.good(NAME, "any number: they share Redis"),
        0 => report.good(NAME, "no process serves this database yet, and one may without Redis"),
        1 if !with_redis && serves_here(settings).await => {
            let port = settings.server.port;
            report.good(NAME, &format!("one serves without Redis, that on port {port}"));
        }
        _ if with_redis => report.bad(
            NAME,
            &format!("{}, and would not be notified by this one", serve(alone)),
            "start every process of this database with the same REDIS_URL",
        ),
        _ => report.bad(
            NAME,
            &serve(alone),
            "a second one would not learn of revoked access: set REDIS_URL for all of them before \
             starting another",
        ),
    }
}

/// Whether the process listens on the port of these settings.
async fn serves_here(settings: &Settings) -> bool {
    is_plinth(settings.server.host, settings.server.port).await
}

fn serve(alone: u64) -> String {
    match alone {
        1 => "another process serves this database without Redis".to_owned(),
        more => format!("{more} processes serve this database without Redis"),
    }
}
