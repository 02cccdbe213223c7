//! Nothing that is granted exceeds the grantor, and it ends with the grantor's rights.

use std::{collections::HashMap, time::Duration};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::support::{Client, PASSWORD, Reply, TestApp};

async fn key(client: &Client, body: Value) -> (String, Client) {
    let mut named = json!({"name": "k"});
    named.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let key = client.post("/api-keys", named).await.expect(201).json();
    let machine = client.with_token(key["secret"].as_str().unwrap());
    (key["id"].as_str().unwrap().to_owned(), machine)
}

async fn offer(client: &Client, email: &str, role: &str) -> Reply {
    client.post("/invitations", json!({"email": email, "role": role})).await
}

async fn accept(app: &TestApp, offered: &Value) -> Reply {
    let body = json!({"token": offered["token"], "password": PASSWORD, "name": "Mallory"});
    app.anonymous().post("/invitations/accept", body).await
}

async fn statuses(client: &Client) -> Vec<String> {
    let listed = client.list("/invitations?sort=created_at").await;
    listed.iter().map(|invitation| invitation["status"].as_str().unwrap().to_owned()).collect()
}

/// Runs a statement as the superuser, whom no policy binds.
async fn execute(app: &TestApp, sql: &str) {
    let url = app.database.as_ref().unwrap().url();
    let mut superuser = PgConnection::connect(url).await.unwrap();
    superuser.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
}

async fn a_key_gives_and_takes_no_role_with_more_permissions_than_its_own(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let viewer = ada.invite("viewer@example.com", "viewer").await;
    let permissions = json!(["invitation:create", "member:read", "member:update", "member:remove"]);
    let (_, narrow) = key(&ada, json!({"permissions": permissions})).await;
    for role in ["viewer", "member", "accountant", "admin"] {
        let offered = offer(&narrow, "mallory@example.com", role).await;
        offered.refused(403, "role.exceeds_caller");
    }
    let path = |member: &Client| format!("/members/{}", member.user);
    for (member, role) in [(&viewer, "admin"), (&viewer, "viewer"), (&admin, "viewer")] {
        let changed = narrow.patch(&path(member), "*", json!({"role": role})).await;
        changed.refused(403, "role.exceeds_caller");
    }
    narrow.delete(&path(&viewer), "*").await.refused(403, "role.exceeds_caller");
    narrow.delete(&path(&admin), "*").await.refused(403, "role.exceeds_caller");
    narrow.delete(&path(&ada), "*").await.refused(403, "member.owners_only");
    // A key with the permissions of a viewer handles viewers only.
    let me = viewer.get("/me").await.expect(200).json();
    let mut wider = me["permissions"].as_array().unwrap().clone();
    wider.extend(["invitation:create", "member:update", "member:remove"].map(Value::from));
    let (_, wider) = key(&ada, json!({"permissions": wider})).await;
    offer(&wider, "carol@example.com", "viewer").await.expect(201);
    let offered = offer(&wider, "mallory@example.com", "member").await;
    offered.refused(403, "role.exceeds_caller");
    wider
        .patch(&path(&viewer), "*", json!({"role": "member"}))
        .await
        .refused(403, "role.exceeds_caller");
    wider.patch(&path(&viewer), "*", json!({"role": "viewer"})).await.expect(200);
    wider.delete(&path(&viewer), "*").await.expect(204);
}

async fn a_key_does_not_leave_for_its_creator(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let (_, machine) = key(&admin, json!({"permissions": ["organization:read"]})).await;
    let path = format!("/members/{}", admin.user);
    machine.delete(&path, "*").await.refused(403, "permission.denied");
    admin.get("/me").await.expect(200);
}

async fn a_key_that_a_key_creates_lives_no_longer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let start = app.now();
    let after = |hours: u64| {
        let start: plinth_domain::Timestamp = start.parse().unwrap();
        let end = start + Duration::from_secs(hours * 3600);
        end.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
    };
    let grant =
        |end: Value| json!({"permissions": ["api_key:create", "project:read"], "expires_at": end});
    let (id, parent) = key(&ada, grant(json!(after(24)))).await;
    let body = |end: Value| {
        let mut body = grant(end);
        body["name"] = json!("k");
        body
    };
    let late = parent.post("/api-keys", body(json!(after(25)))).await.refused(422, "body.invalid");
    let fault = &late.json()["errors"][0];
    assert_eq!(
        (&fault["pointer"], &fault["code"]),
        (&json!("/expires_at"), &json!("api_key.outlives_parent"))
    );
    let unlimited = parent.post("/api-keys", body(Value::Null)).await.expect(201).json();
    assert_eq!(
        (&unlimited["expires_at"], &unlimited["parent_id"]),
        (&json!(after(24)), &json!(id))
    );
    let (_, child) = key(&parent, grant(json!(after(1)))).await;
    let (_, grandchild) = key(&child, grant(Value::Null)).await;
    for machine in [&parent, &child, &grandchild] {
        machine.get("/projects").await.expect(200);
    }
    app.clock.advance(Duration::from_hours(1));
    grandchild.get("/projects").await.refused(401, "auth.invalid_token");
    parent.get("/projects").await.expect(200);
    app.clock.advance(Duration::from_hours(23));
    let unlimited = ada.with_token(unlimited["secret"].as_str().unwrap());
    unlimited.get("/projects").await.refused(401, "auth.invalid_token");
}

async fn a_revoked_key_takes_along_what_it_has_created(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = json!({"role": "admin"});
    let (id, root) = key(&ada, admin.clone()).await;
    let (_, child) = key(&root, admin.clone()).await;
    let (_, grandchild) = key(&child, admin.clone()).await;
    let (_, other) = key(&ada, admin).await;
    let offered = offer(&grandchild, "carol@example.com", "admin").await.expect(201).json();
    let kept = offer(&ada, "dora@example.com", "viewer").await.expect(201).json();
    for machine in [&root, &child, &grandchild, &other] {
        machine.get("/projects").await.expect(200);
    }
    ada.delete(&format!("/api-keys/{id}"), 1).await.expect(204);
    for machine in [&root, &child, &grandchild] {
        machine.get("/projects").await.refused(401, "auth.invalid_token");
    }
    other.get("/projects").await.expect(200);
    assert_eq!(statuses(&ada).await, ["revoked", "pending"]);
    accept(app, &offered).await.refused(409, "state.transition");
    accept(app, &kept).await.expect(200);
    let revoked = ada.list("/audit-logs?action=api_key.revoked").await;
    assert_eq!(revoked.len(), 3, "each key has an entry of its own");
    assert_eq!(ada.list("/audit-logs?action=invitation.revoked").await.len(), 1);
}

async fn an_invitation_ends_with_the_rights_of_who_created_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = |member: &Client| format!("/members/{}", member.user);
    let second = ada.invite("second@example.com", "owner").await;
    let owner = offer(&second, "a@example.com", "owner").await.expect(201).json();
    let (_, machine) = key(&second, json!({"role": "admin"})).await;
    let admin = offer(&machine, "b@example.com", "admin").await.expect(201).json();
    ada.patch(&path(&second), "*", json!({"role": "admin"})).await.expect(200);
    assert_eq!(statuses(&ada).await[1..], ["revoked", "pending"], "an admin may offer an admin");
    accept(app, &owner).await.refused(409, "state.transition");
    ada.patch(&path(&second), "*", json!({"role": "member"})).await.expect(200);
    assert_eq!(statuses(&ada).await[1..], ["revoked", "revoked"]);
    accept(app, &admin).await.refused(409, "state.transition");

    let third = ada.invite("third@example.com", "admin").await;
    let offered = offer(&third, "c@example.com", "viewer").await.expect(201).json();
    third.delete(&path(&third), "*").await.expect(204);
    accept(app, &offered).await.refused(409, "state.transition");
    assert_eq!(statuses(&ada).await.last().unwrap(), "revoked");
}

async fn an_invitation_that_was_missed_is_refused_when_it_is_accepted(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let (_, machine) = key(&admin, json!({"role": "admin"})).await;
    let in_person = offer(&admin, "a@example.com", "viewer").await.expect(201).json();
    let by_key = offer(&machine, "b@example.com", "viewer").await.expect(201).json();
    // As if both had been created while the change was being committed.
    let change = format!("UPDATE memberships SET role = 'member' WHERE user_id = '{}'", admin.user);
    execute(app, &change).await;
    for offered in [&in_person, &by_key] {
        accept(app, offered).await.refused(409, "invitation.withdrawn");
    }
    execute(app, &change.replace("'member'", "'admin'")).await;
    accept(app, &in_person).await.expect(200);
    execute(app, "UPDATE api_keys SET revoked_at = now()").await;
    accept(app, &by_key).await.refused(409, "invitation.withdrawn");
}

async fn the_keys_of_a_removed_member_stay_revoked_when_they_join_again(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let admin = ada.invite("admin@example.com", "admin").await;
    let (_, machine) = key(&admin, json!({"role": "admin"})).await;
    machine.get("/projects").await.expect(200);
    ada.delete(&format!("/members/{}", admin.user), "*").await.expect(204);
    machine.get("/projects").await.refused(401, "auth.invalid_token");
    ada.invite("admin@example.com", "admin").await.get("/projects").await.expect(200);
    machine.get("/projects").await.refused(401, "auth.invalid_token");
    assert!(ada.list("/api-keys").await[0]["revoked_at"].is_string());
}

async fn rights_that_end_while_a_request_waits_grant_nothing(app: &TestApp) {
    for n in 0..8 {
        let ada = app.owner(&format!("Ada {n}")).await;
        let admin = ada.invite(&format!("admin-{n}@example.com"), "admin").await;
        let viewer = ada.invite(&format!("viewer-{n}@example.com"), "viewer").await;
        let [hers, theirs] = [&admin, &viewer].map(|member| format!("/members/{}", member.user));
        let (demoted, promoted, created) = tokio::join!(
            ada.patch(&hers, 1, json!({"role": "viewer"})),
            admin.patch(&theirs, 1, json!({"role": "admin"})),
            admin.post("/api-keys", json!({"name": "k", "role": "admin"})),
        );
        demoted.expect(200);
        // One after the other, in either order.
        assert!([200, 401, 403].contains(&promoted.status.as_u16()), "{promoted:?}");
        assert!([201, 401, 403].contains(&created.status.as_u16()), "{created:?}");
        let audit = ada.list("/audit-logs?sort=created_at").await;
        let at = |action: &str, subject: &str| {
            audit.iter().position(|e| e["action"] == action && e["subject_id"] == subject)
        };
        let lost = at("member.role_changed", &admin.user).unwrap();
        if let Some(won) = at("member.role_changed", &viewer.user) {
            assert!(won < lost, "{audit:?}");
        }
    }
}

on_postgres! {
    a_key_gives_and_takes_no_role_with_more_permissions_than_its_own,
    a_key_does_not_leave_for_its_creator,
    a_key_that_a_key_creates_lives_no_longer,
    a_revoked_key_takes_along_what_it_has_created,
    an_invitation_ends_with_the_rights_of_who_created_it,
    an_invitation_that_was_missed_is_refused_when_it_is_accepted,
    the_keys_of_a_removed_member_stay_revoked_when_they_join_again,
    rights_that_end_while_a_request_waits_grant_nothing,
}

/// A request of the storm below, by one of those who have credentials so far. Roles are built-in ones,
/// and custom ones as soon as there are any.
#[derive(Debug, Clone)]
enum Move {
    CreateKey { by: usize, grant: Value },
    Invite { by: usize, role: usize },
    Change { by: usize, whom: usize, role: usize },
    Remove { by: usize, whom: usize },
    CreateRole { by: usize, permissions: Value },
    ChangeRole { by: usize, role: usize, permissions: Value },
}

const ROLES: [&str; 5] = ["owner", "admin", "accountant", "member", "viewer"];

mod nothing {
    use plinth_domain::{Permission, Role};
    use proptest::{collection::vec, prelude::*, sample};

    use super::*;

    fn a_move() -> impl Strategy<Value = Move> {
        let (who, role, name) = (|| 0usize..12, || 0usize..9, || sample::select(&ROLES[..]));
        let names: Vec<&str> = Permission::ALL.iter().map(|p| p.name()).collect();
        let several = sample::subsequence(names.clone(), 1..names.len());
        let of_role = |role: &str| {
            let role = Role::from_name(role).unwrap();
            let names = role.permissions().iter().filter(|name| !name.is_for_owners_only());
            json!(names.map(Permission::name).collect::<Vec<_>>())
        };
        let custom = || {
            prop_oneof![
                sample::subsequence(names.clone(), 1..6).prop_map(|names| json!(names)),
                name().prop_map(of_role),
            ]
        };
        let grant = prop_oneof![
            name().prop_map(|role| json!({"role": role})),
            several.prop_map(|names| json!({"permissions": names})),
            // A role's permissions with some that handle members and keys.
            name().prop_map(|role| {
                let role = Role::from_name(role).unwrap();
                let mut names: Vec<_> = role.permissions().iter().map(Permission::name).collect();
                for name in
                    ["invitation:create", "member:update", "member:remove", "api_key:create"]
                {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                json!({"permissions": names})
            }),
        ];
        prop_oneof![
            3 => (who(), grant).prop_map(|(by, grant)| Move::CreateKey { by, grant }),
            3 => (who(), role()).prop_map(|(by, role)| Move::Invite { by, role }),
            2 => (who(), who(), role())
                .prop_map(|(by, whom, role)| Move::Change { by, whom, role }),
            1 => (who(), who()).prop_map(|(by, whom)| Move::Remove { by, whom }),
            2 => (who(), custom())
                .prop_map(|(by, permissions)| Move::CreateRole { by, permissions }),
            2 => (who(), role(), custom())
                .prop_map(|(by, role, permissions)| Move::ChangeRole { by, role, permissions }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn that_is_granted_exceeds_the_grantor(moves in vec(a_move(), 1..40)) {
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let app = TestApp::memory(crate::support::Options::default()).await;
                super::play(&app, moves).await;
                app.stop().await;
            });
        }
    }
}

/// The permissions and the role of a credential; `None` when it is refused.
async fn rights(client: &Client) -> Option<(Vec<String>, Value)> {
    let me = client.get("/me").await;
    (me.status == 200).then(|| {
        let permissions = me.json()["permissions"].as_array().unwrap().clone();
        let names = permissions.iter().map(|name| name.as_str().unwrap().to_owned());
        (names.collect(), me.json()["role"].clone())
    })
}

/// The permissions of a role, as those of a credential.
fn definition(role: &Reply) -> Option<(Vec<String>, Value)> {
    let permissions = role.json()["permissions"].as_array()?.clone();
    let names = permissions.iter().map(|name| name.as_str().unwrap().to_owned());
    Some((names.collect(), Value::Null))
}

async fn play(app: &TestApp, moves: Vec<Move>) {
    let ada = app.owner("Ada").await;
    let (mut people, mut everyone) = (vec![ada.clone()], vec![ada]);
    let mut roles: Vec<Value> = ROLES.iter().map(|name| json!({"role": name})).collect();
    let mut definitions = HashMap::new();
    for (n, step) in moves.into_iter().enumerate() {
        let (Move::CreateKey { by, .. }
        | Move::Invite { by, .. }
        | Move::Change { by, .. }
        | Move::Remove { by, .. }
        | Move::CreateRole { by, .. }
        | Move::ChangeRole { by, .. }) = &step;
        let by = everyone[by % everyone.len()].clone();
        let grantor = rights(&by).await;
        // Rights that the step gives or takes away.
        let moved = match &step {
            Move::CreateKey { grant, .. } => {
                let mut body = grant.clone();
                body["name"] = json!("k");
                let created = by.post("/api-keys", body).await;
                if created.status != 201 {
                    continue;
                }
                let machine = by.with_token(created.json()["secret"].as_str().unwrap());
                everyone.push(machine.clone());
                vec![rights(&machine).await]
            }
            Move::Invite { role, .. } => {
                let mut body = roles[role % roles.len()].clone();
                body["email"] = json!(format!("guest-{n}@example.com"));
                let offered = by.post("/invitations", body).await;
                if offered.status != 201 {
                    continue;
                }
                let joined = accept(app, &offered.json()).await.expect(200);
                let guest = app.anonymous().signed_in(&joined);
                people.push(guest.clone());
                everyone.push(guest.clone());
                vec![rights(&guest).await]
            }
            Move::Change { whom, role, .. } => {
                let whom = &people[whom % people.len()];
                let before = rights(whom).await;
                let path = format!("/members/{}", whom.user);
                let role = roles[role % roles.len()].clone();
                if by.patch(&path, "*", role).await.status != 200 {
                    continue;
                }
                vec![before, rights(whom).await]
            }
            Move::Remove { whom, .. } => {
                let whom = &people[whom % people.len()];
                let before = rights(whom).await;
                if by.delete(&format!("/members/{}", whom.user), "*").await.status != 204 {
                    continue;
                }
                vec![before]
            }
            Move::CreateRole { permissions, .. } => {
                let body = json!({"name": format!("Role {n}"), "permissions": permissions});
                let created = by.post("/roles", body).await;
                if created.status != 201 {
                    continue;
                }
                let id = created.json()["id"].as_str().unwrap().to_owned();
                roles.push(json!({"role_id": id}));
                definitions.insert(id, definition(&created));
                vec![definition(&created)]
            }
            Move::ChangeRole { role, permissions, .. } => {
                let Some(id) = roles[role % roles.len()]["role_id"].as_str() else { continue };
                let body = json!({"permissions": permissions});
                let changed = by.patch(&format!("/roles/{id}"), "*", body).await;
                if changed.status != 200 {
                    continue;
                }
                let before = definitions.insert(id.to_owned(), definition(&changed));
                vec![before.unwrap(), definition(&changed)]
            }
        };
        let (held, role) = grantor.expect("who grants has rights");
        for (permissions, moved_role) in moved.into_iter().map(Option::unwrap) {
            assert!(permissions.iter().all(|name| held.contains(name)), "{step:?}");
            assert!(moved_role != "owner" || role == "owner", "{step:?}");
        }
    }
}
