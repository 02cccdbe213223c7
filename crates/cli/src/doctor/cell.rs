//! The directory of all cells.

use plinth_application::Cells;
use plinth_settings::Settings;
use tokio::time::timeout;

use super::{TIMEOUT, report::Report};
use crate::failure::{Result, chain};

const NAME: &str = "directory";
const REMEDY: &str = "correct PLINTH_CELL__DIRECTORY_URL, and run `plinth cell join`";

/// Checks the directory where there is one, and that it knows this cell.
pub(super) async fn check(settings: &Settings, report: &mut Report) {
    if settings.cell.directory_url.is_none() {
        return;
    }
    Report::section("Cells");
    match timeout(TIMEOUT, ask(settings)).await {
        Ok(Ok(found)) => report.good(NAME, &found),
        Ok(Err(error)) => report.bad(NAME, &chain(&*error), REMEDY),
        Err(_) => report.bad(NAME, "no answer in time", REMEDY),
    }
}

async fn ask(settings: &Settings) -> Result<String> {
    let plinth = plinth_bootstrap::assemble(settings).await?;
    let Cells { here, directory, store } = crate::cell::cells(&plinth.application)?;
    let all = directory.cells().await?;
    let stored = store.name().await?;
    let found = if !all.iter().any(|(cell, _)| cell == here) {
        Err(format!("it does not know {} at {}", here.name, here.url).into())
    } else if stored.as_ref() != Some(&here.name) {
        Err(format!("this database is not the cell {}", here.name).into())
    } else {
        Ok(format!("this is {}, one of {} cells", here.name, all.len()))
    };
    plinth.close().await;
    found
}
