//! The periods of interest, which are stored as JSON.

use chrono::NaiveDate;
use plinth_domain::{Base, InterestPeriod};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Stored {
    from: NaiveDate,
    until: NaiveDate,
    amount: i64,
    base: Option<StoredBase>,
    rate: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredBase {
    points: i16,
    since: NaiveDate,
}

pub fn text(periods: &[InterestPeriod]) -> String {
    let stored = periods.iter().map(|period| Stored {
        from: period.from,
        until: period.until,
        amount: period.amount,
        base: period.base.map(|Base { points, since }| StoredBase { points, since }),
        rate: period.rate,
    });
    // Serializing numbers and days cannot fail.
    serde_json::to_string(&stored.collect::<Vec<_>>()).unwrap_or_default()
}

pub fn read(text: &str) -> Option<Vec<InterestPeriod>> {
    let stored: Vec<Stored> = serde_json::from_str(text).ok()?;
    let read = |period: Stored| InterestPeriod {
        from: period.from,
        until: period.until,
        amount: period.amount,
        base: period.base.map(|StoredBase { points, since }| Base { points, since }),
        rate: period.rate,
    };
    Some(stored.into_iter().map(read).collect())
}
