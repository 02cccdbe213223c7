//! A cached admission ends when the permission behind it ends.
#![expect(missing_docs, reason = "each name says the rule that it protects")]
#![expect(clippy::unused_async, reason = "all behaviours are awaited alike")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use plinth_domain::{Access, ApiKey, Grant, Membership, OrganizationId, Revision, Role, UserId};
use plinth_ports::{AccessCache, Cached, CachedAccess, Invalidation, TokenHash};

use tokio::time::timeout;

use crate::fixture::{at, id, name, token};

fn membership(organization: OrganizationId, user: UserId) -> Membership {
    Membership::found(id(), organization, user, at(0))
}

fn cached(access: Access) -> CachedAccess {
    CachedAccess { access, until: at(900) }
}

fn member(organization: OrganizationId, user: UserId) -> CachedAccess {
    cached(Access::of_member(&membership(organization, user)))
}

fn machine(organization: OrganizationId, user: UserId) -> CachedAccess {
    let key = ApiKey {
        id: id(),
        organization,
        name: name("Nightly import"),
        last_four: "abcd".to_owned(),
        grant: Grant::Role(Role::Viewer),
        prompts: None,
        created_by: user,
        parent: None,
        expires_at: None,
        agent_run: None,
        last_used_at: None,
        revoked_at: None,
        revision: Revision::first(at(0)),
    };
    cached(Access::of_api_key(&key, &membership(organization, user), at(0)).unwrap())
}

fn found(cache: &Arc<dyn AccessCache>, token: &TokenHash) -> Option<CachedAccess> {
    cache.find(token).and_then(Cached::admitted)
}

pub async fn an_admission_is_found_by_its_token_alone(cache: Arc<dyn AccessCache>) {
    let (secret, admission) = (token(), member(id(), id()));
    assert_eq!(found(&cache, &secret), None);
    cache.put(secret, admission, cache.epoch());
    assert_eq!(found(&cache, &secret), Some(admission));
    assert_eq!(found(&cache, &token()), None);
    let (other, younger) = (member(id(), id()), cache.epoch());
    cache.put(secret, other, younger);
    assert_eq!(found(&cache, &secret), Some(other));
}

pub async fn invalidating_a_member_ends_their_admissions_to_that_organization(
    cache: Arc<dyn AccessCache>,
) {
    let (here, elsewhere, leaver, colleague) = (id(), id(), id(), id());
    let admissions = [
        (member(here, leaver), false),
        (machine(here, leaver), false),
        (member(elsewhere, leaver), true),
        (machine(elsewhere, leaver), true),
        (member(here, colleague), true),
    ]
    .map(|(admission, stays)| (token(), admission, stays));
    for (token, admission, _) in admissions {
        cache.put(token, admission, cache.epoch());
    }
    cache.forget(Invalidation::Member(here, leaver));
    for (token, admission, stays) in admissions {
        assert_eq!(found(&cache, &token), stays.then_some(admission));
    }
}

pub async fn invalidating_a_user_ends_their_admissions_everywhere(cache: Arc<dyn AccessCache>) {
    let (here, elsewhere, person, colleague) = (id(), id(), id(), id());
    let admissions = [
        (member(here, person), false),
        (member(elsewhere, person), false),
        (machine(elsewhere, person), false),
        (member(here, colleague), true),
    ]
    .map(|(admission, stays)| (token(), admission, stays));
    for (token, admission, _) in admissions {
        cache.put(token, admission, cache.epoch());
    }
    cache.forget(Invalidation::User(person));
    for (token, admission, stays) in admissions {
        assert_eq!(found(&cache, &token), stays.then_some(admission));
    }
}

pub async fn invalidating_an_organization_ends_all_admissions_to_it(cache: Arc<dyn AccessCache>) {
    let (here, elsewhere, person) = (id(), id(), id());
    let admissions = [
        (member(here, person), false),
        (machine(here, id()), false),
        (member(elsewhere, person), true),
    ]
    .map(|(admission, stays)| (token(), admission, stays));
    for (token, admission, _) in admissions {
        cache.put(token, admission, cache.epoch());
    }
    let refused = token();
    cache.put_refused(refused);
    cache.forget(Invalidation::Organization(here));
    // The organization may have got access again.
    assert_eq!(cache.find(&refused), None);
    for (token, admission, stays) in admissions {
        assert_eq!(found(&cache, &token), stays.then_some(admission));
    }
}

pub async fn a_member_who_was_refused_is_asked_for_again_after_a_change(
    cache: Arc<dyn AccessCache>,
) {
    let refused = token();
    cache.put_refused(refused);
    cache.forget(Invalidation::Member(id(), id()));
    // The member may have been reactivated.
    assert_eq!(cache.find(&refused), None);
}

pub async fn what_was_read_before_a_revocation_is_not_stored_after_it(cache: Arc<dyn AccessCache>) {
    let (organization, user, secret) = (id(), id(), token());
    let epoch = cache.epoch();
    cache.forget(Invalidation::Member(organization, user));
    cache.put(secret, member(organization, user), epoch);
    assert_eq!(found(&cache, &secret), None);
}

pub async fn what_is_read_after_a_revocation_is_stored(cache: Arc<dyn AccessCache>) {
    let (organization, user, secret) = (id(), id(), token());
    let before = cache.epoch();
    cache.forget(Invalidation::User(user));
    assert_ne!(cache.epoch(), before);
    let admission = member(organization, user);
    cache.put(secret, admission, cache.epoch());
    assert_eq!(found(&cache, &secret), Some(admission));
}

pub async fn no_interleaving_lets_an_admission_outlive_its_right(cache: Arc<dyn AccessCache>) {
    for _ in 0..2_000 {
        let (organization, user, secret) = (id(), id(), token());
        let holds = Arc::new(AtomicBool::new(true));
        let reader = {
            let (cache, holds) = (Arc::clone(&cache), Arc::clone(&holds));
            thread::spawn(move || {
                let epoch = cache.epoch();
                if holds.load(Ordering::SeqCst) {
                    cache.put(secret, member(organization, user), epoch);
                }
            })
        };
        holds.store(false, Ordering::SeqCst);
        cache.forget(Invalidation::Member(organization, user));
        reader.join().unwrap();
        assert_eq!(found(&cache, &secret), None);
    }
}

pub async fn a_refused_token_is_remembered_until_it_is_admitted(cache: Arc<dyn AccessCache>) {
    let (secret, admission) = (token(), member(id(), id()));
    cache.put_refused(secret);
    assert_eq!(cache.find(&secret), Some(Cached::Refused));
    assert_eq!(cache.find(&token()), None);
    cache.put(secret, admission, cache.epoch());
    assert_eq!(cache.find(&secret), Some(Cached::Admitted(admission)));
}

pub async fn a_token_is_known_when_it_was_created_or_admitted(cache: Arc<dyn AccessCache>) {
    let (created, admitted, refused) = (token(), token(), token());
    cache.put_known(created);
    cache.put(admitted, member(id(), id()), cache.epoch());
    cache.put_refused(refused);
    cache.forget_all();
    assert!(cache.is_known(&created) && cache.is_known(&admitted));
    assert!(!cache.is_known(&refused));
    assert_eq!(found(&cache, &created), None);
}

pub async fn what_is_forgotten_here_is_forgotten_everywhere_in_a_bounded_time(
    cache: Arc<dyn AccessCache>,
) {
    cache.forget(Invalidation::User(id()));
    timeout(Duration::from_secs(5), cache.forgotten_everywhere()).await.unwrap();
}

pub async fn invalidating_everything_ends_every_admission(cache: Arc<dyn AccessCache>) {
    let admissions = [member(id(), id()), machine(id(), id())].map(|each| (token(), each));
    for (token, admission) in admissions {
        cache.put(token, admission, cache.epoch());
    }
    cache.forget_all();
    for (token, admission) in admissions {
        assert_eq!(found(&cache, &token), None);
        cache.put(token, admission, cache.epoch());
        assert_eq!(found(&cache, &token), Some(admission));
    }
}

pub async fn what_was_read_before_everything_was_invalidated_is_not_stored_after_it(
    cache: Arc<dyn AccessCache>,
) {
    let (secret, epoch) = (token(), cache.epoch());
    cache.forget_all();
    cache.put(secret, member(id(), id()), epoch);
    assert_eq!(found(&cache, &secret), None);
}
