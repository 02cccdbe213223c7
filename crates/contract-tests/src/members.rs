//! Members join and leave; an organization always keeps an owner.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::time::Duration;

use futures::future::join_all;
use plinth_domain::{Access, Email, Membership, Role, RoleRef};
use plinth_ports::{Member, OneOf, TokenKey, records::members::ALREADY_MEMBER};

use crate::{
    Stores,
    fixture::{at, name, user},
    harness::{client, password, session, tokens},
    outcome::{assert_conflict, assert_stale},
    walk::all,
};

pub async fn a_member_is_found_with_email_address_and_name(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, membership) = stores.member(&tenant, Role::Accountant).await;
    let mut view = stores.read(&tenant).await;
    let member = view.members().find(user.id).await.unwrap().unwrap();
    assert_eq!(member.membership, membership);
    assert_eq!((member.email, member.name), (user.email, user.name));
    assert_eq!(view.members().find(crate::fixture::id()).await.unwrap(), None);
}

pub async fn a_member_is_read_with_the_newest_values_of_the_user(stores: &Stores) {
    let (here, elsewhere) = (stores.tenant().await, stores.tenant().await);
    let (user, place) = stores.member(&here, Role::Member).await;
    let other = stores.admit(&elsewhere, &user, Role::Viewer, at(0)).await;
    let login = stores.across().await.find_user(user.id).await.unwrap().unwrap();
    let same = login.with_password(password(), at(1));
    let mut renamed = same.clone();
    renamed.user.name = name("Ada King");
    renamed.user.email = Email::parse(&format!("king-{}", user.email.as_str())).unwrap();
    renamed.user.revision = same.user.revision.next(at(2));
    for (login, copied) in [(&same, false), (&renamed, true)] {
        let mut unit = stores.across().await;
        unit.update_login(login).await.unwrap();
        unit.commit().await.unwrap();
        for (tenant, old) in [(&here, &place), (&elsewhere, &other)] {
            let mut view = stores.read(tenant).await;
            let member = view.members().find(user.id).await.unwrap().unwrap();
            let revision = if copied { old.revision.next(at(2)) } else { old.revision };
            assert_eq!(member, Member::of(Membership { revision, ..*old }, &login.user));
            assert!(
                view.members()
                    .list(&OneOf::default(), &all())
                    .await
                    .unwrap()
                    .items
                    .contains(&member)
            );
        }
        let mut view = stores.read(&here).await;
        let owner = view.members().find(here.owner.id).await.unwrap().unwrap();
        assert_eq!(owner, Member::of(here.membership, &here.owner));
    }
}

pub async fn those_of_some_users_who_are_members_are_found(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    let (bob, membership) = stores.member(&tenant, Role::Viewer).await;
    stores.member(&tenant, Role::Member).await;
    let mut view = stores.read(&tenant).await;
    let mut found = view.members().among(&[bob.id, tenant.owner.id, other.owner.id]).await.unwrap();
    found.sort_by_key(|member| member.membership.id);
    let expected = [Member::of(tenant.membership, &tenant.owner), Member::of(membership, &bob)];
    assert_eq!(found, expected);
    assert_eq!(view.members().among(&[]).await.unwrap(), []);
}

pub async fn members_are_listed_by_role(stores: &Stores) {
    let tenant = stores.tenant().await;
    for role in Role::ALL {
        stores.member(&tenant, role).await;
    }
    let mut view = stores.read(&tenant).await;
    assert_eq!(view.members().list(&OneOf::default(), &all()).await.unwrap().items.len(), 6);
    for (role, count) in [(Role::Owner, 2), (Role::Admin, 1), (Role::Viewer, 1)] {
        let members = view.members().list(&RoleRef::from(role).into(), &all()).await.unwrap().items;
        assert_eq!(members.len(), count);
        assert!(members.iter().all(|member| member.membership.role == role.into()));
    }
}

pub async fn a_user_is_a_member_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let second = Membership { id: crate::fixture::id(), ..tenant.membership };
    let twice = stores.across().await.insert_membership(&Member::of(second, &tenant.owner)).await;
    assert_conflict(twice, ALREADY_MEMBER.0);
}

pub async fn a_suspended_member_has_no_place_and_counts_as_no_owner(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, active) = stores.member(&tenant, Role::Owner).await;
    let (session, tokens) = (session(&active), tokens());
    let key = TokenKey { organization: Some(tenant.id()), hash: tokens.access };
    let mut unit = stores.across().await;
    unit.insert_session(&session, &tokens, &client()).await.unwrap();
    unit.commit().await.unwrap();
    let suspended =
        Membership { suspended_at: Some(at(7)), revision: active.revision.next(at(7)), ..active };
    let again =
        Membership { suspended_at: None, revision: suspended.revision.next(at(8)), ..suspended };
    for (membership, owners) in [(suspended, 1), (again, 2)] {
        let is_active = membership.is_active();
        stores.write(&tenant, async |unit| unit.members().update(&membership).await).await.unwrap();
        let found = stores.read(&tenant).await.members().find(user.id).await.unwrap().unwrap();
        assert_eq!(found.membership, membership);
        assert_eq!(stores.system.find_session(&key).await.unwrap().is_some(), is_active);
        let mut unit = stores.across().await;
        assert_eq!(unit.affiliations(user.id).await.unwrap().len(), usize::from(is_active));
        assert!(unit.is_member(user.id).await.unwrap());
        drop(unit);
        let mut unit = stores.begin(&tenant).await;
        assert_eq!(unit.members().lock_owners().await.unwrap().count, owners);
    }
}

pub async fn a_service_account_is_a_member_without_a_password(stores: &Stores) {
    let tenant = stores.tenant().await;
    let service = user();
    let mut unit = stores.across().await;
    unit.insert_user(&service, None).await.unwrap();
    unit.commit().await.unwrap();
    let (id, organization) = (crate::fixture::id(), tenant.id());
    let membership =
        Membership::of_service(id, organization, service.id, Role::Viewer.into(), at(3));
    let member = Member::of(membership.unwrap(), &service);
    stores.write(&tenant, async |unit| unit.members().insert(&member).await).await.unwrap();
    let found = stores.read(&tenant).await.members().find(service.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&member));
    let login = stores.across().await.find_user(service.id).await.unwrap().unwrap();
    assert_eq!((login.password, login.user), (None, service));
    let membership = Membership { id: crate::fixture::id(), ..member.membership };
    let second = Member { membership, ..member };
    let twice = stores.write(&tenant, async |unit| unit.members().insert(&second).await).await;
    assert_conflict(twice, ALREADY_MEMBER.0);
}

pub async fn of_two_changes_of_one_role_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, membership) = stores.member(&tenant, Role::Member).await;
    let change = |role: Role| Membership {
        role: role.into(),
        revision: membership.revision.next(at(1)),
        ..membership
    };
    let (first, second) = (change(Role::Admin), change(Role::Viewer));
    stores.write(&tenant, async |unit| unit.members().update(&first).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.members().update(&second).await).await);
    let kept = stores.read(&tenant).await.members().find(user.id).await.unwrap().unwrap();
    assert_eq!(kept.membership, first);
}

pub async fn only_the_revision_that_is_stored_is_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (_, old) = stores.member(&tenant, Role::Member).await;
    let young = Membership { role: Role::Admin.into(), revision: old.revision.next(at(1)), ..old };
    stores.write(&tenant, async |unit| unit.members().update(&young).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.members().remove(&old).await).await);
    stores.write(&tenant, async |unit| unit.members().remove(&young).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.members().remove(&young).await).await);
    assert_eq!(stores.read(&tenant).await.members().find(old.user).await.unwrap(), None);
}

pub async fn removing_a_member_removes_their_sessions_here_and_keeps_those_elsewhere(
    stores: &Stores,
) {
    let (here, elsewhere) = (stores.tenant().await, stores.tenant().await);
    let (user, membership) = stores.member(&here, Role::Member).await;
    let other = stores.admit(&elsewhere, &user, Role::Member, at(0)).await;
    let (_, access, refresh) = stores.session(&membership).await;
    let (_, access_elsewhere, _) = stores.session(&other).await;
    let (_, access_of_owner, _) = stores.session(&here.membership).await;

    stores.write(&here, async |unit| unit.members().remove(&membership).await).await.unwrap();
    assert_eq!(stores.system.find_session(&access).await.unwrap(), None);
    assert_eq!(stores.across().await.lock_session(&refresh).await.unwrap(), None);
    for kept in [access_elsewhere, access_of_owner] {
        assert!(stores.system.find_session(&kept).await.unwrap().is_some());
    }
}

pub async fn a_removed_member_can_join_again_without_their_old_sessions(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (user, membership) = stores.member(&tenant, Role::Member).await;
    let (_, access, _) = stores.session(&membership).await;
    stores.write(&tenant, async |unit| unit.members().remove(&membership).await).await.unwrap();
    stores.admit(&tenant, &user, Role::Member, at(1)).await;
    assert_eq!(stores.system.find_session(&access).await.unwrap(), None);
}

pub async fn owners_are_counted_in_their_own_organization(stores: &Stores) {
    let (tenant, _other) = (stores.tenant().await, stores.tenant().await);
    stores.member(&tenant, Role::Owner).await;
    stores.member(&tenant, Role::Admin).await;
    assert_eq!(stores.begin(&tenant).await.members().lock_owners().await.unwrap().count, 2);
}

pub async fn two_owners_who_step_down_concurrently_leave_an_owner(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (_, second) = stores.member(&tenant, Role::Owner).await;
    let demotions = [tenant.membership, second].map(|owner| {
        let (store, scope) = (stores.store.clone(), tenant.scope());
        tokio::spawn(async move {
            let mut unit = store.begin(scope).await.unwrap();
            let owners = unit.members().lock_owners().await.unwrap();
            // Gives the other unit time to count, unless a lock blocks it.
            tokio::time::sleep(Duration::from_millis(50)).await;
            let changed = Access::of_member(&owner).change_role(
                owner,
                Role::Viewer.into(),
                owners.count,
                at(1),
            );
            let Ok(changed) = changed else { return (owners.locked_at, false) };
            let written = unit.members().update(&changed).await.is_ok();
            (owners.locked_at, written && unit.commit().await.is_ok())
        })
    });
    let mut done: Vec<_> = join_all(demotions).await.into_iter().map(Result::unwrap).collect();
    done.sort_by_key(|(_, done)| !done);
    let [(first, true), (second, false)] = done[..] else { panic!("{done:?}") };
    assert!(second >= first, "its lock comes after the first commit");
    assert_eq!(stores.begin(&tenant).await.members().lock_owners().await.unwrap().count, 1);
}
