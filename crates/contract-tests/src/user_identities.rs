//! Identities at providers belong to one user each, and a state is used once.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Email, Timestamp, UserId};
use plinth_ports::{IDENTITY_TAKEN, MAX_USER_IDENTITIES, UserIdentity};

use crate::{
    Stores,
    fixture::{at, id, token},
    outcome::assert_conflict,
};

const ISSUER: &str = "https://id.example.com";

fn identity(user: UserId, subject: &str, created_at: Timestamp) -> UserIdentity {
    UserIdentity {
        id: id(),
        user,
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        email: Some(Email::parse("ada@example.com").unwrap()),
        created_at,
        last_used_at: created_at,
    }
}

async fn store(stores: &Stores, identity: &UserIdentity) {
    let mut unit = stores.across().await;
    unit.insert_identity(identity).await.unwrap();
    unit.commit().await.unwrap();
}

pub async fn an_identity_is_found_by_exactly_its_issuer_and_subject(stores: &Stores) {
    let tenant = stores.tenant().await;
    let subject = id::<UserIdentity>().to_string();
    let linked = UserIdentity { email: None, ..identity(tenant.owner.id, &subject, at(1)) };
    store(stores, &linked).await;
    let mut unit = stores.across().await;
    assert_eq!(unit.find_identity(ISSUER, &subject).await.unwrap(), Some(linked));
    let upper = subject.to_uppercase();
    for (issuer, subject) in
        [("https://id.example.com/", &*subject), (ISSUER, &*upper), (ISSUER, ""), ("", &*subject)]
    {
        assert_eq!(unit.find_identity(issuer, subject).await.unwrap(), None, "{issuer} {subject}");
    }
}

pub async fn an_identity_belongs_to_one_user(stores: &Stores) {
    let (one, other) = (stores.tenant().await, stores.tenant().await);
    let subject = id::<UserIdentity>().to_string();
    store(stores, &identity(one.owner.id, &subject, at(1))).await;
    for user in [other.owner.id, one.owner.id] {
        let twice = identity(user, &subject, at(2));
        assert_conflict(stores.across().await.insert_identity(&twice).await, IDENTITY_TAKEN.0);
    }
    let elsewhere = UserIdentity {
        issuer: "https://b.example".to_owned(),
        ..identity(other.owner.id, &subject, at(2))
    };
    store(stores, &elsewhere).await;
}

pub async fn the_identities_of_a_user_are_listed_oldest_first_and_removed_alone(stores: &Stores) {
    let (one, other) = (stores.tenant().await, stores.tenant().await);
    let subject = |n: usize| format!("{n}-{}", one.owner.id);
    let young = identity(one.owner.id, &subject(1), at(20));
    let old = identity(one.owner.id, &subject(2), at(10));
    let foreign = identity(other.owner.id, &subject(3), at(15));
    for identity in [&young, &old, &foreign] {
        store(stores, identity).await;
    }
    let mut unit = stores.across().await;
    unit.touch_identity(young.id, at(30)).await.unwrap();
    unit.commit().await.unwrap();
    let used = UserIdentity { last_used_at: at(30), ..young.clone() };
    let mut unit = stores.across().await;
    assert_eq!(unit.identities(one.owner.id).await.unwrap(), [old.clone(), used.clone()]);
    assert!(!unit.remove_identity(one.owner.id, foreign.id).await.unwrap(), "of another user");
    assert!(unit.remove_identity(one.owner.id, old.id).await.unwrap());
    assert!(!unit.remove_identity(one.owner.id, old.id).await.unwrap(), "it is gone");
    unit.commit().await.unwrap();
    assert_eq!(stores.across().await.identities(one.owner.id).await.unwrap(), [used]);
    let mut unit = stores.across().await;
    unit.remove_identities(one.owner.id).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = stores.across().await;
    assert_eq!(unit.identities(one.owner.id).await.unwrap(), []);
    assert_eq!(unit.identities(other.owner.id).await.unwrap(), [foreign]);
}

pub async fn a_bounded_number_of_identities_is_read(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut unit = stores.across().await;
    for n in 0..=MAX_USER_IDENTITIES {
        let subject = format!("{n}-{}", tenant.owner.id);
        unit.insert_identity(&identity(tenant.owner.id, &subject, at(1))).await.unwrap();
    }
    unit.commit().await.unwrap();
    let read = stores.across().await.identities(tenant.owner.id).await.unwrap();
    assert_eq!(read.len(), MAX_USER_IDENTITIES);
}

pub async fn a_state_is_used_once_until_it_expires(stores: &Stores) {
    let (state, other) = (token(), token());
    let use_it = async |state, expires_at| {
        let mut unit = stores.across().await;
        let is_first = unit.use_oidc_state(&state, expires_at).await.unwrap();
        unit.commit().await.unwrap();
        is_first
    };
    assert!(use_it(state, at(10)).await);
    assert!(!use_it(state, at(10)).await);
    assert!(use_it(other, at(20)).await);
    stores.system.sweep(at(10)).await.unwrap();
    assert!(use_it(state, at(10)).await, "it is removed with its time");
    assert!(!use_it(other, at(20)).await, "it is kept until then");
}

pub async fn of_many_uses_of_a_state_at_once_exactly_one_is_the_first(stores: &Stores) {
    let state = token();
    let mut firsts = 0;
    let uses = (0..8).map(async |_| {
        let mut unit = stores.across().await;
        let is_first = unit.use_oidc_state(&state, at(1000)).await.unwrap();
        unit.commit().await.unwrap();
        is_first
    });
    for is_first in futures::future::join_all(uses).await {
        firsts += usize::from(is_first);
    }
    assert_eq!(firsts, 1);
}
