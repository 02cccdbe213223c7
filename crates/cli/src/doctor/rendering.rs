//! The rendering of invoices: the template, and the program that renders.

use plinth_settings::Settings;

use super::report::Report;
use crate::failure::chain;

const NAME: &str = "rendering";

/// Reads the template, and starts the program that renders invoices.
pub(super) async fn check(settings: &Settings, report: &mut Report) {
    match plinth_bootstrap::check_rendering(settings).await {
        Ok(confinement) => {
            let at_once = plinth_bootstrap::renderings();
            let finding = format!("{at_once} invoices at once, confined by {confinement}");
            if confinement.is_complete() {
                report.good(NAME, &finding);
            } else {
                let remedy =
                    "use Linux 5.13 or newer with seccomp and Landlock (docs/containers.md)";
                report.warn(NAME, &finding, remedy);
            }
        }
        Err(error) => {
            let remedy = "put plinth-render into the folder of this program, and correct \
                          PLINTH_RENDER__TEMPLATES; until then, issued invoices have no PDF";
            report.bad(NAME, &chain(&error), remedy);
        }
    }
}
