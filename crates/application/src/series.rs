//! Numbers of documents.

use chrono::NaiveDate;
use plinth_domain::{Organization, SeriesKind, Text};
use plinth_ports::{SeriesKey, Taken};

use crate::{Context, Error};

plinth_domain::codes! {
    SERIES_EXHAUSTED = "series.exhausted", "The next number of the series is too long.";
    NUMBER_BEFORE_LAST = "invoice.before_last",
        "The last number of the series belongs to a later date.";
}

/// Takes the next number of a series. It comes after everything that can be refused: the series is
/// locked from here to the commit, and others wait for it.
pub(crate) async fn take_number(
    ctx: &mut Context<'_>,
    kind: SeriesKind,
    organization: &Organization,
    on: NaiveDate,
) -> Result<Text<40>, Error> {
    let settings = &organization.settings;
    let pattern = settings.number_patterns.of(kind);
    let year = if pattern.has_year() { settings.fiscal_year_start.year_of(on) } else { 0 };
    match ctx.unit.number_series().take(SeriesKey { kind, year }, pattern, on).await? {
        Taken::Number(number, pattern) => Text::parse(&pattern.format(year, number))
            .map_err(|_| Error::conflict(SERIES_EXHAUSTED, "the next number is too long")),
        Taken::Behind(last) => {
            let detail = format!("the date must not be before {last}, that of the last number");
            Err(Error::Conflict { code: NUMBER_BEFORE_LAST, detail: detail.into() })
        }
    }
}
