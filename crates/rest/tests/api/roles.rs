//! Custom roles, end to end.

use serde_json::{Value, json};

use crate::support::{
    Client, Options, PASSWORD, TestApp,
    records::{RecordSample, fresh},
};

/// A new role, and a change to it.
pub fn sample() -> RecordSample {
    RecordSample {
        path: "/roles",
        new: json!({"name": format!("Sample {}", fresh()), "permissions": ["project:read"]}),
        change: json!({"description": "Reads projects."}),
    }
}

async fn role(by: &Client, name: &str, permissions: &[&str]) -> Value {
    by.create("/roles", json!({"name": name, "permissions": permissions})).await
}

/// A new member with the role.
async fn holder(by: &Client, email: &str, role: &Value) -> Client {
    by.invite_by(json!({"email": email, "role_id": role["id"]})).await
}

fn at(role: &Value) -> String {
    format!("/roles/{}", role["id"].as_str().unwrap())
}

/// All roles, also built-in ones.
async fn roles(by: &Client) -> Vec<Value> {
    by.get("/roles").await.expect(200).json()["data"].as_array().unwrap().clone()
}

fn member(member: &Client) -> String {
    format!("/members/{}", member.user)
}

async fn a_role_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let new = json!({
        "name": " Site manager ", "description": "Of one site",
        "permissions": ["project:update", "project:read"],
    });
    let created = ada.post_once("/roles", "once", new.clone()).await.expect(201);
    let role = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&role)));
    assert_eq!(ada.post_once("/roles", "once", new.clone()).await.expect(201).json(), role);
    assert_eq!((&role["name"], &role["built_in"]), (&json!("Site manager"), &json!(false)));
    assert_eq!(role["permissions"], json!(["project:read", "project:update"]));
    ada.post("/roles", new).await.refused(409, "role.name_taken");
    let listed = roles(&ada).await;
    assert_eq!(listed.len(), 6);
    let names: Vec<_> = listed[..5].iter().map(|role| role["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["owner", "admin", "accountant", "member", "viewer"]);
    let built_in = |role: &&Value| role["built_in"] == json!(true) && role["id"].is_null();
    assert_eq!(listed.iter().filter(built_in).count(), 5);
    assert_eq!(listed[5], role);

    let change = json!({"name": "Planner", "description": null, "permissions": ["party:read"]});
    let changed = ada.patch(&at(&role), 1, change).await.expect(200).json();
    assert_eq!(
        (&changed["name"], &changed["description"], &changed["permissions"]),
        (&json!("Planner"), &Value::Null, &json!(["party:read"]))
    );
    assert_eq!(ada.get(&at(&role)).await.expect(200).json(), changed);
    ada.patch(&at(&role), 1, json!({"name": "X"})).await.refused(412, "if_match.stale");
    ada.delete(&at(&role), 2).await.expect(204);
    ada.get(&at(&role)).await.refused(404, "not_found");
    for (action, count) in [("role.created", 1), ("role.updated", 1), ("role.removed", 1)] {
        let log = ada.list(&format!("/audit-logs?action={action}")).await;
        assert_eq!(log.len(), count, "{action}");
    }
    assert_eq!(ada.events("&topics=roles", 0, 3).await.len(), 3);
}

async fn a_role_has_a_name_of_its_own_and_no_permission_of_owners(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let cases = [
        (json!({"name": "Admin", "permissions": ["project:read"]}), "/name", "role.name_built_in"),
        (json!({"name": " ", "permissions": ["project:read"]}), "/name", "text.empty"),
        (json!({"name": "R", "permissions": []}), "/permissions", "list.empty"),
        (
            json!({"name": "R", "permissions": ["project:fly"]}),
            "/permissions",
            "permission.unknown",
        ),
        (
            json!({"name": "R", "permissions": ["project:read", "organization:erase"]}),
            "/permissions",
            "role.owners_only",
        ),
    ];
    for (body, pointer, code) in cases {
        let refused = ada.post("/roles", body.clone()).await.refused(422, "body.invalid").json();
        let fault = &refused["errors"][0];
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)), "{body}");
    }
    let kept = role(&ada, "R", &["project:read"]).await;
    let change = json!({"permissions": ["organization:export"]});
    ada.patch(&at(&kept), "*", change).await.refused(422, "body.invalid");
    let other = role(&ada, "Other", &["project:read"]).await;
    ada.patch(&at(&other), "*", json!({"name": "R"})).await.refused(409, "role.name_taken");
    // Other organizations have names of their own.
    role(&app.owner("Bob").await, "R", &["project:read"]).await;
}

async fn an_organization_has_at_most_fifty_roles(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for n in 0..50 {
        role(&ada, &format!("Role {n}"), &["project:read"]).await;
    }
    let body = json!({"name": "One more", "permissions": ["project:read"]});
    ada.post("/roles", body.clone()).await.refused(403, "limit.reached");
    let last = roles(&ada).await.pop().unwrap();
    ada.delete(&at(&last), "*").await.expect(204);
    ada.post("/roles", body).await.expect(201);
}

async fn members_invitations_and_service_accounts_have_custom_roles(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let planner = role(&ada, "Planner", &["project:read", "project:create"]).await;
    let offer = json!({"email": "carol@example.com", "role_id": planner["id"]});
    let offered = ada.post("/invitations", offer).await.expect(201).json();
    assert_eq!((&offered["role"], &offered["role_id"]), (&Value::Null, &planner["id"]));
    let accept = json!({"token": ada.token_of(&offered), "password": PASSWORD, "name": "Carol"});
    let accepted = app.anonymous().post("/invitations/accept", accept).await.expect(200);
    let organization = &accepted.json()["organization"];
    assert_eq!((&organization["role"], &organization["role_id"]), (&Value::Null, &planner["id"]));
    let carol = app.anonymous().signed_in(&accepted);
    let me = carol.get("/me").await.expect(200).json();
    assert_eq!((&me["role"], &me["role_id"]), (&Value::Null, &planner["id"]));
    assert_eq!(me["permissions"], json!(["project:read", "project:create"]));
    assert_eq!(me["memberships"][0]["role_id"], planner["id"]);
    carol.post("/projects", json!({"code": "P-1", "name": "Harbour"})).await.expect(201);
    carol.get("/documents").await.refused(403, "permission.denied");
    carol.get("/members").await.refused(403, "permission.denied");

    let body = json!({"name": "Export", "role_id": planner["id"]});
    let service = ada.post("/members/service-accounts", body).await.expect(201).json();
    assert_eq!((&service["role"], &service["role_id"]), (&Value::Null, &planner["id"]));
    let key = json!({"name": "k", "role": "viewer", "service_account_id": service["user_id"]});
    ada.post("/api-keys", key).await.refused(403, "api_key.exceeds_creator");
    let key = json!({
        "name": "k", "permissions": ["project:read"], "service_account_id": service["user_id"],
    });
    ada.post("/api-keys", key).await.expect(201);

    let id = planner["id"].as_str().unwrap();
    assert_eq!(ada.list(&format!("/members?role_id={id}")).await.len(), 2);
    assert_eq!(ada.list(&format!("/members?role=owner,viewer&role_id={id}")).await.len(), 3);
    assert_eq!(ada.list("/members?role=viewer").await.len(), 0);
    let viewer = ada.patch(&member(&carol), "*", json!({"role": "viewer"})).await.expect(200);
    assert_eq!(
        (&viewer.json()["role"], &viewer.json()["role_id"]),
        (&json!("viewer"), &Value::Null)
    );
    carol.get("/documents").await.expect(200);
    let again = ada.patch(&member(&carol), "*", json!({"role_id": id})).await.expect(200).json();
    assert_eq!((&again["role"], &again["role_id"]), (&Value::Null, &planner["id"]));
    carol.get("/documents").await.refused(403, "permission.denied");
    let log = ada.list("/audit-logs?action=member.role_changed&sort=created_at").await;
    assert_eq!(log[1]["after"]["role_id"], planner["id"]);
}

async fn a_role_is_named_in_one_of_two_fields(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let carol = ada.invite("carol@example.com", "viewer").await;
    let foreign = role(&bob, "Planner", &["project:read"]).await;
    let own = role(&ada, "Planner", &["project:read"]).await;
    let cases = [
        (json!({}), "/role", "field.required"),
        (json!({"role": "admin", "role_id": own["id"]}), "/role_id", "role.ambiguous"),
        (json!({"role_id": "planner"}), "/role_id", "uuid.malformed"),
        (json!({"role": "Planner"}), "/role", "value.unknown"),
        (json!({"role_id": foreign["id"]}), "/role_id", "reference.unknown"),
    ];
    for (named, pointer, code) in cases {
        let with = |more: Value| {
            let mut body = named.clone();
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let replies = [
            ada.patch(&member(&carol), "*", with(json!({}))).await,
            ada.post("/invitations", with(json!({"email": "dora@example.com"}))).await,
            ada.post("/members/service-accounts", with(json!({"name": "S"}))).await,
        ];
        for reply in replies {
            let refused = reply.refused(422, "body.invalid").json();
            let fault = &refused["errors"][0];
            assert_eq!((&fault["pointer"], &fault["code"]), (&json!(pointer), &json!(code)));
        }
    }
}

pub async fn a_change_of_a_role_takes_effect_at_once_on_sessions_and_api_keys(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let manager = role(&ada, "Manager", &["project:read", "document:read", "api_key:create"]).await;
    let carol = holder(&ada, "carol@example.com", &manager).await;
    let elsewhere = carol.login().await;
    let machine = carol.api_key(json!({"permissions": ["project:read", "document:read"]})).await;
    for caller in [&carol, &elsewhere, &machine] {
        caller.get("/projects").await.expect(200);
        caller.get("/documents").await.expect(200);
    }
    for (permissions, projects, documents) in [
        (json!(["document:read"]), 403, 200),
        (json!(["project:read"]), 200, 403),
        (json!(["project:read", "document:read"]), 200, 200),
        (json!(["organization:read"]), 403, 403),
    ] {
        let change = json!({"permissions": permissions});
        ada.patch(&at(&manager), "*", change).await.expect(200);
        for caller in [&carol, &elsewhere, &machine] {
            caller.get("/projects").await.expect(projects);
            caller.get("/documents").await.expect(documents);
        }
    }
    assert_eq!(
        carol.get("/me").await.expect(200).json()["permissions"],
        json!(["organization:read"])
    );
}

async fn a_change_of_a_role_counts_in_other_processes_after_the_answer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let planner = role(&ada, "Planner", &["project:read"]).await;
    let carol = holder(&ada, "carol@example.com", &planner).await;
    let other = app.on_the_same_bus(Options::default());
    let there = carol.at(&other.url);
    there.get("/projects").await.expect(200);
    for (permission, status) in [("document:read", 403), ("project:read", 200)] {
        let change = json!({"permissions": [permission]});
        ada.patch(&at(&planner), "*", change).await.expect(200);
        there.get("/projects").await.expect(status);
    }
    other.stop().await;
}

async fn no_role_exceeds_who_makes_changes_gives_or_takes_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let wide = role(&ada, "Wide", &["project:read", "webhook:read"]).await;
    let makes = ["role:create", "role:update", "role:delete", "member:update", "member:remove"];
    let more = ["invitation:create", "project:read", "project:update", "member:read"];
    let own = role(&ada, "Makers", &[&makes[..], &more[..]].concat()).await;
    let carol = holder(&ada, "carol@example.com", &own).await;
    let guest = holder(&ada, "guest@example.com", &wide).await;
    let viewer = ada.invite("viewer@example.com", "viewer").await;

    let body = json!({"name": "N", "permissions": ["project:read", "webhook:read"]});
    carol.post("/roles", body).await.refused(403, "role.exceeds_caller");
    let narrow = role(&carol, "Narrow", &["project:read"]).await;
    let add = json!({"permissions": ["project:read", "document:read"]});
    carol.patch(&at(&narrow), "*", add).await.refused(403, "role.exceeds_caller");
    carol.patch(&at(&narrow), "*", json!({"permissions": ["project:update"]})).await.expect(200);
    // Not her own role either, and nothing of one with more than she has.
    let grown = [&makes[..], &more[..], &["webhook:read"]].concat();
    let grow = json!({"permissions": grown});
    carol.patch(&at(&own), "*", grow).await.refused(403, "role.exceeds_caller");
    for change in [json!({"permissions": ["project:read"]}), json!({"name": "Mine"})] {
        carol.patch(&at(&wide), "*", change).await.refused(403, "role.exceeds_caller");
    }
    let to = |role: &Value| json!({"role_id": role["id"]});
    carol.patch(&member(&viewer), "*", to(&narrow)).await.refused(403, "role.exceeds_caller");
    carol.patch(&member(&guest), "*", to(&narrow)).await.refused(403, "role.exceeds_caller");
    carol.delete(&member(&guest), "*").await.refused(403, "role.exceeds_caller");
    carol.patch(&member(&carol), "*", to(&wide)).await.refused(403, "role.exceeds_caller");
    carol
        .patch(&member(&carol), "*", json!({"role": "owner"}))
        .await
        .refused(403, "member.owners_only");
    let offer = json!({"email": "dora@example.com", "role_id": wide["id"]});
    carol.post("/invitations", offer).await.refused(403, "role.exceeds_caller");
    let service = json!({"name": "S", "role_id": wide["id"]});
    carol.post("/members/service-accounts", service).await.refused(403, "role.exceeds_caller");
    let spare = role(&ada, "Spare", &["webhook:read"]).await;
    carol.delete(&at(&spare), "*").await.refused(403, "role.exceeds_caller");
    carol.delete(&at(&narrow), "*").await.expect(204);
    // A key of an owner is held to its own list.
    let key = ada.api_key(json!({"permissions": ["role:create", "role:update"]})).await;
    let body = json!({"name": "By key", "permissions": ["project:read"]});
    key.post("/roles", body).await.refused(403, "role.exceeds_caller");
    let change = json!({"permissions": ["role:create"]});
    key.patch(&at(&spare), "*", change).await.refused(403, "role.exceeds_caller");
}

async fn a_role_in_use_is_not_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let planner = role(&ada, "Planner", &["project:read"]).await;
    let offer = |email: &str| json!({"email": email, "role_id": planner["id"]});
    let open = ada.post("/invitations", offer("carol@example.com")).await.expect(201).json();
    ada.delete(&at(&planner), "*").await.refused(409, "record.in_use");
    let accept = json!({"token": ada.token_of(&open), "password": PASSWORD, "name": "Carol"});
    let accepted = app.anonymous().post("/invitations/accept", accept).await.expect(200);
    let carol = app.anonymous().signed_in(&accepted);
    ada.delete(&at(&planner), "*").await.refused(409, "record.in_use");
    ada.patch(&member(&carol), "*", json!({"role": "viewer"})).await.expect(200);
    let open = ada.post("/invitations", offer("dora@example.com")).await.expect(201).json();
    ada.post("/invitations", offer("eve@example.com")).await.expect(201);
    let revoke = format!("/invitations/{}", open["id"].as_str().unwrap());
    ada.delete(&revoke, "*").await.expect(204);
    ada.delete(&at(&planner), "*").await.refused(409, "record.in_use");
    // The other one expires.
    app.age("invitations", 8 * 24 * 3600).await;
    ada.delete(&at(&planner), "*").await.expect(204);
    // Closed invitations still say what they offered.
    for invitation in ada.list("/invitations").await {
        assert_eq!((&invitation["role"], &invitation["role_id"]), (&Value::Null, &planner["id"]));
    }
    let offered = ada.post("/invitations", offer("fay@example.com")).await;
    offered.refused(422, "body.invalid");
}

async fn an_invitation_ends_with_the_permissions_of_the_role_of_who_created_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let permissions = ["invitation:create", "project:read", "document:read"];
    let inviters = role(&ada, "Inviters", &permissions).await;
    let [narrow, wide] = [&["project:read"][..], &["project:read", "document:read"]];
    let (narrow, wide) = (role(&ada, "Narrow", narrow).await, role(&ada, "Wide", wide).await);
    let carol = holder(&ada, "carol@example.com", &inviters).await;
    let offer = async |email: &str, role: &Value| {
        let offer = json!({"email": email, "role_id": role["id"]});
        carol.post("/invitations", offer).await.expect(201).json()
    };
    let kept = offer("a@example.com", &narrow).await;
    let lost = offer("b@example.com", &wide).await;
    let change = json!({"permissions": ["invitation:create", "project:read"]});
    ada.patch(&at(&inviters), "*", change).await.expect(200);
    let accept = async |offered: &Value| {
        let body = json!({"token": ada.token_of(offered), "password": PASSWORD, "name": "Guest"});
        app.anonymous().post("/invitations/accept", body).await
    };
    accept(&lost).await.refused(409, "state.transition");
    assert_eq!(ada.list("/audit-logs?action=invitation.revoked").await.len(), 1);
    // The offered role grows beyond what the inviter may offer.
    let change = json!({"permissions": ["project:read", "party:read"]});
    ada.patch(&at(&narrow), "*", change).await.expect(200);
    accept(&kept).await.refused(409, "invitation.withdrawn");
    let change = json!({"permissions": ["project:read"]});
    ada.patch(&at(&narrow), "*", change).await.expect(200);
    let joined = app.anonymous().signed_in(&accept(&kept).await.expect(200));
    assert_eq!(joined.get("/me").await.expect(200).json()["role_id"], narrow["id"]);
}

on_postgres! {
    a_role_is_created_read_changed_and_removed,
    a_role_has_a_name_of_its_own_and_no_permission_of_owners,
    an_organization_has_at_most_fifty_roles,
    members_invitations_and_service_accounts_have_custom_roles,
    a_role_is_named_in_one_of_two_fields,
    a_change_of_a_role_takes_effect_at_once_on_sessions_and_api_keys,
    a_change_of_a_role_counts_in_other_processes_after_the_answer,
    no_role_exceeds_who_makes_changes_gives_or_takes_it,
    a_role_in_use_is_not_removed,
    an_invitation_ends_with_the_permissions_of_the_role_of_who_created_it,
}
