use proptest::prelude::*;

use super::*;
use crate::{
    ApiKeyDraft, BoundPrompts, DelegationError, Grant, Id, Name, Revision, RolePermissions,
};

fn any_built_in() -> impl Strategy<Value = Role> {
    proptest::sample::select(&Role::ALL[..])
}

fn custom(permissions: PermissionSet) -> AssignedRole {
    AssignedRole::Custom { id: Id::from_uuid(Uuid::nil()), permissions }
}

/// A built-in role, or a custom one; some differ from a built-in one by a permission.
fn any_role() -> impl Strategy<Value = AssignedRole> {
    let every = Permission::ALL.len();
    prop_oneof![
        any_built_in().prop_map(AssignedRole::from),
        proptest::sample::subsequence(Permission::ALL, 1..=every)
            .prop_map(|some| custom(RolePermissions::stored(some.into_iter().collect()).set())),
        (any_built_in(), 0..every).prop_map(|(role, n)| {
            let without = role.permissions().iter().filter(|p| *p != Permission::ALL[n]);
            custom(RolePermissions::stored(without.collect()).set())
        }),
    ]
}

fn any_grant() -> impl Strategy<Value = Grant> {
    let every = Permission::ALL.len();
    let some = proptest::sample::subsequence(Permission::ALL, 0..=every);
    prop_oneof![
        any_built_in().prop_map(Grant::Role),
        some.prop_map(|some| Grant::Permissions(some.into_iter().collect())),
        // Sets that differ from a role by a permission are on the edge.
        (any_built_in(), 0..every).prop_map(|(role, n)| {
            let without = role.permissions().iter().filter(|p| *p != Permission::ALL[n]);
            Grant::Permissions(without.collect())
        }),
    ]
}

fn any_end() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::of((1i64..10).prop_map(|n| Timestamp::from_timestamp(n, 0).unwrap()))
}

fn member(role: impl Into<AssignedRole>) -> Membership {
    let (id, at) = (Uuid::nil(), Timestamp::UNIX_EPOCH);
    let found = Membership::found(Id::from_uuid(id), Id::from_uuid(id), Id::from_uuid(id), at);
    Membership { role: role.into(), ..found }
}

fn key(draft: ApiKeyDraft) -> ApiKey {
    let id = Uuid::nil();
    ApiKey {
        id: Id::from_uuid(id),
        organization: Id::from_uuid(id),
        name: draft.name,
        last_four: "abcd".to_owned(),
        grant: draft.grant,
        prompts: draft.prompts,
        created_by: Id::from_uuid(id),
        parent: None,
        expires_at: draft.expires_at,
        agent_run: None,
        last_used_at: None,
        revoked_at: None,
        revision: Revision::first(Timestamp::UNIX_EPOCH),
    }
}

fn draft(grant: Grant, expires_at: Option<Timestamp>) -> ApiKeyDraft {
    ApiKeyDraft { name: Name::parse("k").unwrap(), grant, prompts: None, expires_at }
}

/// The access of a member with `role`, or of a key of such a member.
fn access(role: AssignedRole, grant: Option<Grant>) -> Access {
    match grant {
        None => Access::of_member(&member(role)),
        Some(grant) => {
            let key = key(draft(grant, None));
            Access::of_api_key(&key, &member(role), Timestamp::UNIX_EPOCH).unwrap()
        }
    }
}

proptest! {
    #[test]
    fn no_role_that_is_given_or_taken_exceeds_the_principal(
        role in any_role(), grant in proptest::option::of(any_grant()), other in any_role(),
    ) {
        let access = access(role, grant);
        if access.check_role(other).is_ok() {
            prop_assert!(access.permissions().includes(other.permissions()));
            prop_assert!(!other.is_owner() || access.is_owner());
        }
        if access.may_invite(other) {
            prop_assert!(access.check_role(other).is_ok());
            prop_assert!(access.permissions().contains(Permission::InvitationCreate));
        }
    }

    #[test]
    fn a_key_that_a_key_creates_is_allowed_no_more_and_lives_no_longer(
        parent in (any_grant(), any_end()), child in (any_grant(), any_end()),
        creator in any_role(), second in 0i64..12,
    ) {
        let parent = key(draft(parent.0, parent.1));
        let Ok(child) = draft(child.0, child.1).created_by_key(&parent) else { return Ok(()) };
        let (child, now) = (key(child), Timestamp::from_timestamp(second, 0).unwrap());
        prop_assert!(parent.is_live(now) || !child.is_live(now));
        // Also when the creator's role changes.
        let access = |key| Access::of_api_key(key, &member(creator), now);
        if let (Some(parent), Some(child)) = (access(&parent), access(&child)) {
            prop_assert!(parent.permissions().includes(child.permissions()));
        }
    }

    #[test]
    fn a_key_is_allowed_no_more_than_its_creator(grant in any_grant(), creator in any_role()) {
        let allowed = access(creator, Some(grant)).permissions();
        prop_assert!(creator.permissions().includes(allowed));
        prop_assert!(grant.permissions().includes(allowed));
    }
}

#[test]
fn a_role_is_not_created_by_a_list_of_permissions_which_does_not_grow_with_it() {
    let list = Grant::Permissions(Role::Viewer.permissions());
    let parent = key(draft(list, None));
    draft(list, None).created_by_key(&parent).unwrap();
    draft(Grant::Role(Role::Viewer), None).created_by_key(&parent).unwrap_err();
}

#[test]
fn a_key_that_a_bound_key_creates_is_bound_to_no_other_prompts() {
    let prompts = |numbers: &[u128]| {
        let ids = numbers.iter().map(|n| Id::from_uuid(Uuid::from_u128(*n)));
        Some(BoundPrompts::new(ids.collect()).unwrap())
    };
    let of = |prompts| ApiKeyDraft { prompts, ..draft(Grant::Role(Role::Member), None) };
    let parent = key(of(prompts(&[1, 2])));
    let child = |draft: ApiKeyDraft| draft.created_by_key(&parent).map(|draft| draft.prompts);
    assert_eq!(child(of(prompts(&[2]))), Ok(prompts(&[2])));
    assert_eq!(child(of(None)), Ok(prompts(&[1, 2])));
    assert_eq!(child(of(prompts(&[2, 3]))), Err(DelegationError::ExceedsParent));
    let free = key(of(None));
    assert_eq!(of(prompts(&[3])).created_by_key(&free).unwrap().prompts, prompts(&[3]));
    let bound = |key: &ApiKey| {
        let access = Access::of_api_key(key, &member(Role::Member), Timestamp::UNIX_EPOCH);
        access.unwrap().is_bound_to_prompts()
    };
    assert!(bound(&parent) && !bound(&free));
}

proptest! {
    #[test]
    fn no_change_of_role_leaves_an_organization_without_owner(
        by in any_role(), from in any_role(), to in any_role(), others in 0u64..3,
    ) {
        let owners = others + u64::from(from.is_owner());
        let by = Access::of_member(&member(by));
        if let Ok(changed) = by.change_role(member(from), to, owners, Timestamp::UNIX_EPOCH) {
            let left = others + u64::from(changed.role.is_owner());
            prop_assert!(left >= 1 || owners == 0);
        }
    }

    #[test]
    fn only_an_owner_changes_an_owner(by in any_role(), to in any_role()) {
        prop_assume!(!by.is_owner());
        let (by, at) = (Access::of_member(&member(by)), Timestamp::UNIX_EPOCH);
        prop_assert!(by.change_role(member(Role::Owner), to, 9, at).is_err());
        prop_assert!(by.change_role(member(to), Role::Owner.into(), 9, at).is_err());
        prop_assert!(by.check_removal(&member(Role::Owner), 9).is_err());
    }
}

#[test]
fn the_rights_of_a_member_and_of_their_keys_are_those_that_the_role_has_now() {
    let every = Role::Member.permissions();
    let less: PermissionSet = [Permission::ProjectRead].into_iter().collect();
    for now in [every, less] {
        assert_eq!(Access::of_member(&member(custom(now))).permissions(), now);
        let by_key = access(custom(now), Some(Grant::Role(Role::Member)));
        assert_eq!(by_key.permissions(), now);
    }
}

#[test]
fn a_custom_role_with_all_that_an_admin_has_makes_no_owner() {
    let by = Access::of_member(&member(custom(Role::Admin.permissions())));
    assert_eq!(by.check_role(Role::Admin.into()), Ok(()));
    assert_eq!(by.check_role(Role::Owner.into()), Err(MembershipError::OwnersOnly));
    assert!(by.may_invite(custom(Role::Admin.permissions())));
}

#[test]
fn roles_on_projects_admit_members_and_their_keys_to_what_these_were_given() {
    let role = custom([Permission::OrganizationRead].into_iter().collect());
    let guest = Access::of_member(&member(role));
    assert!(guest.require(Permission::ProjectRead).is_err());
    assert!(guest.require_on_projects(Permission::ProjectRead).is_ok());
    let key = access(role, Some(Grant::Role(Role::Viewer)));
    assert!(key.require_on_projects(Permission::ProjectRead).is_ok());
    let refused = Err(Forbidden::Permission(Permission::ProjectUpdate));
    assert_eq!(key.require_on_projects(Permission::ProjectUpdate), refused);
    let lacking = Assurance { requires_factor: true, ..Assurance::default() };
    let guest = guest.assured(lacking);
    assert_eq!(guest.require_on_projects(Permission::ProjectRead), Err(Forbidden::SecondFactor));
}
