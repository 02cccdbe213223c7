//! Invoices and credit notes, end to end.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use crate::support::{Client, TestApp, records::RecordSample};

/// What the settings of a seller need before an invoice is issued.
pub fn seller() -> Value {
    json!({"settings": {"seller": {
        "legal_name": "Hochbau Nord GmbH", "vat_id": "DE136695976",
        "address": {
            "street": "Kai 7", "postal_code": "20457", "city": "Hamburg", "country": "DE",
        },
        "contact": {"name": "Ada", "email": "ada@example.com", "phone": "+49 40 1"},
        "bank_account": {"iban": "DE89370400440532013000"},
    }}})
}

fn vat(points: u16) -> Value {
    json!({"category": "S", "rate_basis_points": points})
}

pub fn line(quantity: &str, price: &str, points: u16) -> Value {
    json!({
        "text": "Concrete", "quantity": quantity, "unit": "MTQ", "unit_price": price,
        "vat": vat(points),
    })
}

/// A draft of 1,230.00 € net, and 1,463.70 € gross.
pub fn draft(party: &Value) -> Value {
    json!({
        "party_id": party["id"], "currency": "EUR", "service_from": "2026-01-01",
        "lines": [line("12.5", "98.40", 1900)],
    })
}

pub async fn party(owner: &Client) -> Value {
    let address = json!({"postal_code": "20457", "city": "Hamburg", "country": "DE"});
    let body = json!({"name": "Hafenamt", "role": "both", "address": address});
    owner.create("/parties", body).await
}

/// An organization that may issue invoices, and its customer.
pub async fn trading(app: &TestApp) -> (Client, Value) {
    let ada = app.owner("Ada").await;
    ada.patch("/organization", "*", seller()).await.expect(200);
    let customer = party(&ada).await;
    (ada, customer)
}

pub async fn issued(owner: &Client, draft: Value) -> Value {
    let invoice = owner.create("/invoices", draft).await;
    owner.post(&format!("{}/issue", path(&invoice)), json!({})).await.expect(200).json()
}

/// The day in UTC, the time zone of a new organization.
pub fn today(app: &TestApp) -> NaiveDate {
    app.now()[..10].parse().unwrap()
}

pub fn path(invoice: &Value) -> String {
    format!("/invoices/{}", invoice["id"].as_str().unwrap())
}

pub fn minor(amount: &Value) -> i64 {
    amount["amount_minor"].as_i64().unwrap()
}

/// A new draft, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    let party = party(owner).await;
    RecordSample { path: "/invoices", new: draft(&party), change: json!({"note": "Another note"}) }
}

/// The invoice that an operation beside the five needs, and its body.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    match operation {
        "create_invoices" => {
            let item = sample(owner).await.new;
            return Some((Value::Null, Some(json!({"items": [item]}))));
        }
        "receive_invoice" => {
            let number = crate::support::records::fresh();
            let xml = crate::received_invoices::numbered(&format!("S-{number}"));
            let document = owner.upload("invoice.xml", xml.as_bytes()).await;
            return Some((document, Some(json!({}))));
        }
        "approve_invoice" => {
            let number = crate::support::records::fresh();
            let email = format!("bookkeeper-{number}@example.com");
            let bookkeeper = owner.invite_as(&email, "accountant").await;
            return Some((crate::received_invoices::incoming(&bookkeeper).await, None));
        }
        _ => {}
    }
    let is_of_draft = match operation {
        "issue_invoice" | "duplicate_invoice" => true,
        "void_invoice" | "write_off_invoice" | "credit_invoice" | "get_invoice_xml"
        | "render_invoice" => false,
        _ => return None,
    };
    owner.patch("/organization", "*", seller()).await.expect(200);
    let sample = sample(owner).await;
    if is_of_draft {
        return Some((sample.create(owner).await, None));
    }
    let invoice = issued(owner, sample.new).await;
    Some((invoice, (operation == "credit_invoice").then(|| json!({}))))
}

async fn an_invoice_is_drafted_changed_issued_and_frozen(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let created = ada.post("/invoices", draft(&customer)).await.expect(201);
    let invoice = created.json();
    let path = path(&invoice);
    assert_eq!(created.header("location"), format!("/api/v1{path}"));
    assert_eq!(invoice["status"], "draft");
    assert_eq!(invoice["totals"]["net"], json!({"amount_minor": 123_000, "currency": "EUR"}));
    assert_eq!(minor(&invoice["totals"]["due"]), 146_370);
    assert_eq!(minor(&invoice["open"]), 0);
    assert_eq!(ada.get(&path).await.expect(200).json(), invoice);

    let lines = json!([line("1", "500", 1900), line("3", "19.99", 700)]);
    let change = json!({"price_mode": "gross", "lines": lines, "note": "Thank you"});
    let changed = ada.patch(&path, 1, change).await.expect(200).json();
    assert_eq!(minor(&changed["totals"]["gross"]), 55_997);
    assert_eq!(changed["lines"][1]["position"], 2);

    let reply = ada.post(&format!("{path}/issue"), json!({})).await.expect(200);
    let issued = reply.json();
    assert_eq!(issued["number"], format!("INV-{}-00001", today(app).year()));
    assert_eq!((&issued["status"], &issued["version"]), (&json!("issued"), &json!(3)));
    assert_eq!(issued["buyer"]["name"], "Hafenamt");
    assert_eq!(issued["seller"]["vat_id"], "DE136695976");
    assert_eq!(issued["open"], issued["totals"]["due"]);
    let due: NaiveDate = issued["due_on"].as_str().unwrap().parse().unwrap();
    let on: NaiveDate = issued["issued_on"].as_str().unwrap().parse().unwrap();
    assert_eq!(due, on.checked_add_days(Days::new(30)).unwrap());
    let mut read = ada.get(&path).await.expect(200).json();
    assert_eq!(read["lines"], changed["lines"]);
    read["lines"] = issued["lines"].clone();
    assert_eq!(read, issued);

    // What the party is called now does not reach the document.
    ada.patch(&format!("/parties/{}", customer["id"].as_str().unwrap()), 1, json!({"name": "X"}))
        .await
        .expect(200);
    assert_eq!(ada.get(&path).await.expect(200).json()["buyer"]["name"], "Hafenamt");
    ada.patch(&path, 3, json!({"note": "No"})).await.refused(409, "state.transition");
    ada.delete(&path, 3).await.refused(409, "state.transition");
    ada.post(&format!("{path}/issue"), json!({})).await.refused(409, "state.transition");
    let log = ada.list("/audit-logs?action=invoice.issued").await;
    assert_eq!(log[0]["after"]["gross_minor"], 55_997);
    assert_eq!(log[0]["after"]["number"], issued["number"]);
}

async fn numbers_have_no_gap_although_issues_fail(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    for expected in 1..4 {
        let mut early = draft(&customer);
        early["due_on"] = json!("2020-01-01");
        let refused = ada.create("/invoices", early).await;
        let refused = ada.post(&format!("{}/issue", path(&refused)), json!({})).await;
        refused.refused(409, "invoice.due_before_issue");
        let number = issued(&ada, draft(&customer)).await["number"].clone();
        assert!(number.as_str().unwrap().ends_with(&format!("-{expected:05}")), "{number}");
    }
}

async fn issuing_needs_what_an_invoice_has_to_state(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let customer = party(&ada).await;
    let invoice = ada.create("/invoices", draft(&customer)).await;
    let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    let refused = refused.refused(409, "seller.incomplete").json();
    assert!(refused["detail"].as_str().unwrap().contains("bank_account.iban"), "{refused}");
    ada.patch("/organization", "*", seller()).await.expect(200);

    let tomorrow = today(app).checked_add_days(Days::new(2)).unwrap();
    let stranger = ada.create("/parties", json!({"name": "X", "role": "customer"})).await;
    for (field, value, code) in [
        ("lines", json!([]), "invoice.lines_missing"),
        ("lines", json!([line("-1", "5", 1900)]), "invoice.total_negative"),
        ("service_from", Value::Null, "invoice.supply_date_missing"),
        ("due_on", json!("2020-01-01"), "invoice.due_before_issue"),
        ("issued_on", json!(tomorrow), "invoice.in_future"),
        ("party_id", stranger["id"].clone(), "invoice.buyer_incomplete"),
    ] {
        let mut body = draft(&customer);
        body[field] = value;
        let invoice = ada.create("/invoices", body).await;
        let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
        refused.refused(409, code);
        assert_eq!(ada.get(&path(&invoice)).await.expect(200).json(), invoice);
    }
}

async fn the_dates_of_a_series_never_go_back(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let bookkeeper = ada.invite("books@example.com", "accountant").await;
    let yesterday = today(app).checked_sub_days(Days::new(1)).unwrap();
    let mut earlier = draft(&customer);
    earlier["issued_on"] = json!(yesterday);
    let invoice = bookkeeper.create("/invoices", earlier.clone()).await;
    let refused = bookkeeper.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    refused.refused(409, "invoice.backdated");
    let backdated = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    assert_eq!(backdated.expect(200).json()["issued_on"], json!(yesterday));
    issued(&bookkeeper, draft(&customer)).await;
    let invoice = ada.create("/invoices", earlier).await;
    let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    refused.refused(409, "invoice.before_last");
}

/// The stored answer has all lines.
async fn the_largest_invoice_is_created_and_issued_once_with_a_key(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let mut body = draft(&customer);
    let mut long = line("1", "1", 1900);
    long["text"] = json!("ü".repeat(100));
    body["lines"] = json!(vec![long; 500]);
    let created = ada.post_once("/invoices", "draft", body.clone()).await.expect(201).json();
    let replayed = ada.post_once("/invoices", "draft", body).await.expect(201);
    assert_eq!(replayed.json(), created);
    let issue = format!("{}/issue", path(&created));
    let issued = ada.post_once(&issue, "issue", json!({})).await.expect(200).json();
    assert_eq!(ada.post_once(&issue, "issue", json!({})).await.expect(200).json(), issued);
    assert_eq!(minor(&issued["totals"]["gross"]), 59_500);
}

async fn a_small_business_charges_no_vat(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let small = json!({"settings": {"seller": {"small_business": true}}});
    ada.patch("/organization", "*", small).await.expect(200);
    let invoice = ada.create("/invoices", draft(&customer)).await;
    let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    refused.refused(409, "invoice.small_business");
    let mut exempt = draft(&customer);
    exempt["lines"][0]["vat"] = json!({"category": "E", "exemption_reason": "§ 19 UStG"});
    assert_eq!(minor(&issued(&ada, exempt).await["totals"]["tax"]), 0);
}

async fn the_party_fits_the_direction(app: &TestApp) {
    let (ada, _) = trading(app).await;
    let address = json!({"postal_code": "20457", "city": "Hamburg", "country": "DE"});
    let supplier = json!({"name": "Kies AG", "role": "supplier", "address": address});
    let supplier = ada.create("/parties", supplier).await;
    let invoice = ada.create("/invoices", draft(&supplier)).await;
    let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    refused.refused(409, "invoice.party_role");
    let mut body = draft(&supplier);
    body["supplier_number"] = json!("1");
    let refused = ada.post("/invoices", body).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "invoice.supplier_number_unexpected");
}

async fn nothing_is_dated_into_a_closed_period(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let draft = ada.create("/invoices", draft(&customer)).await;
    let close = |day: Value| json!({"settings": {"books_closed_until": day}});
    ada.patch("/organization", "*", close(json!(today(app)))).await.expect(200);
    let issue = format!("{}/issue", path(&draft));
    ada.post(&issue, json!({})).await.refused(409, "books.closed");
    ada.post(&format!("{}/void", path(&invoice)), json!({})).await.refused(409, "books.closed");
    ada.patch("/organization", "*", close(Value::Null)).await.expect(200);
    let number = ada.post(&issue, json!({})).await.expect(200).json()["number"].clone();
    assert!(number.as_str().unwrap().ends_with("-00002"), "{number}");
}

async fn bad_amounts_are_refused_with_their_field_and_nothing_is_written(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let discount = |amount: Value| json!({"amount": amount});
    let eur = |minor: Value| json!({"amount_minor": minor, "currency": "EUR"});
    for (pointer, value, code) in [
        ("/lines/0/quantity", json!("1e3"), "decimal.malformed"),
        ("/lines/0/quantity", json!("1.1234567"), "decimal.malformed"),
        ("/lines/0/unit_price", json!("-1"), "number.out_of_range"),
        ("/lines/0/unit", json!("m3"), "unit.malformed"),
        ("/lines/0/vat/rate_basis_points", json!(0), "vat.rate"),
        ("/lines/0/discount", json!({}), "field.required"),
        ("/lines/0/discount", discount(eur(json!(999_999_999))), "discount.too_large"),
        ("/lines/0/discount/amount", eur(json!(-1)), "number.out_of_range"),
        ("/currency", json!("ABC"), "currency.unknown"),
        ("/cash_unit_minor", json!(0), "cash_unit.out_of_range"),
        ("/retention_basis_points", json!(10_001), "number.out_of_range"),
        (
            "/discounts/0",
            json!({"days": 10, "rate_basis_points": 10_000}),
            "discount_terms.malformed",
        ),
    ] {
        let mut body = draft(&customer);
        (body["cash_unit_minor"], body["retention_basis_points"]) = (json!(1), json!(0));
        body["discounts"] = json!([{"days": 10, "rate_basis_points": 200}]);
        body["lines"][0]["discount"] = discount(eur(json!(0)));
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        let refused = ada.post("/invoices", body).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], code, "{refused}");
        let at = refused["errors"][0]["pointer"].as_str().unwrap();
        assert!(pointer.starts_with(at) || at.starts_with(pointer), "{refused}");
    }
    for (pointer, value) in [
        ("/lines/0/quantity", json!(1.0)),
        ("/lines/0/unit_price", json!(1)),
        ("/lines/0/discount/amount/amount_minor", json!(1.0)),
    ] {
        let mut body = draft(&customer);
        body["lines"][0]["discount"] = discount(eur(json!(0)));
        *body.pointer_mut(pointer).unwrap() = value;
        let refused = ada.post("/invoices", body).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], "field.type", "{refused}");
    }
    let mut body = draft(&customer);
    body["lines"] = json!([line("999999999999", "999999999999", 1900)]);
    let refused = ada.post("/invoices", body).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "amount.overflow");
    let mut body = draft(&customer);
    body["lines"][0]["discount"] = json!({"amount": {"amount_minor": 1, "currency": "USD"}});
    let refused = ada.post("/invoices", body).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "currency.differs");
    let mut body = draft(&customer);
    body["lines"] = json!(vec![line("1", "1", 1900); 501]);
    let refused = ada.post("/invoices", body).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "list.too_long");
    assert!(ada.list("/invoices").await.is_empty());
    let unknown = json!({"party_id": uuid::Uuid::nil(), "currency": "EUR"});
    let refused = ada.post("/invoices", unknown).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "reference.unknown");
}

async fn a_credit_note_settles_what_is_open_and_never_exceeds_its_invoice(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let credit = format!("{}/credit-note", path(&invoice));
    let part = json!({"lines": [line("2.5", "98.40", 1900)]});
    let note = ada.post(&credit, part.clone()).await.expect(201).json();
    assert_eq!((&note["kind"], &note["corrects_id"]), (&json!("credit_note"), &invoice["id"]));
    let note = ada.post(&format!("{}/issue", path(&note)), json!({})).await.expect(200).json();
    assert!(note["number"].as_str().unwrap().starts_with("CN-"), "{note}");
    assert_eq!((&note["status"], minor(&note["open"])), (&json!("paid"), 0));
    let after = ada.get(&path(&invoice)).await.expect(200).json();
    assert_eq!(after["status"], "partially_paid");
    assert_eq!(minor(&after["settled"]), minor(&note["totals"]["due"]));
    ada.post(&format!("{}/void", path(&invoice)), json!({})).await.refused(409, "state.transition");

    // All of it is more than what is left.
    let all = ada.post(&credit, json!({})).await.expect(201).json();
    let refused = ada.post(&format!("{}/issue", path(&all)), json!({})).await;
    refused.refused(409, "invoice.credit_exceeded");
    let rest = json!({"lines": [line("10", "98.40", 1900)]});
    let rest = ada.post(&credit, rest).await.expect(201).json();
    ada.post(&format!("{}/issue", path(&rest)), json!({})).await.expect(200);
    let after = ada.get(&path(&invoice)).await.expect(200).json();
    assert_eq!((&after["status"], minor(&after["open"])), (&json!("paid"), 0));
    let notes = format!("/invoices?corrects_id={}", invoice["id"].as_str().unwrap());
    assert_eq!(ada.list(&notes).await.len(), 3);
    ada.post(&format!("{}/credit-note", path(&note)), part).await.refused(409, "state.transition");
}

async fn an_invoice_is_withdrawn_given_up_and_repeated(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let withdrawn = issued(&ada, draft(&customer)).await;
    let void = format!("{}/void", path(&withdrawn));
    let reply = ada.post_once(&void, "once", json!({})).await.expect(200).json();
    assert_eq!((&reply["status"], &reply["number"]), (&json!("void"), &withdrawn["number"]));
    let replayed = ada.post_once(&void, "once", json!({})).await.expect(200);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    ada.post(&void, json!({})).await.refused(409, "state.transition");

    let given_up = issued(&ada, draft(&customer)).await;
    let reply = ada.post(&format!("{}/write-off", path(&given_up)), json!({})).await;
    let reply = reply.expect(200).json();
    assert_eq!((&reply["status"], minor(&reply["open"])), (&json!("written_off"), 0));
    assert_eq!(minor(&reply["written_off"]), 146_370);

    let copy = ada.post(&format!("{}/duplicate", path(&given_up)), json!({})).await;
    let copy = copy.expect(201).json();
    assert_eq!((&copy["status"], &copy["number"]), (&json!("draft"), &Value::Null));
    assert_eq!((&copy["totals"], &copy["lines"]), (&given_up["totals"], &given_up["lines"]));
}

async fn an_incoming_invoice_keeps_its_suppliers_number(app: &TestApp) {
    let (ada, supplier) = trading(app).await;
    let mut body = draft(&supplier);
    body["direction"] = json!("payable");
    body["issued_on"] = json!("2026-01-05");
    let invoice = ada.create("/invoices", body.clone()).await;
    let refused = ada.post(&format!("{}/issue", path(&invoice)), json!({})).await;
    refused.refused(409, "invoice.supplier_number_missing");
    body["supplier_number"] = json!("2026/118");
    let first = issued(&ada, body.clone()).await;
    assert!(first["number"].as_str().unwrap().starts_with("PI-"), "{first}");
    assert_eq!(
        (&first["seller"]["name"], &first["issued_on"]),
        (&json!("Hafenamt"), &json!("2026-01-05"))
    );
    ada.post("/invoices", body.clone()).await.refused(409, "invoice.supplier_number_taken");
    // The number is free in another year, and once the first is void.
    let mut other_year = body.clone();
    other_year["issued_on"] = json!("2025-01-05");
    ada.create("/invoices", other_year).await;
    ada.post(&format!("{}/void", path(&first)), json!({})).await.expect(200);
    ada.create("/invoices", body).await;
}

async fn an_incoming_invoice_is_booked_into_a_period_that_is_open(app: &TestApp) {
    let (ada, supplier) = trading(app).await;
    let mut numbers = 0..;
    let mut body = |booked_on: Option<&str>| {
        let mut body = draft(&supplier);
        body["direction"] = json!("payable");
        body["supplier_number"] = json!(format!("S-{}", numbers.next().unwrap()));
        (body["issued_on"], body["booked_on"]) = (json!("2026-01-05"), json!(booked_on));
        body
    };
    let early = issued(&ada, body(None)).await;
    assert_eq!(early["booked_on"], early["issued_on"]);
    let close = json!({"settings": {"books_closed_until": "2026-01-31"}});
    ada.patch("/organization", "*", close).await.expect(200);
    let late = issued(&ada, body(None)).await;
    assert_eq!(
        (&late["issued_on"], &late["booked_on"]),
        (&json!("2026-01-05"), &json!("2026-02-01"))
    );
    let stated = issued(&ada, body(Some("2026-03-01"))).await;
    assert_eq!(stated["booked_on"], "2026-03-01");
    for (booked_on, code) in [
        ("2026-01-31", "books.closed"),
        ("2026-01-04", "books.closed"),
        ("2099-01-01", "invoice.in_future"),
    ] {
        let draft = ada.create("/invoices", body(Some(booked_on))).await;
        ada.post(&format!("{}/issue", path(&draft)), json!({})).await.refused(409, code);
    }
    let mut later = body(Some("2026-03-01"));
    later["issued_on"] = json!("2026-03-02");
    let later = ada.create("/invoices", later).await;
    let refused = ada.post(&format!("{}/issue", path(&later)), json!({})).await;
    refused.refused(409, "invoice.booked_before_issue");
    // A credit note is not booked before its invoice.
    let credit = format!("{}/credit-note", path(&stated));
    let note = ada.post(&credit, json!({"lines": [line("1", "3.33", 1900)]})).await;
    let note = note.expect(201).json();
    let dated = json!({"issued_on": "2026-02-02", "supplier_number": "G-1"});
    ada.patch(&path(&note), "*", dated).await.expect(200);
    let booked = json!({"booked_on": "2026-02-28"});
    ada.patch(&path(&note), "*", booked).await.expect(200);
    let issue = format!("{}/issue", path(&note));
    ada.post(&issue, json!({})).await.refused(409, "invoice.credit_before_invoice");
    ada.patch(&path(&note), "*", json!({"booked_on": null})).await.expect(200);
    ada.delete(&path(&note), "*").await.expect(204);
    // It counts on the day on which it is booked, and so does what settles it.
    for (day, open) in [("2026-01-31", 1), ("2026-02-01", 2), ("2026-03-01", 3)] {
        let path = format!("/reports/receivables?direction=payable&as_of={day}");
        let rows = ada.get(&path).await.expect(200).json();
        assert_eq!(rows["data"][0]["documents"], open, "{day}");
    }
    ada.post(&format!("{}/void", path(&early)), json!({})).await.refused(409, "books.closed");
    ada.post(&format!("{}/void", path(&late)), json!({})).await.expect(200);
    let mut own = draft(&supplier);
    own["booked_on"] = json!("2026-03-01");
    let refused = ada.post("/invoices", own).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "invoice.booked_on_unexpected");
}

async fn invoices_are_found_by_status_party_number_and_text(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let other = party(&ada).await;
    let mut noted = draft(&customer);
    noted["note"] = json!("Fundament Halle Nord");
    let first = issued(&ada, noted).await;
    let open = ada.create("/invoices", draft(&other)).await;
    let found = async |query: &str| -> Vec<Value> {
        let found = ada.list(&format!("/invoices?{query}")).await;
        found.iter().map(|invoice| invoice["id"].clone()).collect()
    };
    let number = first["number"].as_str().unwrap();
    let customer = customer["id"].as_str().unwrap();
    for query in [
        "status=issued,paid",
        &format!("number={number}"),
        &format!("party_id={customer}"),
        "q=fundament",
        "q=Hafenamt",
        &format!("q={number}"),
        "overdue_on=2999-01-01",
    ] {
        assert_eq!(found(query).await, [first["id"].clone()], "{query}");
    }
    assert_eq!(
        found("status=draft&kind=standard&direction=receivable").await,
        [open["id"].clone()]
    );
    assert!(found("overdue_on=2020-01-01").await.is_empty());
    assert!(ada.list("/invoices").await[0].get("lines").is_none());
    ada.get("/invoices?status=lost").await.refused(400, "query.invalid");
    ada.delete(&format!("/parties/{customer}"), 1).await.refused(409, "record.in_use");
}

async fn issuing_is_a_permission_of_its_own(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let key = json!({"name": "drafts", "permissions": ["invoice:create", "invoice:read"]});
    let drafter = ada.api_key(key).await;
    let invoice = drafter.create("/invoices", draft(&customer)).await;
    let issue = format!("{}/issue", path(&invoice));
    drafter.post(&issue, json!({})).await.refused(403, "permission.denied");
    let key = json!({"name": "issues", "permissions": ["invoice:issue"]});
    let issuer = ada.api_key(key).await;
    issuer.post(&issue, json!({})).await.expect(200);
    issuer.post("/invoices", draft(&customer)).await.refused(403, "permission.denied");
    let stranger = app.owner("Bob").await;
    stranger.get(&path(&invoice)).await.refused(404, "not_found");
    stranger.post(&issue, json!({})).await.refused(404, "not_found");
    // A reference to another organization's party is one to nothing.
    let refused = stranger.post("/invoices", draft(&customer)).await.refused(422, "body.invalid");
    assert_eq!(refused.json()["errors"][0]["code"], "reference.unknown");
}

on_postgres! {
    an_invoice_is_drafted_changed_issued_and_frozen,
    numbers_have_no_gap_although_issues_fail,
    issuing_needs_what_an_invoice_has_to_state,
    the_dates_of_a_series_never_go_back,
    the_largest_invoice_is_created_and_issued_once_with_a_key,
    a_small_business_charges_no_vat,
    the_party_fits_the_direction,
    nothing_is_dated_into_a_closed_period,
    bad_amounts_are_refused_with_their_field_and_nothing_is_written,
    a_credit_note_settles_what_is_open_and_never_exceeds_its_invoice,
    an_invoice_is_withdrawn_given_up_and_repeated,
    an_incoming_invoice_keeps_its_suppliers_number,
    an_incoming_invoice_is_booked_into_a_period_that_is_open,
    invoices_are_found_by_status_party_number_and_text,
    issuing_is_a_permission_of_its_own,
}
