//! The inspection of files: where copies are written, and how the process that reads them is
//! confined.

use plinth_settings::Settings;

use super::report::Report;
use crate::failure::chain;

const NAME: &str = "inspection";

/// Writes a temporary copy, and starts the process that reads files.
pub(super) async fn check(settings: &Settings, report: &mut Report) {
    match plinth_bootstrap::check_inspection(settings).await {
        Ok(confinement) => {
            let at_once = plinth_bootstrap::inspections(settings);
            let finding = format!("{at_once} at once, confined by {confinement}");
            if confinement.is_complete() {
                report.good(NAME, &finding);
            } else {
                let remedy =
                    "use Linux 5.13 or newer with seccomp and Landlock (docs/containers.md)";
                report.warn(NAME, &finding, remedy);
            }
        }
        Err(error) => {
            let remedy = "let this user write there, or set PLINTH_WORKER__SPOOL_PATH";
            report.bad(NAME, &chain(&error), remedy);
        }
    }
}
