//! Teams of members, end to end.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
    sample::Sample,
};

/// A new team, and a change to it.
pub fn sample() -> RecordSample {
    RecordSample {
        path: "/teams",
        new: json!({"name": format!("Sample {}", fresh())}),
        change: json!({"description": "Of the harbour."}),
    }
}

pub async fn team(by: &Client, name: &str) -> Value {
    by.create("/teams", json!({"name": name})).await
}

pub fn at(team: &Value) -> String {
    format!("/teams/{}", team["id"].as_str().unwrap())
}

/// Where a member is added to the team.
pub fn place(team: &Value, member: &Client) -> String {
    format!("{}/members/{}", at(team), member.user)
}

/// The sample of an operation on the members of a team, or on roles on a project.
pub async fn operation(operation: &str, owner: &Client) -> Option<Sample> {
    let id = |record: &Value| record["id"].as_str().unwrap().parse::<Uuid>().unwrap();
    let role = json!({"role": "viewer"});
    let (record, key, body) = match operation {
        "list_team_members" | "add_team_member" | "remove_team_member" => {
            let team = sample().create(owner).await;
            if operation == "remove_team_member" {
                owner.put(&place(&team, owner), Value::Null).await.expect(204);
            }
            (id(&team), owner.user.clone(), None)
        }
        "list_project_access" | "give_member_project_access" | "withdraw_member_project_access" => {
            let project = owner.project(&format!("T-{}", fresh())).await;
            let given = format!("/projects/{}/access/members/{}", id(&project), owner.user);
            if operation != "give_member_project_access" {
                owner.put(&given, role.clone()).await.expect(200);
            }
            let body = (operation == "give_member_project_access").then_some(role);
            (id(&project), owner.user.clone(), body)
        }
        "give_team_project_access" | "withdraw_team_project_access" => {
            let project = owner.project(&format!("T-{}", fresh())).await;
            let team = id(&sample().create(owner).await);
            if operation == "withdraw_team_project_access" {
                let given = format!("/projects/{}/access/teams/{team}", id(&project));
                owner.put(&given, role.clone()).await.expect(200);
            }
            let body = (operation == "give_team_project_access").then_some(role);
            (id(&project), team.to_string(), body)
        }
        _ => return None,
    };
    Some(Sample { id: record, key, body, file: None })
}

async fn a_team_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let new = json!({"name": " Site north ", "description": "Of the harbour"});
    let created = ada.post_once("/teams", "once", new.clone()).await.expect(201);
    let team = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&team)));
    assert_eq!(ada.post_once("/teams", "once", new.clone()).await.expect(201).json(), team);
    assert_eq!(team["name"], "Site north");
    ada.post("/teams", new.clone()).await.refused(409, "team.name_taken");
    app.owner("Bob").await.post("/teams", new).await.expect(201);
    let change = json!({"name": "Site south", "description": null});
    let changed = ada.patch(&at(&team), 1, change).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["description"]), (&json!("Site south"), &Value::Null));
    assert_eq!(ada.get(&at(&team)).await.expect(200).json(), changed);
    assert_eq!(ada.list("/teams").await, [changed]);
    ada.patch(&at(&team), 1, json!({"name": "X"})).await.refused(412, "if_match.stale");
    ada.put(&place(&team, &ada), Value::Null).await.expect(204);
    ada.delete(&at(&team), 2).await.expect(204);
    ada.get(&at(&team)).await.refused(404, "not_found");
    for action in ["team.created", "team.updated", "team.member_added", "team.removed"] {
        assert_eq!(ada.list(&format!("/audit-logs?action={action}")).await.len(), 1, "{action}");
    }
    assert_eq!(ada.events("&topics=teams", 0, 4).await.len(), 4);
}

pub async fn members_of_the_organization_are_added_once_and_taken_out(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let carol = ada.invite("carol@example.com", "member").await;
    let team = team(&ada, "Site north").await;
    let members = format!("{}/members", at(&team));
    for _ in 0..2 {
        ada.put(&place(&team, &carol), Value::Null).await.expect(204);
    }
    ada.put(&place(&team, &ada), Value::Null).await.expect(204);
    let listed = ada.list(&members).await;
    let users: Vec<_> = listed.iter().map(|member| member["user_id"].as_str().unwrap()).collect();
    assert_eq!(users.len(), 2);
    assert!(users.contains(&&*ada.user) && users.contains(&&*carol.user));
    let page = ada.get(&format!("{members}?limit=1")).await.expect(200).json();
    assert_eq!((page["data"].as_array().unwrap().len(), &page["has_more"]), (1, &json!(true)));
    assert_eq!(ada.list("/audit-logs?action=team.member_added").await.len(), 2);
    // No member of the organization, and no team of it.
    ada.put(&place(&team, &bob), Value::Null).await.refused(404, "not_found");
    bob.put(&place(&team, &bob), Value::Null).await.refused(404, "not_found");
    bob.get(&members).await.refused(404, "not_found");
    carol.put(&place(&team, &carol), Value::Null).await.refused(403, "permission.denied");
    ada.put(&format!("{members}/carol"), Value::Null).await.refused(400, "path.id");
    ada.delete(&place(&team, &carol), "*").await.expect(204);
    ada.delete(&place(&team, &carol), "*").await.refused(404, "not_found");
    assert_eq!(ada.list(&members).await.len(), 1);
}

async fn a_member_who_is_removed_leaves_all_teams_with_an_audit_record_of_each(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let carol = ada.invite("carol@example.com", "member").await;
    let teams = [team(&ada, "North").await, team(&ada, "South").await];
    for team in &teams {
        ada.put(&place(team, &carol), Value::Null).await.expect(204);
    }
    ada.delete(&format!("/members/{}", carol.user), "*").await.expect(204);
    for team in &teams {
        assert!(ada.list(&format!("{}/members", at(team))).await.is_empty());
    }
    let log = ada.list("/audit-logs?action=team.member_removed").await;
    assert_eq!(log.len(), 2);
    assert!(log.iter().all(|entry| entry["after"]["user_id"] == json!(carol.user)));
}

async fn a_member_is_in_at_most_twenty_teams(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..20 {
        let team = team(&ada, &format!("Team {n}")).await;
        ada.put(&place(&team, &ada), Value::Null).await.expect(204);
    }
    let last = team(&ada, "One more").await;
    ada.put(&place(&last, &ada), Value::Null).await.refused(403, "limit.reached");
}

on_postgres! {
    a_team_is_created_read_changed_and_removed,
    members_of_the_organization_are_added_once_and_taken_out,
    a_member_who_is_removed_leaves_all_teams_with_an_audit_record_of_each,
    a_member_is_in_at_most_twenty_teams,
}
