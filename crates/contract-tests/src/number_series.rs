//! The numbers of documents.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use chrono::NaiveDate;
use plinth_domain::{SeriesKind, SeriesPattern};
use plinth_ports::{SeriesKey, Taken};

use crate::{Stores, harness::Tenant};

const KEY: SeriesKey = SeriesKey { kind: SeriesKind::Invoice, year: 2026 };

fn pattern(text: &str) -> SeriesPattern {
    SeriesPattern::parse(text).unwrap()
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

async fn take(
    stores: &Stores,
    tenant: &Tenant,
    key: SeriesKey,
    text: &str,
    on: NaiveDate,
) -> Taken {
    let mut unit = stores.begin(tenant).await;
    let taken = unit.number_series().take(key, &pattern(text), on).await.unwrap();
    unit.commit().await.unwrap();
    taken
}

pub async fn numbers_go_on_by_one_in_each_series_of_each_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let next = SeriesKey { year: 2027, ..KEY };
    let notes = SeriesKey { kind: SeriesKind::CreditNote, ..KEY };
    for (tenant, key, number) in [
        (&ours, KEY, 1),
        (&ours, KEY, 2),
        (&ours, next, 1),
        (&ours, notes, 1),
        (&theirs, KEY, 1),
        (&ours, KEY, 3),
    ] {
        let taken = take(stores, tenant, key, "{number}", day(1)).await;
        assert_eq!(taken, Taken::Number(number, pattern("{number}")));
    }
}

pub async fn a_series_keeps_the_pattern_of_its_first_number(stores: &Stores) {
    let tenant = stores.tenant().await;
    for (number, text) in [(1, "A-{number}"), (2, "B-{number}")] {
        let taken = take(stores, &tenant, KEY, text, day(1)).await;
        assert_eq!(taken, Taken::Number(number, pattern("A-{number}")));
    }
}

pub async fn no_number_is_given_to_an_earlier_date_than_that_of_the_last(stores: &Stores) {
    let tenant = stores.tenant().await;
    for (on, expected) in [(5, Some(1)), (4, None), (5, Some(2)), (9, Some(3)), (8, None)] {
        let taken = take(stores, &tenant, KEY, "{number}", day(on)).await;
        let last = if on == 8 { day(9) } else { day(5) };
        let expected = expected.map(|number| Taken::Number(number, pattern("{number}")));
        assert_eq!(taken, expected.unwrap_or(Taken::Behind(last)), "{on}");
    }
}

pub async fn a_number_that_is_not_committed_is_given_again(stores: &Stores) {
    let tenant = stores.tenant().await;
    for _ in 0..2 {
        let mut unit = stores.begin(&tenant).await;
        unit.number_series().take(KEY, &pattern("{number}"), day(9)).await.unwrap();
        unit.rollback().await;
    }
    let taken = take(stores, &tenant, KEY, "{number}", day(1)).await;
    assert_eq!(taken, Taken::Number(1, pattern("{number}")));
}

pub async fn concurrent_documents_get_each_number_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let taken = (0..20).map(|_| take(stores, &tenant, KEY, "{number}", day(1)));
    let taken = futures::future::join_all(taken).await;
    let mut numbers: Vec<u64> = taken
        .into_iter()
        .map(|taken| match taken {
            Taken::Number(number, _) => number,
            Taken::Behind(last) => panic!("behind {last}"),
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<u64>>());
}
