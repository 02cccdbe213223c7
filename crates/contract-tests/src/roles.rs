//! Members with custom roles, and invitations that offer them.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    ApiKey, AssignedRole, CustomRole, CustomRoleDraft, CustomRoleName, Invitation, InvitationState,
    Membership, Permission, Revision, Role, RolePermissions, RoleRef,
};
use plinth_ports::{Inviter, Member, OneOf, records::members::ROLE};

use crate::{
    Stores, api_keys,
    fixture::{at, id, named, token, user},
    harness::{Tenant, password},
    invitations::invitation,
    outcome::assert_conflict,
    walk::all,
};

fn permissions(permissions: &[Permission]) -> RolePermissions {
    RolePermissions::new(permissions.iter().copied().collect()).unwrap()
}

/// A new role of the organization.
async fn role(stores: &Stores, tenant: &Tenant, name: &str) -> CustomRole {
    let draft = CustomRoleDraft {
        name: CustomRoleName::parse(name).unwrap(),
        description: None,
        permissions: permissions(&[Permission::ProjectRead, Permission::InvitationCreate]),
    };
    let role = CustomRole::create(id(), tenant.id(), draft, at(0));
    stores.write(tenant, async |unit| unit.roles().insert(&role).await).await.unwrap();
    role
}

/// The role with other permissions.
async fn change(
    stores: &Stores,
    tenant: &Tenant,
    role: CustomRole,
    to: &[Permission],
) -> CustomRole {
    let revision = role.revision.next(at(5));
    let role = CustomRole { permissions: permissions(to), revision, ..role };
    stores.write(tenant, async |unit| unit.roles().update(&role).await).await.unwrap();
    role
}

pub async fn a_member_has_what_the_custom_role_has_now(stores: &Stores) {
    let tenant = stores.tenant().await;
    let role = role(stores, &tenant, "Planner").await;
    let (user, before) = stores.member(&tenant, role.assigned()).await;
    let (_, access, _) = stores.session(&before).await;
    let key = ApiKey { created_by: user.id, ..api_keys::key(&tenant) };
    let secret = token();
    let written = stores.write(&tenant, async |unit| unit.api_keys().insert(&key, &secret).await);
    written.await.unwrap();
    let mut role = role;
    for to in [Permission::DocumentRead, Permission::PartyRead] {
        role = change(stores, &tenant, role, &[to]).await;
        let now = Membership { role: role.assigned(), ..before };
        let mut view = stores.read(&tenant).await;
        let found = view.members().find(user.id).await.unwrap().unwrap();
        assert_eq!(found, Member::of(now, &user));
        let listed = view.members().list(&OneOf::default(), &all()).await.unwrap().items;
        assert!(listed.contains(&found));
        drop(view);
        let admission = stores.system.find_session(&access).await.unwrap().unwrap();
        assert_eq!(admission.membership, now);
        let secret = named(tenant.id(), secret);
        let admission = stores.system.find_api_key(&secret).await.unwrap().unwrap();
        assert_eq!(admission.membership, now);
        let by_user = Invitation { invited_by: user.id, ..invitation(&tenant) };
        let mut unit = stores.across().await;
        let inviter = unit.find_inviter(&by_user).await.unwrap();
        assert_eq!(inviter, Some(Inviter { membership: now, key: None }));
        assert_eq!(unit.memberships(user.id).await.unwrap(), [now]);
        assert_eq!(unit.affiliations(user.id).await.unwrap()[0].membership, now);
        assert_eq!(unit.lock_affiliations(user.id).await.unwrap()[0].membership, now);
        assert_eq!(unit.find_role(tenant.id(), role.id).await.unwrap(), Some(role.clone()));
    }
}

pub async fn a_member_changes_between_built_in_and_custom_roles(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) =
        (role(stores, &tenant, "Planner").await, role(stores, &tenant, "Site manager").await);
    let (user, mut member) = stores.member(&tenant, Role::Viewer).await;
    let roles: [AssignedRole; 5] = [
        first.assigned(),
        second.assigned(),
        Role::Viewer.into(),
        first.assigned(),
        Role::Admin.into(),
    ];
    for role in roles {
        member = Membership { role, revision: member.revision.next(at(1)), ..member };
        stores.write(&tenant, async |unit| unit.members().update(&member).await).await.unwrap();
        let found = stores.read(&tenant).await.members().find(user.id).await.unwrap().unwrap();
        assert_eq!(found.membership, member);
    }
}

pub async fn a_custom_role_that_a_member_has_is_not_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let role = role(stores, &tenant, "Planner").await;
    let (_, first) = stores.member(&tenant, role.assigned()).await;
    let (_, second) = stores.member(&tenant, role.assigned()).await;
    let remove =
        async || stores.write(&tenant, async |unit| unit.roles().remove(&role).await).await;
    assert_conflict(remove().await, ROLE.0);
    let revision = first.revision.next(at(1));
    let viewer = Membership { role: Role::Viewer.into(), revision, ..first };
    stores.write(&tenant, async |unit| unit.members().update(&viewer).await).await.unwrap();
    assert_conflict(remove().await, ROLE.0);
    stores.write(&tenant, async |unit| unit.members().remove(&second).await).await.unwrap();
    remove().await.unwrap();
}

pub async fn a_member_has_a_custom_role_of_the_organization_alone(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let foreign = role(stores, &theirs, "Planner").await;
    assert_eq!(stores.across().await.find_role(ours.id(), foreign.id).await.unwrap(), None);
    let (_, member) = stores.member(&ours, Role::Member).await;
    let revision = member.revision.next(at(1));
    let changed = Membership { role: foreign.assigned(), revision, ..member };
    let written = stores.write(&ours, async |unit| unit.members().update(&changed).await);
    assert_conflict(written.await, ROLE.0);
    let newcomer = user();
    let mut unit = stores.across().await;
    unit.insert_user(&newcomer, Some(&password())).await.unwrap();
    let membership = Membership {
        role: foreign.assigned(),
        revision: Revision::first(at(0)),
        ..Membership::found(id(), ours.id(), newcomer.id, at(0))
    };
    let joined = unit.insert_membership(&Member::of(membership, &newcomer)).await;
    assert_conflict(joined, ROLE.0);
}

pub async fn members_are_listed_by_their_custom_role(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (one, two) =
        (role(stores, &tenant, "Planner").await, role(stores, &tenant, "Site manager").await);
    let custom = |role: &CustomRole| RoleRef::Custom(role.id);
    for (role, times) in [
        (one.assigned(), 2),
        (two.assigned(), 1),
        (Role::Viewer.into(), 1),
        (Role::Admin.into(), 1),
    ] {
        for _ in 0..times {
            stores.member(&tenant, role).await;
        }
    }
    let viewer = RoleRef::BuiltIn(Role::Viewer);
    let mut view = stores.read(&tenant).await;
    for (roles, count) in [
        (vec![custom(&one)], 2),
        (vec![custom(&one), custom(&two)], 3),
        (vec![viewer], 1),
        (vec![viewer, custom(&two)], 2),
        (vec![RoleRef::Custom(id())], 0),
        (vec![viewer, Role::Admin.into(), Role::Owner.into()], 3),
    ] {
        let filter = OneOf::new(roles.clone()).unwrap();
        let members = view.members().list(&filter, &all()).await.unwrap().items;
        assert_eq!(members.len(), count, "{roles:?}");
        let wanted = |member: &Member| roles.contains(&member.membership.role.reference());
        assert!(members.iter().all(wanted), "{roles:?}");
    }
}

pub async fn the_pending_invitations_about_a_custom_role_are_found(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (held, offered) =
        (role(stores, &tenant, "Planner").await, role(stores, &tenant, "Site manager").await);
    let (holder, _) = stores.member(&tenant, held.assigned()).await;
    let by_holder = Invitation { invited_by: holder.id, ..invitation(&tenant) };
    let offers = Invitation { role: RoleRef::Custom(offered.id), ..invitation(&tenant) };
    let revoked = InvitationState::Revoked { at: at(1) };
    let mut unit = stores.begin(&tenant).await;
    for pending in [&by_holder, &offers, &invitation(&tenant)] {
        unit.invitations().insert(pending, &token()).await.unwrap();
        let over = Invitation { id: id(), state: revoked, ..pending.clone() };
        unit.invitations().insert(&over, &token()).await.unwrap();
    }
    assert_eq!(unit.invitations().pending_of_role(held.id).await.unwrap(), [by_holder]);
    assert_eq!(unit.invitations().pending_of_role(offered.id).await.unwrap(), []);
    assert_eq!(unit.invitations().pending_with(offered.id).await.unwrap(), [offers]);
    assert_eq!(unit.invitations().pending_with(held.id).await.unwrap(), []);
    unit.commit().await.unwrap();
}
