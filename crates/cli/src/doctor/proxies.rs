//! The proxies before the API.

use plinth_settings::{Origin, Sources, reference};

use super::report::Report;

const NAME: &str = "trusted proxies";

/// In production, TLS ends at a proxy, so the number of proxies must be set. Without it, all clients
/// behind the proxy share the rate limit of one address.
pub(super) fn check(sources: &Sources, report: &mut Report) {
    if !sources.environment().is_production() {
        return;
    }
    Report::section("Proxies");
    let setting = reference::all().find(|setting| setting.name() == "server.trusted_proxies");
    match setting.map(|setting| sources.origin(setting)) {
        Some(Origin::Default | Origin::Unset) | None => report.bad(
            NAME,
            "not set: all clients behind a load balancer share the rate limit of one address",
            "set PLINTH_SERVER__TRUSTED_PROXIES to the number of proxies before plinth-api, or to \
             0 if clients connect to it directly",
        ),
        Some(origin) => report.good(NAME, &format!("set by {origin}")),
    }
}
