//! Identities sort by age.
#![expect(missing_docs, reason = "each name says the rule that it protects")]
#![expect(clippy::unused_async, reason = "all behaviours are awaited alike")]

use std::{collections::HashSet, sync::Arc};

use chrono::TimeDelta;
use plinth_ports::Ids;
use uuid::{Uuid, Variant};

use crate::fixture::at;

pub async fn newer_identities_sort_after_older_ones(ids: Arc<dyn Ids>) {
    let made: Vec<Uuid> = (0..50_000).map(|_| ids.next()).collect();
    assert!(made.is_sorted_by(|older, younger| older < younger));
}

pub async fn an_identity_is_a_uuid_of_version_seven_that_carries_its_time(ids: Arc<dyn Ids>) {
    let before = at(0);
    let id = ids.next();
    assert_eq!((id.get_version_num(), id.get_variant()), (7, Variant::RFC4122));
    let (seconds, _) = id.get_timestamp().unwrap().to_unix();
    let age = i64::try_from(seconds).unwrap() - before.timestamp();
    assert!((-5..600).contains(&age), "{age} s");
}

pub async fn an_identity_of_a_time_carries_it_and_sorts_by_it(ids: Arc<dyn Ids>) {
    let times = || (0..5_000).map(|micros| at(0) + TimeDelta::microseconds(micros));
    let made: Vec<Uuid> = times().map(|time| ids.at(time)).collect();
    assert!(made.is_sorted_by(|older, younger| older < younger));
    for (id, time) in made.into_iter().zip(times()) {
        assert_eq!((id.get_version_num(), id.get_variant()), (7, Variant::RFC4122));
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!(i64::try_from(seconds).unwrap(), time.timestamp());
        assert_eq!(nanos / 1_000_000, time.timestamp_subsec_millis());
    }
    let same: HashSet<Uuid> = (0..5_000).map(|_| ids.at(at(0))).collect();
    assert_eq!(same.len(), 5_000);
    let of_one_unit = [ids.at(at(7)), ids.at(at(7)), ids.at(at(7))];
    assert!(of_one_unit.is_sorted_by(|older, younger| older < younger));
}

pub async fn no_identity_is_generated_twice(ids: Arc<dyn Ids>) {
    let makers: Vec<_> = (0..4)
        .map(|_| {
            let ids = Arc::clone(&ids);
            std::thread::spawn(move || (0..5_000).map(|_| ids.next()).collect::<Vec<_>>())
        })
        .collect();
    let made: HashSet<Uuid> = makers.into_iter().flat_map(|maker| maker.join().unwrap()).collect();
    assert_eq!(made.len(), 20_000);
}
