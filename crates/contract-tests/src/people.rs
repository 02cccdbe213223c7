//! Users log in with their e-mail address, and are members of organizations.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Email, Organization, OrganizationStatus, Role, User, UserStatus};
use plinth_ports::records::users::EMAIL_TAKEN;
use plinth_ports::{Login, PasswordHash};

use crate::{
    Stores,
    fixture::{at, id, organization, user},
    harness::password,
    outcome::{assert_conflict, assert_stale},
};

pub async fn a_user_is_found_by_address_and_by_identity(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut unit = stores.across().await;
    let (user, password) = (tenant.owner.clone(), Some(password()));
    let known = Some(Login { user, password, password_version: 1 });
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
    let twice = stores.across().await.insert_user(&second, &password()).await;
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
    assert!(stores.across().await.affiliations(id()).await.unwrap().is_empty());
}
