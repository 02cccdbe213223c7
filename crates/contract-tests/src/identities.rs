//! Identities sort by age.
#![expect(missing_docs, reason = "each name says the rule that it protects")]
#![expect(clippy::unused_async, reason = "all behaviours are awaited alike")]

use std::{collections::HashSet, sync::Arc};

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
