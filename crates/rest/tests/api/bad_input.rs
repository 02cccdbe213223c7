//! Invalid bodies, for every operation with a body in the OpenAPI document.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Client, Reply, TestApp,
    document::{self, Operation, Property, put},
    sample::Sample,
};

/// An operation with a valid request, in a separate organization.
struct Target<'a> {
    operation: &'a Operation,
    owner: Client,
    sample: Sample,
}

impl Target<'_> {
    /// Sends this body in an otherwise valid request.
    async fn send(&self, body: impl Into<reqwest::Body>) -> Reply {
        let request = self.request().header("Content-Type", "application/json");
        self.owner.send(request.body(body)).await
    }

    fn request(&self) -> reqwest::RequestBuilder {
        let bare = Sample { body: None, ..self.sample.clone() };
        bare.request(&self.owner, &self.operation.method, &self.operation.path)
    }

    fn valid(&self) -> Value {
        self.sample.body.clone().unwrap()
    }

    /// The valid body with another value at one place.
    fn with(&self, pointer: &str, value: Value) -> Value {
        let mut body = self.valid();
        put(&mut body, pointer, value);
        body
    }

    fn strings(&self) -> impl Iterator<Item = &Property> {
        self.operation.properties.iter().filter(|p| p.is("string"))
    }
}

/// All records of the organization.
async fn everything(owner: &Client) -> Vec<Value> {
    let mut all = vec![owner.get("/organization").await.json(), owner.get("/me").await.json()];
    for list in ["members", "invitations", "api-keys", "projects"] {
        all.extend(owner.list(&format!("/{list}")).await);
    }
    all.extend(owner.list("/audit-logs?outcome=succeeded").await);
    all.push(owner.get("/feature-flags").await.json());
    all
}

/// Runs `attack` on each operation; afterwards nothing has changed, and the valid request still
/// succeeds.
async fn nothing_is_written(app: &TestApp, attack: impl AsyncFn(&Target<'_>)) {
    for operation in &document::with_body() {
        let owner = app.owner(&operation.id.replace('_', " ")).await;
        let mut sample = match Sample::own(&operation.id, app, &owner, &owner).await {
            Some(own) => own,
            None => Sample::of(&operation.id, app, &owner).await,
        };
        if operation.id == "request_organization_erasure" {
            // That of the sweep names another organization, so that its own one stays.
            let organization = owner.get("/organization").await.expect(200).json();
            sample.body = Some(json!({"slug": organization["slug"]}));
        }
        let before = everything(&owner).await;
        let target = Target { operation, owner, sample };
        attack(&target).await;
        assert_eq!(everything(&target.owner).await, before, "{}", operation.id);
        let reply = target.send(target.valid().to_string()).await;
        assert!(reply.status.is_success(), "{}: {reply:?}", operation.id);
    }
}

/// Asserts a problem with a stable code, and without internal details.
#[track_caller]
fn assert_refused(reply: &Reply, about: &str) {
    assert!(reply.status.is_client_error(), "{about}: {reply:?}");
    assert_eq!(reply.header("content-type"), "application/problem+json", "{about}: {reply:?}");
    let stable = |c: char| c.is_ascii_lowercase() || "._".contains(c);
    assert!(!reply.code().is_empty() && reply.code().chars().all(stable), "{about}: {reply:?}");
    for inside in ["::", "u16", "u64", "i64", "struct", "visitor", "sqlx", "src/"] {
        assert!(!reply.text.contains(inside), "{about} shows {inside}: {reply:?}");
    }
}

fn pointers(reply: &Reply) -> BTreeSet<String> {
    let errors = reply.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

async fn what_is_no_json_object_is_refused(app: &TestApp) {
    nothing_is_written(app, async |target| {
        let valid = target.valid().to_string();
        let (deep, first) = ("[".repeat(20_000), valid[1..].split(',').next().unwrap());
        let twice = format!("{{{},{}", first.trim_end_matches('}'), &valid[1..]);
        for malformed in [
            "",
            " ",
            "{",
            "}",
            &valid[..valid.len() - 1],
            &format!("{valid}{valid}"),
            "{'a': 1}",
            "{\"a\": NaN}",
            "{\"a\": 1e999}",
            "{\"a\": \"\\ud800\"}",
            &deep,
            &twice,
            "nul",
        ] {
            let reply = target.send(malformed.to_owned()).await;
            assert_refused(&reply, malformed.get(..60).unwrap_or(malformed));
            reply.refused(400, "body.malformed");
        }
        for other in ["[]", "[{}]", "null", "true", "1", "\"text\""] {
            let reply = target.send(other).await;
            assert_refused(&reply, other);
            reply.refused(422, "body.invalid");
        }
        let reply = target.send(b"{\"a\":\"\xff\xfe\"}".to_vec()).await;
        reply.refused(400, "body.malformed");
    })
    .await;
}

async fn a_body_must_say_that_it_is_json_and_not_be_compressed(app: &TestApp) {
    nothing_is_written(app, async |target| {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
            let request = target.request().header("Content-Type", kind);
            let reply = target.owner.send(request.body(target.valid().to_string())).await;
            reply.refused(415, "body.media_type");
        }
        let reply = target.owner.send(target.request().body(target.valid().to_string())).await;
        reply.refused(415, "body.media_type");
        for coding in ["gzip", "deflate", "br"] {
            let request = target.request().header("Content-Encoding", coding);
            let request = request.header("Content-Type", "application/json");
            let reply = target.owner.send(request.body(vec![0x1f, 0x8b, 8, 0, 0])).await;
            reply.refused(415, "body.media_type");
        }
    })
    .await;
}

async fn every_field_of_a_wrong_type_is_named_alone_and_all_together(app: &TestApp) {
    nothing_is_written(app, async |target| {
        let (mut all, mut leaves) = (json!({}), BTreeSet::new());
        for property in target.operation.properties.iter().filter(|p| !p.takes_any()) {
            let pointer = &property.pointer;
            let body = target.with(pointer, property.misfit());
            let reply = target.send(body.to_string()).await;
            assert_refused(&reply, pointer);
            let faults = pointers(&reply.refused(422, "body.invalid"));
            // A part that takes another one's place lacks what that had to have.
            assert!(faults.contains(pointer), "{pointer}: {faults:?}");
            assert!(faults.iter().all(|fault| beside(target, fault, pointer)), "{faults:?}");
            if property.leaf {
                put(&mut all, pointer, property.misfit());
                leaves.insert(pointer.clone());
            }
        }
        let reply = target.send(all.to_string()).await.refused(422, "body.invalid");
        assert_eq!(pointers(&reply), leaves, "{}", target.operation.id);
        let types = reply.json()["errors"].as_array().unwrap().clone();
        assert!(types.iter().all(|error| error["code"] == "field.type"), "{types:?}");
    })
    .await;
}

/// Whether a fault is the one at `pointer`, or a required neighbour of it, or of what it is in, that
/// the sample did not have.
fn beside(target: &Target<'_>, fault: &str, pointer: &str) -> bool {
    fault == pointer
        || (target.valid().pointer(fault).is_none() && parent(pointer).starts_with(parent(fault)))
}

fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').unwrap().0
}

async fn a_body_takes_null_exactly_where_the_document_says_so(app: &TestApp) {
    for operation in &document::with_body() {
        for property in &operation.properties {
            let pointer = &property.pointer;
            let name = format!("{} {}", operation.id, pointer).replace(['_', '/'], "-");
            let owner = app.owner(&name).await;
            let sample = Sample::of(&operation.id, app, &owner).await;
            let target = Target { operation, owner, sample };
            let body = if operation.method == Method::PATCH {
                let mut body = json!({});
                put(&mut body, pointer, Value::Null);
                body
            } else {
                target.with(pointer, Value::Null)
            };
            let reply = target.send(body.to_string()).await;
            let about = format!("{} {pointer}: {reply:?}", operation.id);
            // What a key may do is told in one way only, and the scope of a budget says which of its
            // ids it needs: null is as good as absent.
            if property.is_nullable {
                let is_like_absent = async || {
                    let mut body = target.valid();
                    document::take(&mut body, pointer);
                    target.send(body.to_string()).await.status == reply.status
                };
                // Of an object that the sample lacks, only what it must have is missing.
                let lacks_others = || {
                    let faults = pointers(&reply);
                    !faults.is_empty()
                        && !faults.contains(pointer)
                        && faults.iter().all(|fault| beside(&target, fault, pointer))
                };
                let taken = reply.status.is_success() || lacks_others() || is_like_absent().await;
                assert!(taken, "null is documented and refused: {about}");
            } else {
                let faults = pointers(&reply.refused(422, "body.invalid"));
                assert!(faults.contains(pointer), "null is not documented: {about}");
            }
        }
    }
}

async fn what_is_missing_or_too_much_is_named(app: &TestApp) {
    nothing_is_written(app, async |target| {
        let places = target.operation.properties.iter().filter(|p| !p.leaf).map(|p| &*p.pointer);
        for place in places.chain([""]) {
            let pointer = format!("{place}/surprise");
            let body = target.with(&pointer, json!(1));
            let faults = target.send(body.to_string()).await.refused(422, "body.invalid").json();
            let fault =
                faults["errors"].as_array().unwrap().iter().find(|e| e["pointer"] == pointer);
            assert_eq!(fault.unwrap()["code"], "field.unknown");
        }
        for property in target.operation.properties.iter().filter(|p| p.required) {
            let mut body = target.valid();
            let (parent, name) = property.pointer.rsplit_once('/').unwrap();
            let Some(Value::Object(fields)) = body.pointer_mut(parent) else { continue };
            fields.remove(name);
            let reply = target.send(body.to_string()).await.refused(422, "body.invalid");
            assert_eq!(pointers(&reply), BTreeSet::from([property.pointer.clone()]));
            assert_eq!(reply.json()["errors"][0]["code"], "field.required");
        }
    })
    .await;
}

async fn no_text_may_have_control_characters_or_be_longer_than_documented(app: &TestApp) {
    nothing_is_written(app, async |target| {
        for property in target.strings() {
            let pointer = &property.pointer;
            let reply = target.send(target.with(pointer, json!("a\0b")).to_string()).await;
            reply.refused(400, "body.malformed");
            let long = property.max_length.map(|max| "x".repeat(max + 1));
            let huge = "x".repeat(200_000);
            let bells = ["a\u{7}b", "\u{1b}[31m", "a\u{85}b", "\u{7f}"].map(str::to_owned);
            for text in bells.into_iter().chain(long).chain([huge]) {
                let reply = target.send(target.with(pointer, json!(text)).to_string()).await;
                assert_refused(&reply, pointer);
                // A secret is only compared: it is wrong like any other. And what
                // a key may do is told in one way only, so that a second is the fault.
                if reply.status != 401 && !reply.text.contains("api_key.grant") {
                    let faults = pointers(&reply);
                    assert!(!faults.is_empty(), "{pointer}: {reply:?}");
                    assert!(faults.iter().all(|f| beside(target, f, pointer)), "{reply:?}");
                }
            }
        }
    })
    .await;
}

async fn every_name_is_visible_and_reads_as_it_is_written(app: &TestApp) {
    let mut checked = 0;
    for operation in &document::with_body() {
        let owner = app.owner(&operation.id.replace('_', " ")).await;
        let sample = Sample::of(&operation.id, app, &owner).await;
        let target = Target { operation, owner, sample };
        // These names are identifiers: they have a pattern of their own.
        let identified = ["model", "prompt", "score_execution"];
        let is_identifier = identified.iter().any(|kind| operation.id.ends_with(kind));
        let names = target.strings().filter(|p| p.pointer.ends_with("/name"));
        for property in names.filter(|_| !is_identifier) {
            let pointer = &property.pointer;
            for (text, code) in [
                ("\u{200b}", "text.invisible"),
                (" \u{feff}\u{2060}\u{3164} ", "text.invisible"),
                ("plan\u{202e}fdp.exe", "text.direction"),
                ("\u{2067}plan", "text.direction"),
            ] {
                let reply = target.send(target.with(pointer, json!(text)).to_string()).await;
                let faults = reply.refused(422, "body.invalid").json();
                let faults = faults["errors"].as_array().unwrap();
                let fault = faults.iter().find(|fault| fault["pointer"] == **pointer);
                assert_eq!(fault.unwrap()["code"], code, "{}{pointer}", operation.id);
            }
            checked += 1;
        }
    }
    assert!(checked >= 8, "only {checked} names");
}

async fn every_address_keeps_to_the_grammar_of_addresses(app: &TestApp) {
    let mut checked = 0;
    // These only compare with addresses that are stored, which earlier versions accepted.
    let compares =
        |id: &str| ["login", "forgot_password", "revoke_organization_erasure"].contains(&id);
    for operation in document::with_body().iter().filter(|o| !compares(&o.id)) {
        let owner = app.owner(&operation.id.replace('_', " ")).await;
        let sample = Sample::of(&operation.id, app, &owner).await;
        let target = Target { operation, owner, sample };
        for property in target.strings().filter(|p| p.pointer.ends_with("/email")) {
            let pointer = &property.pointer;
            for text in [
                ".a@example.com",
                "a.@example.com",
                "a..b@example.com",
                "a\u{200b}@example.com",
                "\u{200b}@example.com",
                "a@exa\u{200d}mple.com",
                "a@-example.com",
                "a@example..com",
                "ada@b\u{fc}cher.example",
            ] {
                let reply = target.send(target.with(pointer, json!(text)).to_string()).await;
                let fault = reply.refused(422, "body.invalid").json()["errors"][0].clone();
                assert_eq!(fault["code"], "email.malformed", "{}{pointer}", operation.id);
            }
            checked += 1;
        }
    }
    assert!(checked >= 2, "only {checked} addresses");
}

async fn no_number_may_be_out_of_range(app: &TestApp) {
    nothing_is_written(app, async |target| {
        for property in target.operation.properties.iter().filter(|p| p.is("integer")) {
            let below = (property.minimum.unwrap_or(1) - 1).to_string();
            for number in [&*below, "1.5", "-1e3", "99999999999999999999999", "1e300"] {
                let pointer = &property.pointer;
                let body = target.with(pointer, json!("@")).to_string().replace("\"@\"", number);
                let reply = target.send(body).await;
                assert_refused(&reply, number);
                assert!(pointers(&reply).contains(pointer), "{pointer} {number}: {reply:?}");
            }
        }
    })
    .await;
}

async fn a_body_of_ten_megabytes_is_answered_and_not_cut_off(app: &TestApp) {
    nothing_is_written(app, async |target| {
        // The padding is added as text: a debug build takes 0.2 s to serialize it.
        let large = target.with("/padding", json!("@")).to_string();
        let large = large.replace("\"@\"", &format!("\"{}\"", "x".repeat(10_000_000)));
        target.send(large).await.refused(413, "body.too_large");
        let nested = format!("{{\"metadata\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        target.send(nested).await.refused(400, "body.malformed");
    })
    .await;
}

async fn an_id_that_is_no_uuid_is_refused_on_every_path(app: &TestApp) {
    let owner = app.owner("Ada").await;
    let before = everything(&owner).await;
    let long = "a".repeat(5_000);
    let hex = "0196f3a0000070008000000000000000";
    let braced = format!("%7B{hex}%7D");
    for (method, path, operation) in document::operations() {
        if !path.contains("{id}") {
            continue;
        }
        let body = Sample::of(operation["operationId"].as_str().unwrap(), app, &owner).await.body;
        for id in ["1", "-1", "no-uuid", "%00", "..%2F", "%ff", "' OR 1=1", hex, &braced, &long] {
            let request = owner.request(method.clone(), &format!("/{}", path.replace("{id}", id)));
            let request = request.header("If-Match", "*");
            let reply = owner.send(request.json(&body)).await;
            assert_refused(&reply, &format!("{method} {path} {}", id.get(..9).unwrap_or(id)));
        }
    }
    let key = |key: &str| format!("/feature-flags/{key}");
    for name in ["%00", "UPPER", "%ff", "..%2F", "no.such_flag", &long] {
        assert_refused(&owner.put(&key(name), json!({"enabled": true})).await, name);
        assert_refused(&owner.delete(&key(name), "*").await, name);
    }
    let flags = owner.send(owner.request(Method::GET, "/feature-flags")).await.json();
    assert_eq!(flags, *before.last().unwrap());
}

async fn every_fault_of_a_body_is_named_at_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (method, path, body, expected) in [
        (
            Method::POST,
            "/auth/register",
            json!({"email": "ada\u{200b}@example.com", "password": "short", "name": 7,
                "organization": {"name": "", "slug": "ÄÖ"}, "surprise": 1}),
            vec![
                "/email",
                "/name",
                "/organization/name",
                "/organization/slug",
                "/password",
                "/surprise",
            ],
        ),
        (Method::POST, "/auth/login", json!({"email": "nowhere"}), vec!["/email", "/password"]),
        (
            Method::POST,
            "/invitations",
            json!({"email": "a b@c.de", "role": "king", "x": null}),
            vec!["/email", "/role", "/x"],
        ),
        (
            Method::POST,
            "/projects",
            json!({"name": 1, "code": "ä", "status": "lost", "starts_on": "0000-01-01",
                "ends_on": "2026-02-30"}),
            vec!["/code", "/ends_on", "/name", "/starts_on", "/status"],
        ),
        (
            Method::POST,
            "/documents/uploads",
            json!({"size_bytes": -1, "content_type": "x".repeat(201), "project_id": "7"}),
            vec!["/content_type", "/name", "/project_id", "/size_bytes"],
        ),
        (
            Method::PATCH,
            "/organization",
            json!({"name": "", "settings": {"locale": "nowhere",
                "default_payment_terms_days": 70_000}}),
            vec!["/name", "/settings/default_payment_terms_days", "/settings/locale"],
        ),
    ] {
        let reply = if method == Method::POST {
            ada.post(path, body).await
        } else {
            ada.patch(path, 1, body).await
        };
        let found = pointers(&reply.refused(422, "body.invalid"));
        assert_eq!(found, expected.into_iter().map(str::to_owned).collect(), "{path}");
    }
}

async fn days_and_times_exist_and_are_of_the_years_1_to_9999(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    for day in ["0000-01-01", "10000-01-01", "2026-02-29", "+999-01-01", "2026-1-1", "20261120"] {
        for reply in [
            ada.post("/projects", json!({"code": "P", "name": "P", "starts_on": day})).await,
            ada.patch(&path, 1, json!({"ends_on": day})).await,
        ] {
            let refused = reply.refused(422, "body.invalid").json();
            assert_eq!(refused["errors"][0]["code"], "date.malformed", "{day}");
        }
    }
    for time in [
        "0000-12-31T23:59:59Z",
        "9999-12-31T23:59:59-00:01",
        "2026-02-30T00:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-11-20 10:05:00Z",
    ] {
        let key = json!({"name": "K", "role": "viewer", "expires_at": time});
        let refused = ada.post("/api-keys", key).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], "time.malformed", "{time}");
    }
    let ends = json!({"starts_on": "0001-01-01", "ends_on": "9999-12-31"});
    let changed = ada.patch(&path, 1, ends.clone()).await.expect(200).json();
    assert_eq!(
        (&changed["starts_on"], &changed["ends_on"]),
        (&ends["starts_on"], &ends["ends_on"])
    );
}

on_postgres! {
    crate::support::Options { mails: true, ..Default::default() };
    every_fault_of_a_body_is_named_at_once,
    days_and_times_exist_and_are_of_the_years_1_to_9999,
    what_is_no_json_object_is_refused,
    a_body_must_say_that_it_is_json_and_not_be_compressed,
    every_field_of_a_wrong_type_is_named_alone_and_all_together,
    a_body_takes_null_exactly_where_the_document_says_so,
    what_is_missing_or_too_much_is_named,
    no_text_may_have_control_characters_or_be_longer_than_documented,
    every_name_is_visible_and_reads_as_it_is_written,
    every_address_keeps_to_the_grammar_of_addresses,
    no_number_may_be_out_of_range,
    a_body_of_ten_megabytes_is_answered_and_not_cut_off,
    an_id_that_is_no_uuid_is_refused_on_every_path,
}
