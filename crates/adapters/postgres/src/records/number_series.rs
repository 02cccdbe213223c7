use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::SeriesPattern;
use plinth_ports::{
    Result, StoreError,
    records::series::{Series, SeriesKey, Taken},
};

use crate::{row::named, scoped::ScopedTx};

/// The first number of a series inserts its row, each other one locks it and counts on. The row stays
/// as it is where the document is older than the last one, and is answered all the same.
const TAKE: &str = "INSERT INTO number_series AS s \
    (organization_id, kind, year, pattern, last_number, last_issued_on) \
    VALUES ($1, $2, $3, $4, 1, $5) \
    ON CONFLICT (organization_id, kind, year) DO UPDATE SET \
    last_number = s.last_number + (s.last_issued_on <= excluded.last_issued_on)::int, \
    last_issued_on = greatest(s.last_issued_on, excluded.last_issued_on), \
    version = s.version + 1, updated_at = now() \
    RETURNING last_number, last_issued_on, pattern";

#[async_trait]
impl Series for ScopedTx {
    async fn take(
        &mut self,
        series: SeriesKey,
        pattern: &SeriesPattern,
        on: NaiveDate,
    ) -> Result<Taken> {
        let values =
            vec![series.kind.name().into(), series.year.into(), pattern.as_str().into(), on.into()];
        let row = self.ask(TAKE, values).await?.ok_or(StoreError::Stale)?;
        let last: NaiveDate = named(&row, "last_issued_on")?;
        if last > on {
            return Ok(Taken::Behind(last));
        }
        let (number, pattern): (i64, &str) = (named(&row, "last_number")?, named(&row, "pattern")?);
        let pattern = SeriesPattern::parse(pattern).map_err(|e| StoreError::Other(e.into()))?;
        Ok(Taken::Number(number.unsigned_abs(), pattern))
    }
}
