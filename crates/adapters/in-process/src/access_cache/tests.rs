use plinth_domain::{Access, Id, Membership, Timestamp};
use uuid::Uuid;

use super::*;

fn access(organization: u128, user: u128) -> CachedAccess {
    let id = |n| Uuid::from_u128(n);
    let at = Timestamp::UNIX_EPOCH;
    let membership = Membership::found(
        Id::from_uuid(id(0)),
        Id::from_uuid(id(organization)),
        Id::from_uuid(id(user)),
        at,
    );
    CachedAccess { access: Access::of_member(&membership), until: at }
}

fn entry(user: u128, epoch: u64) -> Entry {
    Entry { access: access(1, user), epoch, read_at: Instant::now() }
}

fn found(cache: &InProcessAccessCache, token: &TokenHash) -> Option<CachedAccess> {
    cache.find(token).and_then(Cached::admitted)
}

fn equal(time: Duration) -> Grace {
    Grace { after_doubt: time, after_look_up: time }
}

fn user(n: u128) -> Invalidation {
    Invalidation::User(Id::from_uuid(Uuid::from_u128(n)))
}

#[test]
fn an_invalidation_between_check_and_insert_of_a_put_wins() {
    let cache = InProcessAccessCache::new();
    let epoch = cache.epoch();
    cache.forget(user(1));
    // The insert of a `put` that checked the epoch just before the invalidation.
    cache.entries.insert([1; 32], entry(1, epoch));
    cache.entries.insert([2; 32], entry(2, epoch));
    assert_eq!(found(&cache, &[1; 32]), None);
    assert_eq!(found(&cache, &[2; 32]), Some(access(1, 2)), "another user's access stays valid");
}

#[test]
fn an_invalidation_of_an_organization_ends_access_without_a_user_too() {
    let cache = InProcessAccessCache::new();
    let link =
        Access::of_document_link(Id::from_uuid(Uuid::from_u128(1)), Id::from_uuid(Uuid::nil()));
    let entry = CachedAccess { access: link, until: Timestamp::UNIX_EPOCH };
    cache.put([1; 32], entry, cache.epoch());
    cache.forget(user(1));
    assert_eq!(found(&cache, &[1; 32]), Some(entry));
    cache.forget(Invalidation::Organization(Id::from_uuid(Uuid::from_u128(1))));
    assert_eq!(found(&cache, &[1; 32]), None);
}

#[test]
fn an_invalidation_of_everything_between_check_and_insert_of_a_put_wins() {
    let cache = InProcessAccessCache::new();
    let epoch = cache.epoch();
    cache.forget_all();
    cache.entries.insert([1; 32], entry(1, epoch));
    assert_eq!(found(&cache, &[1; 32]), None);
}

#[test]
fn of_two_concurrent_invalidations_the_later_one_counts() {
    let cache = InProcessAccessCache::new();
    cache.forget(user(1));
    cache.put([1; 32], access(1, 1), cache.epoch());
    cache.forget(user(1));
    // The first of the two arrives at the table last.
    cache
        .forgotten
        .entry(user(1))
        .and_upsert_with(|last| last.map_or(1, |last| last.into_value().max(1)));
    assert_eq!(found(&cache, &[1; 32]), None);
}

#[test]
fn an_admission_expires() {
    let cache = InProcessAccessCache::with(10, Duration::from_millis(20));
    cache.put([1; 32], access(1, 1), cache.epoch());
    std::thread::sleep(Duration::from_millis(40));
    assert_eq!(found(&cache, &[1; 32]), None);
}

#[test]
fn an_old_epoch_is_refused_even_after_its_invalidation_has_expired() {
    let cache = InProcessAccessCache::with(10, Duration::from_millis(10));
    let epoch = cache.epoch();
    cache.forget(user(1));
    std::thread::sleep(Duration::from_millis(40));
    cache.put([1; 32], access(1, 1), epoch);
    assert_eq!(found(&cache, &[1; 32]), None);
}

#[test]
fn no_more_than_its_capacity_is_cached() {
    let cache = InProcessAccessCache::with(8, Duration::from_mins(1));
    for n in 0..100 {
        cache.put([n; 32], access(1, u128::from(n)), cache.epoch());
    }
    cache.entries.run_pending_tasks();
    assert!(cache.entries.entry_count() <= 8);
}

#[test]
fn no_more_than_their_capacity_of_refused_tokens_is_cached() {
    let cache = InProcessAccessCache::new();
    for n in 0..20_000_u32 {
        let mut token = [0; 32];
        token[..4].copy_from_slice(&n.to_be_bytes());
        cache.put_refused(token);
    }
    cache.refused.run_pending_tasks();
    assert!(cache.refused.entry_count() <= InProcessAccessCache::REFUSALS);
}

#[test]
fn an_admission_in_doubt_is_found_until_its_grace_ends_and_not_when_it_was_invalidated() {
    let cache = InProcessAccessCache::new();
    let (grace, none) = (equal(Duration::from_mins(1)), equal(Duration::ZERO));
    cache.put([1; 32], access(1, 1), cache.epoch());
    cache.put([2; 32], access(1, 2), cache.epoch());
    cache.doubt_all();
    assert_eq!(found(&cache, &[1; 32]), None);
    assert_eq!(cache.find_doubtful(&[1; 32], grace), Some(access(1, 1)));
    assert_eq!(cache.find_doubtful(&[1; 32], none), None);
    cache.forget(user(1));
    assert_eq!(cache.find_doubtful(&[1; 32], grace), None);
    assert_eq!(cache.find_doubtful(&[2; 32], grace), Some(access(1, 2)));
}

#[test]
fn a_second_doubt_does_not_prolong_the_grace_of_the_first() {
    let cache = InProcessAccessCache::new();
    let grace = Duration::from_millis(50);
    cache.put([1; 32], access(1, 1), cache.epoch());
    cache.doubt_all();
    std::thread::sleep(grace);
    let grace = equal(grace);
    for _ in 0..200 {
        cache.doubt_all();
    }
    assert_eq!(cache.find_doubtful(&[1; 32], grace), None);
}
