//! Roles on single projects, and the projects of records.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    AssignedRole, CustomRole, CustomRoleDraft, CustomRoleName, Document, Grantee, Permission,
    Project, ProjectGrant, ProjectId, Role, RolePermissions, RoleRef, UserId,
};
use plinth_ports::{
    InProject, Result,
    records::project_grants::{MEMBER, MEMBER_TAKEN, PROJECT, ROLE, TEAM, TEAM_TAKEN},
};

use crate::{
    Stores, documents,
    fixture::{at, document, id, project},
    harness::Tenant,
    outcome::{assert_conflict, assert_stale},
    records::World,
    teams::{add, team},
};

/// A new project of the organization.
async fn planned(stores: &Stores, tenant: &Tenant, code: &str) -> Project {
    let project = project(code);
    stores.write(tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
    project
}

fn grant(project: ProjectId, grantee: Grantee, role: impl Into<RoleRef>) -> ProjectGrant {
    ProjectGrant::give(id(), id(), (project, grantee), role.into(), at(0))
}

async fn give(stores: &Stores, tenant: &Tenant, grant: &ProjectGrant) -> Result<()> {
    stores.write(tenant, async |unit| unit.project_grants().give(grant).await).await
}

async fn custom(stores: &Stores, tenant: &Tenant, permission: Permission) -> CustomRole {
    let draft = CustomRoleDraft {
        name: CustomRoleName::parse("Reader").unwrap(),
        description: None,
        permissions: RolePermissions::new([permission].into_iter().collect()).unwrap(),
    };
    let role = CustomRole::create(id(), tenant.id(), draft, at(0));
    stores.write(tenant, async |unit| unit.roles().insert(&role).await).await.unwrap();
    role
}

/// The roles of a member on projects, in the order of the projects.
async fn roles(stores: &Stores, tenant: &Tenant, user: UserId) -> Vec<(ProjectId, AssignedRole)> {
    let mut view = stores.read(tenant).await;
    let mut roles = view.project_grants().roles_of(user).await.unwrap();
    roles.sort_by_key(|(project, role)| (*project, role.permissions().iter().count()));
    roles
}

pub async fn a_grant_is_read_as_it_was_stored_and_changed_by_its_version(stores: &Stores) {
    let tenant = stores.tenant().await;
    let project = planned(stores, &tenant, "P-1").await.id;
    let team = team(stores, &tenant, "One").await;
    let role = custom(stores, &tenant, Permission::ProjectRead).await;
    let own = |grant: ProjectGrant| ProjectGrant { organization: tenant.id(), ..grant };
    let to_member = grant(project, Grantee::Member(tenant.owner.id), Role::Viewer);
    let to_team = grant(project, Grantee::Team(team.id), RoleRef::Custom(role.id));
    for grant in [&to_member, &to_team] {
        give(stores, &tenant, grant).await.unwrap();
        let mut view = stores.read(&tenant).await;
        let found = view.project_grants().grant(project, grant.grantee).await.unwrap();
        assert_eq!(found, Some(own(*grant)));
    }
    let mut listed = stores.read(&tenant).await.project_grants().of_project(project).await.unwrap();
    listed.sort_by_key(|grant| grant.grantee);
    assert_eq!(listed, [own(to_member), own(to_team)]);
    let mut unit = stores.begin(&tenant).await;
    let of_team = unit.project_grants().of_grantee(to_team.grantee).await.unwrap();
    assert_eq!(of_team, [own(to_team)]);
    drop(unit);
    let changed = to_team.change(Role::Member.into(), at(5));
    let change = async |grant: &ProjectGrant| {
        stores.write(&tenant, async |unit| unit.project_grants().change(grant).await).await
    };
    change(&changed).await.unwrap();
    assert_stale(change(&changed).await);
    let withdraw = async |grant: &ProjectGrant| {
        stores.write(&tenant, async |unit| unit.project_grants().withdraw(grant).await).await
    };
    assert_stale(withdraw(&to_team).await);
    withdraw(&changed).await.unwrap();
    assert_stale(withdraw(&changed).await);
    let left = stores.read(&tenant).await.project_grants().of_project(project).await.unwrap();
    assert_eq!(left, [own(to_member)]);
}

pub async fn a_member_and_a_team_have_one_role_on_a_project_of_the_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let project = planned(stores, &ours, "P-1").await.id;
    let (own, foreign) = (team(stores, &ours, "One").await, team(stores, &theirs, "One").await);
    let foreign_role = custom(stores, &theirs, Permission::ProjectRead).await;
    let member = Grantee::Member(ours.owner.id);
    for (grantee, taken) in [(member, MEMBER_TAKEN), (Grantee::Team(own.id), TEAM_TAKEN)] {
        give(stores, &ours, &grant(project, grantee, Role::Viewer)).await.unwrap();
        let twice = give(stores, &ours, &grant(project, grantee, Role::Member)).await;
        assert_conflict(twice, taken.0);
    }
    let other = planned(stores, &ours, "P-2").await.id;
    let stranger = Grantee::Member(theirs.owner.id);
    for (refused, constraint) in [
        (grant(id(), member, Role::Viewer), PROJECT),
        (grant(other, stranger, Role::Viewer), MEMBER),
        (grant(other, Grantee::Team(foreign.id), Role::Viewer), TEAM),
        (grant(other, member, RoleRef::Custom(foreign_role.id)), ROLE),
    ] {
        assert_conflict(give(stores, &ours, &refused).await, constraint.0);
    }
    assert_eq!(roles(stores, &theirs, ours.owner.id).await, []);
}

pub async fn a_member_has_the_roles_given_to_the_member_and_to_the_members_teams(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut projects =
        [planned(stores, &tenant, "P-1").await.id, planned(stores, &tenant, "P-2").await.id];
    projects.sort_unstable();
    let [first, second] = projects;
    let role = custom(stores, &tenant, Permission::ProjectRead).await;
    let (one, other) = (team(stores, &tenant, "One").await, team(stores, &tenant, "Other").await);
    let (user, _) = stores.member(&tenant, Role::Viewer).await;
    add(stores, &tenant, one.id, user.id).await;
    for given in [
        grant(first, Grantee::Member(user.id), Role::Viewer),
        grant(first, Grantee::Team(one.id), RoleRef::Custom(role.id)),
        grant(second, Grantee::Team(one.id), Role::Member),
        grant(second, Grantee::Team(other.id), Role::Admin),
    ] {
        give(stores, &tenant, &given).await.unwrap();
    }
    let of_user = roles(stores, &tenant, user.id).await;
    let expected =
        [(first, role.assigned()), (first, Role::Viewer.into()), (second, Role::Member.into())];
    assert_eq!(of_user, expected);
    assert_eq!(roles(stores, &tenant, tenant.owner.id).await, []);
}

pub async fn a_grant_goes_with_its_project_its_member_and_its_team_and_holds_its_role(
    stores: &Stores,
) {
    let tenant = stores.tenant().await;
    let (stays, goes) =
        (planned(stores, &tenant, "P-1").await, planned(stores, &tenant, "P-2").await);
    let team = team(stores, &tenant, "One").await;
    let role = custom(stores, &tenant, Permission::ProjectRead).await;
    let (user, membership) = stores.member(&tenant, Role::Viewer).await;
    for given in [
        grant(stays.id, Grantee::Member(user.id), Role::Viewer),
        grant(stays.id, Grantee::Team(team.id), RoleRef::Custom(role.id)),
        grant(goes.id, Grantee::Member(user.id), Role::Viewer),
    ] {
        give(stores, &tenant, &given).await.unwrap();
    }
    let count = async || {
        let mut view = stores.read(&tenant).await;
        view.project_grants().of_project(stays.id).await.unwrap().len()
    };
    stores.write(&tenant, async |unit| unit.projects().remove(&goes).await).await.unwrap();
    assert_eq!(
        roles(stores, &tenant, user.id).await,
        [(stays.id, AssignedRole::from(Role::Viewer))]
    );
    stores.write(&tenant, async |unit| unit.members().remove(&membership).await).await.unwrap();
    assert_eq!(count().await, 1);
    let remove_role =
        async || stores.write(&tenant, async |unit| unit.roles().remove(&role).await).await;
    assert_conflict(remove_role().await, ROLE.0);
    stores.write(&tenant, async |unit| unit.teams().remove(&team).await).await.unwrap();
    assert_eq!(count().await, 0);
    remove_role().await.unwrap();
}

pub async fn the_project_of_a_record_is_that_of_the_organization(stores: &Stores) {
    let world = World::new(stores).await;
    let tenant = world.tenant();
    let project = planned(stores, tenant, "P-1").await.id;
    let (inside, outside) =
        (Document { project: Some(project), ..document("in") }, document("out"));
    for document in [&inside, &outside] {
        stores.write(tenant, async |unit| documents::add(unit, document).await).await.unwrap();
    }
    let contract = world.id::<plinth_domain::Contract>(1);
    let mut view = stores.read_together(tenant).await;
    let found = view.contracts().find(contract).await.unwrap().unwrap();
    drop(view);
    let stranger = stores.tenant().await;
    for (record, expected) in [
        (InProject::Project(project), Some(project)),
        (InProject::Document(inside.id), Some(project)),
        (InProject::Document(outside.id), None),
        (InProject::Document(id()), None),
        (InProject::Contract(contract), found.project),
        (InProject::Contract(id()), None),
    ] {
        let read = stores.read(tenant).await.project_grants().project_of(record).await.unwrap();
        assert_eq!(read, expected, "{record:?}");
        let mut unit = stores.begin(tenant).await;
        let held = unit.project_grants().hold_project_of(record).await.unwrap();
        assert_eq!(held, expected, "{record:?}");
    }
    for record in [InProject::Document(inside.id), InProject::Contract(contract)] {
        let mut view = stores.read(&stranger).await;
        assert_eq!(view.project_grants().project_of(record).await.unwrap(), None);
    }
}
