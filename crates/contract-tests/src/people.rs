//! Users log in with their e-mail address, and are members of organizations.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Email, Locale, Membership, Organization, OrganizationStatus, Role, Timezone, User, UserStatus,
};
use plinth_ports::records::users::EMAIL_TAKEN;
use plinth_ports::{Login, Member, PasswordHash, SecondFactor, TokenKey};

use crate::{
    Stores,
    fixture::{at, id, organization, user},
    harness::{client, password, session, tokens},
    outcome::{assert_conflict, assert_stale},
};

pub async fn a_user_is_found_by_address_and_by_identity(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut unit = stores.across().await;
    let known = Some(Login::new(tenant.owner.clone(), Some(password())));
    assert_eq!(unit.find_login(&tenant.owner.email).await.unwrap(), known);
    assert_eq!(unit.find_user(tenant.owner.id).await.unwrap(), known);
    let unknown = Email::parse("unknown@example.com").unwrap();
    assert_eq!(unit.find_login(&unknown).await.unwrap(), None);
    assert_eq!(unit.find_user(id()).await.unwrap(), None);
}

pub async fn a_disabled_user_is_found_as_disabled(stores: &Stores) {
    let disabled = User { status: UserStatus::Disabled, ..user() };
    stores.founded(organization(), disabled.clone()).await;
    let login = stores.across().await.find_login(&disabled.email).await.unwrap().unwrap();
    assert_eq!(login.user, disabled);
}

pub async fn an_address_belongs_to_one_user(stores: &Stores) {
    let tenant = stores.tenant().await;
    let second = User { email: tenant.owner.email.clone(), ..user() };
    let twice = stores.across().await.insert_user(&second, Some(&password())).await;
    assert_conflict(twice, EMAIL_TAKEN.0);
}

pub async fn a_new_password_replaces_the_old_one(stores: &Stores) {
    let tenant = stores.tenant().await;
    let young = PasswordHash("$argon2id$v=19$m=8,t=1,p=1$b3RoZXJzYWx0$b3RoZXI".to_owned());
    let mut unit = stores.across().await;
    let old = unit.lock_user(tenant.owner.id).await.unwrap().unwrap();
    unit.update_login(&old.with_password(young.clone(), at(5))).await.unwrap();
    unit.commit().await.unwrap();
    let login = stores.across().await.find_user(tenant.owner.id).await.unwrap().unwrap();
    assert_eq!((login.password, login.password_version), (Some(young), 2));
    assert_eq!(login.user.revision, tenant.owner.revision.next(at(5)));
}

pub async fn a_second_factor_is_read_as_it_was_stored_and_told_with_a_credential(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (session, tokens) = (session(&tenant.membership), tokens());
    let key = TokenKey { organization: Some(tenant.id()), hash: tokens.access };
    let mut unit = stores.across().await;
    unit.insert_session(&session, &tokens, &client()).await.unwrap();
    unit.commit().await.unwrap();
    let mut factor = SecondFactor::begun(crate::records::models::sealed(id()));
    for (confirmed_at, is_on) in [(None, false), (Some(at(7)), true)] {
        factor = SecondFactor {
            confirmed_at,
            last_step: 59_000_000,
            recovery: vec![[1; 32], [255; 32]],
            ..factor
        };
        let mut unit = stores.across().await;
        let login = unit.lock_user(tenant.owner.id).await.unwrap().unwrap();
        unit.update_login(&login.with_factor(Some(factor.clone()), at(8))).await.unwrap();
        unit.commit().await.unwrap();
        let stored = stores.across().await.find_user(tenant.owner.id).await.unwrap().unwrap();
        assert_eq!((stored.needs_factor(), stored.factor.as_ref()), (is_on, Some(&factor)));
        let admitted = stores.system.find_session(&key).await.unwrap().unwrap();
        assert_eq!((admitted.has_factor, admitted.requires_factor), (is_on, false));
    }
}

pub async fn of_two_changes_of_one_user_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let old = stores.across().await.find_user(tenant.owner.id).await.unwrap().unwrap();
    let changed = old.with_password(password(), at(5));
    let mut unit = stores.across().await;
    unit.update_login(&changed).await.unwrap();
    unit.commit().await.unwrap();
    assert_stale(stores.across().await.update_login(&changed).await);
}

pub async fn a_proven_address_is_read_as_it_was_stored(stores: &Stores) {
    let proven = User { email_verified_at: Some(at(3)), ..user() };
    stores.founded(organization(), proven.clone()).await;
    let mut login = stores.across().await.find_user(proven.id).await.unwrap().unwrap();
    assert_eq!(login.user, proven);
    login.user.email_verified_at = None;
    login.user.revision = login.user.revision.next(at(4));
    let mut unit = stores.across().await;
    unit.update_login(&login).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(stores.across().await.find_user(proven.id).await.unwrap(), Some(login));
}

pub async fn a_user_is_a_member_also_of_a_suspended_organization(stores: &Stores) {
    let suspended = Organization { status: OrganizationStatus::Suspended, ..organization() };
    let suspended = stores.founded(suspended, user()).await;
    let mut unit = stores.across().await;
    assert!(unit.is_member(suspended.owner.id).await.unwrap());
    assert!(!unit.is_member(id()).await.unwrap());
}

pub async fn the_memberships_of_a_user_are_listed_oldest_first(stores: &Stores) {
    let home = stores.tenant().await;
    let (young, old) = (stores.tenant().await, stores.tenant().await);
    let young_place = stores.admit(&young, &home.owner, Role::Viewer, at(20)).await;
    let old_place = stores.admit(&old, &home.owner, Role::Admin, at(10)).await;
    let affiliations = stores.across().await.affiliations(home.owner.id).await.unwrap();
    let places: Vec<_> = affiliations.iter().map(|place| place.membership).collect();
    assert_eq!(places, [home.membership, old_place, young_place]);
    let organizations: Vec<_> = affiliations.into_iter().map(|place| place.organization).collect();
    assert_eq!(organizations, [home.organization, old.organization, young.organization]);
}

pub async fn a_membership_in_a_suspended_organization_is_not_listed(stores: &Stores) {
    let mut suspended = organization();
    suspended.status = OrganizationStatus::Suspended;
    let suspended = stores.founded(suspended, user()).await;
    let active = stores.tenant().await;
    stores.admit(&active, &suspended.owner, Role::Member, at(1)).await;
    let affiliations = stores.across().await.affiliations(suspended.owner.id).await.unwrap();
    let organizations: Vec<_> = affiliations.iter().map(|place| place.organization.id).collect();
    assert_eq!(organizations, [active.id()]);
    let places = stores.across().await.suspended_affiliations(suspended.owner.id).await.unwrap();
    let organizations: Vec<_> = places.iter().map(|place| place.organization.id).collect();
    assert_eq!(organizations, [suspended.id()]);
    assert!(stores.across().await.affiliations(id()).await.unwrap().is_empty());
}

pub async fn what_a_user_has_chosen_is_read_as_it_was_stored_and_members_have_the_language(
    stores: &Stores,
) {
    let tenant = stores.tenant().await;
    let mut unit = stores.across().await;
    let mut login = unit.lock_user(tenant.owner.id).await.unwrap().unwrap();
    login.user.locale = Some(Locale::parse("de-CH").unwrap());
    login.user.time_zone = Some(Timezone::parse("Europe/Zurich").unwrap());
    login.user.revision = login.user.revision.next(at(3));
    unit.update_login(&login).await.unwrap();
    unit.commit().await.unwrap();
    let stored = stores.across().await.find_user(tenant.owner.id).await.unwrap().unwrap();
    assert_eq!(stored, login);
    let member = stores.read(&tenant).await.members().find(tenant.owner.id).await.unwrap().unwrap();
    assert_eq!(member.locale, login.user.locale);
    assert_eq!(member.membership.revision, tenant.membership.revision.next(at(3)));
}

pub async fn a_user_without_a_password_is_stored_and_gets_one(stores: &Stores) {
    let new = user();
    let mut unit = stores.across().await;
    unit.insert_user(&new, None).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = stores.across().await;
    let login = unit.lock_user(new.id).await.unwrap().unwrap();
    assert_eq!((&login.password, login.password_version), (&None, 1));
    unit.update_login(&login.with_password(password(), at(1))).await.unwrap();
    unit.commit().await.unwrap();
    let login = stores.across().await.find_user(new.id).await.unwrap().unwrap();
    assert_eq!((login.password, login.password_version), (Some(password()), 2));
}

pub async fn a_user_who_goes_leaves_every_organization_with_their_sessions(stores: &Stores) {
    let tenant = stores.tenant().await;
    let suspended = Organization { status: OrganizationStatus::Suspended, ..organization() };
    let other = stores.founded(suspended, user()).await;
    let (goes, first) = stores.member(&tenant, Role::Owner).await;
    let second = Membership::found(id(), other.id(), goes.id, at(0));
    let mut unit = stores.across().await;
    unit.insert_membership(&Member::of(second, &goes)).await.unwrap();
    unit.insert_session(&session(&first), &tokens(), &client()).await.unwrap();
    unit.commit().await.unwrap();

    let mut unit = stores.across().await;
    let mut all = [first, second];
    all.sort_by_key(|membership| membership.organization);
    assert_eq!(unit.memberships(goes.id).await.unwrap(), all);
    assert_eq!(unit.count_owners(tenant.id()).await.unwrap(), 2);
    let older = Membership { revision: first.revision.next(at(1)), ..first };
    assert_stale(unit.remove_membership(&older).await);
    for membership in &all {
        unit.remove_membership(membership).await.unwrap();
    }
    unit.commit().await.unwrap();

    let mut unit = stores.across().await;
    assert_eq!(unit.memberships(goes.id).await.unwrap(), []);
    assert_eq!(unit.live_sessions(goes.id, at(0), 9).await.unwrap(), []);
    assert_eq!(unit.count_owners(tenant.id()).await.unwrap(), 1);
    assert_eq!(unit.memberships(tenant.owner.id).await.unwrap(), [tenant.membership]);
}
