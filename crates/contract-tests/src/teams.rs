//! Members of teams.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::collections::BTreeSet;

use plinth_domain::{Role, Team, TeamDraft, TeamId, TeamMember, UserId};
use plinth_ports::{
    TeamMemberSort,
    records::teams::{MEMBER, TEAM},
};

use crate::{
    Stores,
    fixture::{at, id, name},
    harness::Tenant,
    outcome::assert_conflict,
    walk::{all, assert_pages},
};

/// A new team of the organization.
pub(crate) async fn team(stores: &Stores, tenant: &Tenant, title: &str) -> Team {
    let draft = TeamDraft { name: name(title), description: None };
    let team = Team::create(id(), tenant.id(), draft, at(0));
    stores.write(tenant, async |unit| unit.teams().insert(&team).await).await.unwrap();
    team
}

/// Adds a member, and returns whether the user was none before.
pub(crate) async fn add(stores: &Stores, tenant: &Tenant, team: TeamId, user: UserId) -> bool {
    let member = TeamMember { team, user, added_at: at(1) };
    let mut unit = stores.begin(tenant).await;
    let added = unit.team_members().add(&member).await.unwrap();
    unit.commit().await.unwrap();
    added
}

async fn members(stores: &Stores, tenant: &Tenant, team: TeamId) -> BTreeSet<UserId> {
    let mut view = stores.read(tenant).await;
    let page = view.team_members().members(team, &all()).await.unwrap();
    page.items.into_iter().map(|member| member.user).collect()
}

pub async fn a_member_is_in_a_team_once_until_taken_out(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (one, two) = (team(stores, &tenant, "One").await, team(stores, &tenant, "Two").await);
    let (user, _) = stores.member(&tenant, Role::Member).await;
    assert!(add(stores, &tenant, one.id, user.id).await);
    assert!(!add(stores, &tenant, one.id, user.id).await);
    assert!(add(stores, &tenant, two.id, user.id).await);
    assert!(add(stores, &tenant, one.id, tenant.owner.id).await);
    assert_eq!(members(stores, &tenant, one.id).await, [user.id, tenant.owner.id].into());
    let mut unit = stores.begin(&tenant).await;
    assert_eq!(unit.team_members().count(one.id).await.unwrap(), 2);
    let teams: BTreeSet<_> =
        unit.team_members().teams_of(user.id).await.unwrap().into_iter().collect();
    assert_eq!(teams, [one.id, two.id].into());
    assert!(unit.team_members().take_out(one.id, user.id).await.unwrap());
    assert!(!unit.team_members().take_out(one.id, user.id).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(members(stores, &tenant, one.id).await, [tenant.owner.id].into());
    assert_eq!(members(stores, &tenant, two.id).await, [user.id].into());
}

pub async fn the_members_of_a_team_show_exactly_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (one, other) = (team(stores, &tenant, "One").await, team(stores, &tenant, "Other").await);
    for _ in 0..7 {
        let (user, _) = stores.member(&tenant, Role::Viewer).await;
        add(stores, &tenant, one.id, user.id).await;
        add(stores, &tenant, other.id, user.id).await;
    }
    for limit in [1, 3, 7] {
        assert_pages::<TeamMemberSort>(limit, 7, async |page: &_| {
            let mut view = stores.read_together(&tenant).await;
            view.team_members().members(one.id, page).await.unwrap()
        })
        .await;
    }
}

pub async fn a_team_and_a_member_are_those_of_the_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let (own, foreign) = (team(stores, &ours, "Own").await, team(stores, &theirs, "Own").await);
    let add = async |team: &Team, user: UserId| {
        let member = TeamMember { team: team.id, user, added_at: at(1) };
        let mut unit = stores.begin(&ours).await;
        unit.team_members().add(&member).await.map(drop)
    };
    assert_conflict(add(&own, theirs.owner.id).await, MEMBER.0);
    assert_conflict(add(&foreign, ours.owner.id).await, TEAM.0);
    add(&own, ours.owner.id).await.unwrap();
    assert!(members(stores, &ours, foreign.id).await.is_empty());
}

pub async fn who_leaves_the_organization_leaves_its_teams_and_a_team_goes_with_its_members(
    stores: &Stores,
) {
    let tenant = stores.tenant().await;
    let (one, two) = (team(stores, &tenant, "One").await, team(stores, &tenant, "Two").await);
    let (user, membership) = stores.member(&tenant, Role::Member).await;
    for team in [&one, &two] {
        add(stores, &tenant, team.id, user.id).await;
        add(stores, &tenant, team.id, tenant.owner.id).await;
    }
    stores.write(&tenant, async |unit| unit.members().remove(&membership).await).await.unwrap();
    assert_eq!(members(stores, &tenant, one.id).await, [tenant.owner.id].into());
    stores.write(&tenant, async |unit| unit.teams().remove(&one).await).await.unwrap();
    let mut unit = stores.begin(&tenant).await;
    assert_eq!(unit.team_members().teams_of(tenant.owner.id).await.unwrap(), [two.id]);
    assert_eq!(unit.team_members().count(one.id).await.unwrap(), 0);
}
