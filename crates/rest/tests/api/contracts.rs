//! Contracts, end to end.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    records::{RecordSample, fresh},
};

async fn party(owner: &Client) -> Value {
    let party = json!({"name": "Hafenamt Hamburg", "role": "both"});
    owner.create("/parties", party).await["id"].clone()
}

fn position(quantity: &str, unit_price: &str) -> Value {
    json!({
        "text": "Excavation", "quantity": quantity, "unit": "MTQ", "unit_price": unit_price,
        "vat": {"category": "S", "rate_basis_points": 1900},
    })
}

/// A new contract, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    RecordSample {
        path: "/contracts",
        new: json!({
            "title": "Quay 7", "party_id": party(owner).await, "role": "sale", "currency": "EUR",
            "number": format!("V-{}", fresh()), "positions": [position("12.5", "98.4")],
        }),
        change: json!({"title": "Quay 8"}),
    }
}

fn path(contract: &Value) -> String {
    format!("/contracts/{}", contract["id"].as_str().unwrap())
}

/// A new active contract of 1,230.00 EUR.
pub async fn active(owner: &Client) -> Value {
    let contract = sample(owner).await.create(owner).await;
    owner.post(&format!("{}/activate", path(&contract)), json!({})).await.expect(200).json()
}

/// An amendment that takes 2.5 m³ of the first position back, and adds another one.
pub fn amendment() -> Value {
    let mut change = position("-2.5", "98.4");
    change["changes_position"] = json!(1);
    json!({"title": "Rock", "positions": [change, position("1", "5")]})
}

fn eur(amount_minor: i64) -> Value {
    json!({"amount_minor": amount_minor, "currency": "EUR"})
}

/// The pointers and codes of a refused body, sorted.
fn faults(refused: &Value) -> Vec<(&str, &str)> {
    let faults = refused["errors"].as_array().unwrap().iter();
    let mut faults = faults
        .map(|fault| (fault["pointer"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect::<Vec<_>>();
    faults.sort_unstable();
    faults
}

async fn a_draft_is_created_read_changed_and_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await["id"].clone();
    let document = ada.upload("signed.txt", b"signed").await["id"].clone();
    let mut new = json!({
        "number": "V-1", "title": "Quay 7", "party_id": party(&ada).await, "project_id": project,
        "document_id": document, "role": "purchase", "currency": "EUR", "signed_at": "2026-11-20",
        "starts_on": "2026-12-01", "ends_on": "2027-05-31", "retention_basis_points": 500,
        "note": "Line one,\nline two", "metadata": {"a": {"b": 1}},
    });
    let fields = new.clone();
    new["positions"] = json!([position("12.5", "98.40"), position("1000", "0.0375")]);
    let created = ada.post("/contracts", new).await.expect(201);
    let contract = created.json();
    for (field, value) in fields.as_object().unwrap().iter().filter(|(f, _)| *f != "currency") {
        assert_eq!(&contract[field], value, "{field}");
    }
    assert_eq!((&contract["status"], &contract["value"]), (&json!("draft"), &eur(126_750)));
    let path = path(&contract);
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(ada.get(&path).await.expect(200).json(), contract);
    let positions = ada.list(&format!("{path}/positions")).await;
    let mut first = position("12.5", "98.4");
    for (field, value) in [
        ("position", json!(1)),
        ("amendment", Value::Null),
        ("changes_position", Value::Null),
        ("net", eur(123_000)),
    ] {
        first[field] = value;
    }
    first["vat"]["exemption_reason"] = Value::Null;
    assert_eq!((positions.len(), &positions[0]), (2, &first));

    let change = json!({
        "title": "Quay 8", "role": "sale", "currency": "JPY", "number": null, "project_id": null,
        "document_id": null, "signed_at": null, "starts_on": null, "ends_on": null, "note": null,
        "retention_basis_points": 0, "metadata": {"a": {"b": null, "c": 2}},
    });
    let changed = ada.patch(&path, 1, change).await.expect(200).json();
    let jpy = json!({"amount_minor": 1_268, "currency": "JPY"});
    assert_eq!((&changed["value"], &changed["title"]), (&jpy, &json!("Quay 8")));
    assert_eq!(changed["metadata"], json!({"a": {"c": 2}}));
    for field in ["number", "project_id", "document_id", "signed_at", "ends_on", "note"] {
        assert_eq!(changed[field], Value::Null, "{field}");
    }
    let replaced = ada.patch(&path, 2, json!({"positions": [position("2", "10")]})).await;
    assert_eq!(replaced.expect(200).json()["value"]["amount_minor"], 20);
    assert_eq!(ada.list(&format!("{path}/positions")).await.len(), 1);
    ada.patch(&path, 3, json!({"positions": []})).await.expect(200);

    ada.delete(&path, 4).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
    let actions: Vec<_> = ["contract.created", "contract.updated", "contract.removed"].into();
    for (action, count) in actions.into_iter().zip([1, 3, 1]) {
        assert_eq!(ada.list(&format!("/audit-logs?action={action}")).await.len(), count);
    }
    let log = ada.list("/audit-logs?action=contract.created").await;
    assert_eq!(log[0]["after"]["positions"][1]["net_minor"], 3_750);
    assert_eq!(log[0]["after"]["project_id"], project);
}

async fn an_amendment_adds_the_difference_to_what_was_agreed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let contract = active(&ada).await;
    let path = path(&contract);
    assert_eq!((&contract["status"], &contract["version"]), (&json!("active"), &json!(2)));
    let (amendments, positions) = (format!("{path}/amendments"), format!("{path}/positions"));
    let before = ada.list(&positions).await;
    let amended = ada.post(&amendments, amendment()).await.expect(201);
    assert_eq!(
        (amended.header("etag"), amended.header("location")),
        ("\"3\"", &*format!("/api/v1{amendments}"))
    );
    let amended = amended.json();
    assert_eq!(amended["contract"]["value"], eur(98_900));
    assert_eq!(amended["contract"], ada.get(&path).await.expect(200).json());
    assert_eq!(ada.list(&amendments).await, [amended["amendment"].clone()]);
    let (number, value) = (&amended["amendment"]["number"], &amended["amendment"]["value"]);
    assert_eq!((number, value), (&json!(1), &eur(-24_100)));
    let after = ada.list(&positions).await;
    assert_eq!((&after[..1], after.len()), (&before[..], 3));
    assert_eq!((&after[1]["amendment"], &after[1]["changes_position"]), (&json!(1), &json!(1)));
    let balance = ada.get(&format!("{path}/balance")).await.expect(200).json();
    let position = |n: u16, minor| json!({"position": n, "agreed": eur(minor), "invoiced": eur(0)});
    assert_eq!(balance["agreed"], eur(98_900));
    assert_eq!(balance["positions"], json!([position(1, 98_400), position(3, 500)]));
    for field in ["invoiced", "paid", "retained", "open"] {
        assert_eq!(balance[field], eur(0), "{field}");
    }
    let log = ada.list("/audit-logs?action=contract.amended").await;
    assert_eq!(log[0]["before"]["value"], eur(123_000));
    assert_eq!(log[0]["after"]["value"], eur(98_900));
    assert_eq!(log[0]["after"]["amendment"]["positions"][0]["net_minor"], -24_600);
}

async fn an_active_contract_changes_only_in_what_describes_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let contract = active(&ada).await;
    let path = path(&contract);
    for frozen in [
        json!({"number": "other"}),
        json!({"party_id": party(&ada).await}),
        json!({"project_id": ada.project("P-9").await["id"]}),
        json!({"role": "purchase"}),
        json!({"currency": "USD"}),
        json!({"retention_basis_points": 1}),
        json!({"positions": [position("1", "1")]}),
    ] {
        ada.patch(&path, 2, frozen).await.refused(409, "state.transition");
    }
    ada.delete(&path, 2).await.refused(409, "state.transition");
    let change = json!({
        "title": "Quay 8", "signed_at": "2026-11-20", "ends_on": "2027-01-01", "note": "Signed",
        "party_id": contract["party_id"], "metadata": {"seen": true},
    });
    let changed = ada.patch(&path, 2, change).await.expect(200).json();
    assert_eq!((&changed["title"], &changed["value"]), (&json!("Quay 8"), &contract["value"]));
}

async fn a_contract_goes_through_its_statuses_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let draft = sample(&ada).await.create(&ada).await;
    let of_draft = path(&draft);
    let end = json!({"terminated_on": "2026-12-01", "reason": "Insolvency"});
    ada.post(&format!("{of_draft}/complete"), json!({})).await.refused(409, "state.transition");
    ada.post(&format!("{of_draft}/terminate"), end.clone()).await.refused(409, "state.transition");
    ada.post(&format!("{of_draft}/amendments"), amendment()).await.refused(409, "state.transition");

    let completed = path(&active(&ada).await);
    let reply = ada.post(&format!("{completed}/complete"), json!({})).await.expect(200);
    assert_eq!((&reply.json()["status"], reply.header("etag")), (&json!("completed"), "\"3\""));
    let terminated = path(&active(&ada).await);
    ada.patch(&terminated, 2, json!({"signed_at": "2026-12-02"})).await.expect(200);
    let early = ada.post(&format!("{terminated}/terminate"), end).await;
    let early = early.refused(422, "body.invalid").json();
    assert_eq!(faults(&early), [("/terminated_on", "contract.ends_before_signed")]);
    let end = json!({"terminated_on": "2026-12-02", "reason": "Insolvency"});
    let reply = ada.post(&format!("{terminated}/terminate"), end.clone()).await.expect(200).json();
    assert_eq!(
        (&reply["terminated_on"], &reply["termination_reason"]),
        (&end["terminated_on"], &end["reason"])
    );
    for ended in [completed, terminated] {
        for step in ["activate", "complete"] {
            let again = ada.post(&format!("{ended}/{step}"), json!({})).await;
            again.refused(409, "state.transition");
        }
        let amended = ada.post(&format!("{ended}/amendments"), amendment()).await;
        amended.refused(409, "state.transition");
    }
    for action in ["activated", "completed", "terminated"] {
        let log = ada.list(&format!("/audit-logs?action=contract.{action}")).await;
        assert_eq!(
            log[0]["after"]["status"],
            if action == "activated" { "active" } else { action }
        );
    }
}

async fn a_contract_without_positions_stays_a_draft_and_one_without_a_number_gets_the_next(
    app: &TestApp,
) {
    let ada = app.owner("Ada").await;
    let mut new = sample(&ada).await.new;
    (new["number"], new["positions"]) = (Value::Null, json!([]));
    let contract = ada.create("/contracts", new).await;
    let (path, activate) = (path(&contract), format!("{}/activate", path(&contract)));
    ada.patch(&path, 1, json!({"note": "Offer"})).await.expect(200);
    ada.post(&activate, json!({})).await.refused(409, "contract.positions_missing");
    let beyond = json!({"positions": [position("999999999999", "999999999999")]});
    let refused = ada.patch(&path, 2, beyond).await.refused(422, "body.invalid").json();
    assert_eq!(faults(&refused), [("/positions/0", "amount.overflow")]);
    let many = json!({"positions": vec![position("1", "1"); 501]});
    let refused = ada.patch(&path, 2, many).await.refused(422, "body.invalid").json();
    assert_eq!(faults(&refused), [("/positions", "list.too_long")]);
    ada.patch(&path, 2, json!({"positions": [position("1", "1")]})).await.expect(200);
    let active = ada.post(&activate, json!({})).await.expect(200).json();
    let number = active["number"].as_str().unwrap();
    assert!(number.starts_with("CT-") && number.ends_with("-00001"), "{number}");
}

async fn each_fault_of_a_contract_is_reported_with_its_field(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut wrong = json!({
        "number": " ", "title": " ", "party_id": "x", "project_id": "x", "document_id": "x",
        "role": "rent", "currency": "eur", "signed_at": "2026-02-30", "starts_on": "2026-12-02",
        "ends_on": "2026-12-01", "retention_basis_points": 10_001, "note": "x".repeat(10_001),
        "positions": [
            {"text": " ", "quantity": "1e3", "unit": "m³", "unit_price": "-1",
             "vat": {"category": "X", "rate_basis_points": 1900}},
            position("1", "1"),
        ],
    });
    wrong["positions"][1]["vat"]["rate_basis_points"] = json!(0);
    let refused = ada.post("/contracts", wrong).await.refused(422, "body.invalid").json();
    let expected = [
        ("/currency", "currency.malformed"),
        ("/document_id", "uuid.malformed"),
        ("/ends_on", "project.ends_before_start"),
        ("/note", "text.too_long"),
        ("/number", "text.empty"),
        ("/party_id", "uuid.malformed"),
        ("/positions/0/quantity", "decimal.malformed"),
        ("/positions/0/text", "text.empty"),
        ("/positions/0/unit", "unit.malformed"),
        ("/positions/0/unit_price", "number.out_of_range"),
        ("/positions/0/vat/category", "value.unknown"),
        ("/positions/1/vat/rate_basis_points", "vat.rate"),
        ("/project_id", "uuid.malformed"),
        ("/retention_basis_points", "number.out_of_range"),
        ("/role", "value.unknown"),
        ("/signed_at", "date.malformed"),
        ("/title", "text.empty"),
    ];
    assert_eq!(faults(&refused), expected);
    let contract = active(&ada).await;
    let amend = format!("{}/amendments", path(&contract));
    for (field, value, code) in [
        ("changes_position", json!(2), "contract.position_unknown"),
        ("changes_position", json!(1), "contract.position_overdrawn"),
    ] {
        let mut body = json!({"title": "Less", "positions": [position("-13", "98.4")]});
        body["positions"][0][field] = value;
        let refused = ada.post(&amend, body).await.refused(422, "body.invalid").json();
        assert_eq!(faults(&refused)[0].1, code);
    }
    let number = json!({"title": "A", "positions": [{"quantity": 1.0}]});
    let refused = ada.post(&amend, number).await.refused(422, "body.invalid").json();
    assert!(faults(&refused).contains(&("/positions/0/quantity", "field.type")), "{refused}");
    assert_eq!(ada.list(&amend).await, Vec::<Value>::new());
}

async fn a_contract_refers_to_records_that_are_not_removed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let unknown = "019f0000-0000-7000-8000-000000000000";
    for field in ["party_id", "project_id", "document_id"] {
        let mut new = sample(&ada).await.new;
        new[field] = json!(unknown);
        let refused = ada.post("/contracts", new).await.refused(422, "body.invalid").json();
        assert_eq!(faults(&refused), [(&*format!("/{field}"), "reference.unknown")]);
    }
    let mut new = sample(&ada).await.new;
    let project = ada.project("P-1").await["id"].clone();
    let document = ada.upload("signed.txt", b"signed").await["id"].clone();
    (new["project_id"], new["document_id"]) = (project.clone(), document.clone());
    let contract = ada.create("/contracts", new).await;
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let removed = ada.delete(&format!("/parties/{}", id(&contract["party_id"])), 1).await;
    removed.refused(409, "record.in_use");
    let removed = ada.delete(&format!("/projects/{}?permanent=true", id(&project)), 1).await;
    removed.refused(409, "record.in_use");
    let removed = ada.delete(&format!("/documents/{}", id(&document)), "*").await;
    removed.refused(409, "record.in_use");
}

async fn a_number_is_unique_within_an_organization_and_not_beyond(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let first = sample(&ada).await.create(&ada).await;
    let mut second = sample(&ada).await;
    second.new["number"] = first["number"].clone();
    ada.post("/contracts", second.new).await.refused(409, "contract.number_taken");
    let third = sample(&ada).await.create(&ada).await;
    let twice = ada.patch(&path(&third), 1, json!({"number": first["number"]})).await;
    twice.refused(409, "contract.number_taken");
    let mut elsewhere = sample(&bob).await;
    elsewhere.new["number"] = first["number"].clone();
    elsewhere.create(&bob).await;
}

async fn filters_and_orders_show_contracts_by_their_values(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (project, other) = (ada.project("P-1").await["id"].clone(), party(&ada).await);
    let base = sample(&ada).await.new;
    for (title, number, role, signed, project, party) in [
        ("a", json!("V-2"), "sale", json!("2026-11-02"), Value::Null, &base["party_id"]),
        ("b", json!("V-1"), "purchase", json!("2026-11-01"), project.clone(), &other),
        ("c", Value::Null, "sale", Value::Null, project.clone(), &base["party_id"]),
    ] {
        let mut new = base.clone();
        (new["title"], new["number"], new["role"]) = (json!(title), number, json!(role));
        (new["signed_at"], new["project_id"], new["party_id"]) = (signed, project, party.clone());
        let contract = ada.create("/contracts", new).await;
        if title == "b" {
            ada.post(&format!("{}/activate", path(&contract)), json!({})).await.expect(200);
        }
    }
    for (query, expected) in [
        ("sort=created_at", "abc"),
        ("sort=number", "cba"),
        ("sort=-number", "abc"),
        ("sort=signed_at", "cba"),
        ("sort=-signed_at", "abc"),
        ("sort=number&status=draft", "ca"),
        ("sort=number&status=draft,active", "cba"),
        ("sort=number&role=sale", "ca"),
        (&*format!("sort=number&project_id={}", project.as_str().unwrap()), "cb"),
        (&*format!("sort=number&party_id={}", other.as_str().unwrap()), "b"),
        ("number=V-2", "a"),
        ("number=V-3", ""),
        ("q=v-1", "b"),
    ] {
        let found = ada.list(&format!("/contracts?{query}")).await;
        let titles = found.iter().map(|one| one["title"].as_str().unwrap()).collect::<String>();
        assert_eq!(titles, expected, "{query}");
        // The same in pages of one.
        let (mut titles, mut next) = (String::new(), format!("/contracts?{query}&limit=1"));
        loop {
            let page = ada.get(&next).await.expect(200).json();
            titles.extend(page["data"][0]["title"].as_str());
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            next = format!("/contracts?{query}&limit=1&cursor={cursor}");
        }
        assert_eq!(titles, expected, "{query} in pages");
    }
    for wrong in ["role=rent", "status=open", "party_id=x", "number=", "archived=true"] {
        ada.get(&format!("/contracts?{wrong}")).await.refused(400, "query.invalid");
    }
}

async fn a_repeated_or_outdated_request_changes_a_contract_once(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let contract = sample(&ada).await.create(&ada).await;
    let path = path(&contract);
    for (step, body) in [
        ("activate", json!({})),
        ("amendments", amendment()),
        ("terminate", json!({"terminated_on": "2026-12-01", "reason": "Insolvency"})),
    ] {
        let step = format!("{path}/{step}");
        let first = ada.post_once(&step, "key-1", body.clone()).await;
        let again = ada.post_once(&step, "key-1", body.clone()).await;
        assert!(first.status.is_success(), "{first:?}");
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.header("idempotent-replayed"), "true");
        let outdated = ada.request(reqwest::Method::POST, &step).header("If-Match", "\"1\"");
        ada.send(outdated.json(&body)).await.refused(412, "if_match.stale");
    }
    assert_eq!(ada.list(&format!("{path}/amendments")).await.len(), 1);
    assert_eq!(ada.get(&path).await.json()["version"], 4);
}

async fn of_amendments_at_once_each_is_counted_or_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = path(&active(&ada).await);
    let amend = format!("{path}/amendments");
    let body = json!({"title": "More", "positions": [position("1", "1")]});
    let replies = futures::future::join_all((0..8).map(|_| ada.post(&amend, body.clone()))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.refused(412, "if_match.stale");
    }
    assert!(made >= 1);
    let numbers: Vec<_> =
        ada.list(&amend).await.iter().map(|a| a["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=made as u64).collect::<Vec<_>>());
    let value = ada.get(&path).await.json()["value"]["amount_minor"].as_i64().unwrap();
    assert_eq!(value, 123_000 + 100 * i64::try_from(made).unwrap());
}

async fn an_accountant_writes_contracts_and_a_member_reads_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let accountant = ada.invite("accountant@example.com", "accountant").await;
    let contract = sample(&ada).await.create(&accountant).await;
    let path = path(&contract);
    for role in ["member", "viewer"] {
        let reader = ada.invite(&format!("{role}@example.com"), role).await;
        assert_eq!(reader.get(&path).await.expect(200).json(), contract);
        reader.get(&format!("{path}/balance")).await.expect(200);
        let denied = reader.patch(&path, 1, json!({"title": "Mine"})).await;
        denied.refused(403, "permission.denied");
        let denied = reader.post(&format!("{path}/activate"), json!({})).await;
        denied.refused(403, "permission.denied");
    }
    accountant.delete(&path, 1).await.expect(204);
}

on_postgres! {
    a_draft_is_created_read_changed_and_removed,
    an_amendment_adds_the_difference_to_what_was_agreed,
    an_active_contract_changes_only_in_what_describes_it,
    a_contract_goes_through_its_statuses_once,
    a_contract_without_positions_stays_a_draft_and_one_without_a_number_gets_the_next,
    each_fault_of_a_contract_is_reported_with_its_field,
    a_contract_refers_to_records_that_are_not_removed,
    a_number_is_unique_within_an_organization_and_not_beyond,
    filters_and_orders_show_contracts_by_their_values,
    a_repeated_or_outdated_request_changes_a_contract_once,
    of_amendments_at_once_each_is_counted_or_refused,
    an_accountant_writes_contracts_and_a_member_reads_them,
}
