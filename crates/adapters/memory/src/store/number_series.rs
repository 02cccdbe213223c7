use async_trait::async_trait;
use chrono::NaiveDate;
use plinth_domain::SeriesPattern;
use plinth_ports::{Result, Series, SeriesKey, Taken};

use super::{rows::SeriesRow, unit::Unit};

#[async_trait]
impl Series for Unit {
    async fn take(
        &mut self,
        series: SeriesKey,
        pattern: &SeriesPattern,
        on: NaiveDate,
    ) -> Result<Taken> {
        let key = (self.organization_id(), series);
        let first =
            SeriesRow { pattern: pattern.clone(), last_number: 0, last_issued_on: NaiveDate::MIN };
        let mut row = self.tables().number_series.get(&key).cloned().unwrap_or(first);
        if row.last_issued_on > on {
            return Ok(Taken::Behind(row.last_issued_on));
        }
        row.last_number += 1;
        row.last_issued_on = on;
        let taken = Taken::Number(row.last_number, row.pattern.clone());
        self.draft.tables.number_series.insert(key, row);
        Ok(taken)
    }
}
