//! Payments, and what they settle, end to end.

use chrono::Days;
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, minor, path, seller, today, trading},
    support::{Client, TestApp, records::RecordSample},
};

fn eur(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "EUR"})
}

fn payment(party: &Value, minor: i64) -> Value {
    json!({
        "party_id": party["id"], "direction": "received", "amount": eur(minor),
        "method": "bank_transfer", "received_on": "2026-01-15",
    })
}

fn share(invoice: &Value, minor: i64) -> Value {
    json!({"invoice_id": invoice["id"], "amount": eur(minor)})
}

fn at(payment: &Value) -> String {
    format!("/payments/{}", payment["id"].as_str().unwrap())
}

async fn status(owner: &Client, invoice: &Value) -> (String, i64) {
    let now = owner.get(&path(invoice)).await.expect(200).json();
    (now["status"].as_str().unwrap().to_owned(), minor(&now["open"]))
}

/// A new payment, and a change to it.
pub async fn sample(owner: &Client) -> RecordSample {
    let party = crate::invoices::party(owner).await;
    let change = json!({"note": "Another note"});
    RecordSample { path: "/payments", new: payment(&party, 100), change }
}

/// The payment, or the credit note, that an operation beside the others needs, and its body.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    match operation {
        "list_invoice_allocations" => {
            let sample = crate::invoices::sample(owner).await;
            return Some((sample.create(owner).await, None));
        }
        "allocate_payment"
        | "reverse_payment"
        | "refund_payment"
        | "allocate_credit_note"
        | "reverse_credit_note_allocation" => {}
        _ => return None,
    }
    owner.patch("/organization", "*", seller()).await.expect(200);
    let customer = crate::invoices::party(owner).await;
    let paid = issued(owner, draft(&customer)).await;
    let mut recorded = payment(&customer, 146_370);
    if operation.contains("credit_note") {
        recorded["allocations"] = json!([share(&paid, 146_370)]);
    }
    let recorded = owner.create("/payments", recorded).await;
    Some(match operation {
        "allocate_payment" => (recorded, Some(json!({"allocations": [share(&paid, 1)]}))),
        "reverse_payment" => (recorded, Some(json!({}))),
        "refund_payment" => {
            let body = json!({"amount": eur(1), "method": "cash", "received_on": "2026-01-16"});
            (recorded, Some(body))
        }
        _ => {
            let note = credit(owner, &paid).await;
            let open = issued(owner, draft(&customer)).await;
            let shares = json!({"allocations": [share(&open, 1)]});
            if operation == "allocate_credit_note" {
                return Some((note, Some(shares)));
            }
            let apply = format!("{}/allocations", path(&note));
            let note = owner.post(&apply, shares).await.expect(200).json();
            (note, Some(json!({"invoice_id": open["id"]})))
        }
    })
}

async fn credit(owner: &Client, invoice: &Value) -> Value {
    let note = owner.post(&format!("{}/credit-note", path(invoice)), json!({})).await;
    let note = note.expect(201).json();
    owner.post(&format!("{}/issue", path(&note)), json!({})).await.expect(200).json()
}

async fn a_payment_settles_invoices_and_leaves_a_credit(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let (first, second) =
        (issued(&ada, draft(&customer)).await, issued(&ada, draft(&customer)).await);
    let mut body = payment(&customer, 300_000);
    body["reference"] = json!("E2E-1");
    body["allocations"] = json!([share(&second, 46_370), share(&first, 146_370)]);
    let created = ada.post_once("/payments", "one", body.clone()).await.expect(201);
    let paid = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&paid)));
    assert_eq!((minor(&paid["allocated"]), minor(&paid["unallocated"])), (192_740, 107_260));
    assert_eq!(ada.post_once("/payments", "one", body).await.expect(201).json(), paid);
    let mut again = payment(&customer, 1);
    again["reference"] = json!("E2E-1");
    ada.post("/payments", again).await.refused(409, "payment.reference_taken");
    assert_eq!(status(&ada, &first).await, ("paid".to_owned(), 0));
    assert_eq!(status(&ada, &second).await, ("partially_paid".to_owned(), 100_000));
    assert_eq!(ada.get(&at(&paid)).await.expect(200).json(), paid);

    let later = json!({"allocations": [share(&second, 100_000)]});
    let allocate = format!("{}/allocations", at(&paid));
    let after = ada.post(&allocate, later.clone()).await.expect(200).json();
    assert_eq!((minor(&after["unallocated"]), &after["version"]), (7_260, &json!(2)));
    assert_eq!(after["allocations"].as_array().unwrap().len(), 3);
    assert_eq!(after["allocations"][2]["allocated_on"], json!(today(app)));
    ada.post(&allocate, later).await.refused(409, "invoice.open_exceeded");
    ada.post(&format!("{}/void", path(&second)), json!({})).await.refused(409, "state.transition");

    let settled = ada.list(&format!("{}/allocations", path(&second))).await;
    assert_eq!(
        settled.iter().map(|one| minor(&one["amount"])).collect::<Vec<_>>(),
        [46_370, 100_000]
    );
    let events = ada.list("/audit-logs?action=invoice.settled").await;
    assert_eq!(events.len(), 3);
    let log = ada.list("/audit-logs?action=payment.recorded").await;
    assert_eq!(log[0]["after"]["allocations"].as_array().unwrap().len(), 2);
    let credits = ada.list("/payments?unallocated=true&received_from=2026-01-15").await;
    assert_eq!(credits.len(), 1);
    assert!(ada.list("/payments?received_until=2026-01-14").await.is_empty());
}

async fn a_reversal_reopens_what_was_settled(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let mut terms = draft(&customer);
    terms["discounts"] = json!([{"days": 10, "rate_basis_points": 200}]);
    let invoice = issued(&ada, terms).await;
    let mut body = payment(&customer, 143_443);
    body["received_on"] = json!(today(app));
    body["reference"] = json!("E2E-2");
    let mut part = share(&invoice, 143_443);
    part["cash_discount"] = eur(2_928);
    body["allocations"] = json!([part]);
    ada.post("/payments", body.clone()).await.refused(409, "payment.discount_exceeded");
    body["allocations"][0]["cash_discount"] = eur(2_927);
    let paid = ada.create("/payments", body).await;
    assert_eq!(status(&ada, &invoice).await, ("paid".to_owned(), 0));

    let reverse = format!("{}/reverse", at(&paid));
    let back = ada.post(&reverse, json!({"note": "Returned"})).await.expect(201).json();
    assert_eq!((&back["reverses_id"], &back["direction"]), (&paid["id"], &json!("sent")));
    assert_eq!(status(&ada, &invoice).await, ("issued".to_owned(), 146_370));
    let amounts: Vec<_> =
        back["allocations"].as_array().unwrap().iter().map(|one| minor(&one["amount"])).collect();
    assert_eq!(amounts, [-143_443, -2_927]);
    let paid = ada.get(&at(&paid)).await.expect(200).json();
    assert_eq!((&paid["status"], minor(&paid["unallocated"])), (&json!("reversed"), 0));
    ada.post(&reverse, json!({})).await.refused(409, "state.transition");
    let again = json!({"allocations": [share(&invoice, 1)]});
    ada.post(&format!("{}/allocations", at(&paid)), again).await.refused(409, "state.transition");
    assert_eq!(ada.list(&format!("{}/allocations", path(&invoice))).await.len(), 4);
    ada.patch(&at(&paid), 2, json!({"reference": null})).await.expect(200);
}

async fn a_credit_is_paid_back_and_the_refund_can_be_reversed(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let paid = ada.create("/payments", payment(&customer, 500)).await;
    let refund =
        |minor: i64| json!({"amount": eur(minor), "method": "cash", "received_on": "2026-01-16"});
    let pay_back = format!("{}/refund", at(&paid));
    ada.post(&pay_back, refund(501)).await.refused(409, "payment.unallocated_exceeded");
    let back = ada.post(&pay_back, refund(400)).await.expect(201).json();
    assert_eq!((&back["refunds_id"], &back["direction"]), (&paid["id"], &json!("sent")));
    let left = ada.get(&at(&paid)).await.expect(200).json();
    assert_eq!(minor(&left["unallocated"]), 100);
    let reverse = format!("{}/reverse", at(&paid));
    ada.post(&reverse, json!({})).await.refused(409, "payment.refunded");
    ada.post(&format!("{}/reverse", at(&back)), json!({})).await.expect(201);
    let left = ada.get(&at(&paid)).await.expect(200).json();
    assert_eq!(minor(&left["unallocated"]), 500);
    ada.post(&reverse, json!({})).await.expect(201);
    ada.post(&pay_back, refund(1)).await.refused(409, "state.transition");
}

async fn a_credit_note_settles_other_invoices_or_is_paid_out(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let paid = issued(&ada, draft(&customer)).await;
    let mut body = payment(&customer, 146_370);
    body["allocations"] = json!([share(&paid, 146_370)]);
    ada.create("/payments", body).await;
    let note = credit(&ada, &paid).await;
    assert_eq!((&note["status"], minor(&note["open"])), (&json!("issued"), 146_370));

    let open = issued(&ada, draft(&customer)).await;
    let apply = format!("{}/allocations", path(&note));
    let after = ada.post(&apply, json!({"allocations": [share(&open, 46_370)]})).await;
    let after = after.expect(200).json();
    assert_eq!((&after["status"], minor(&after["open"])), (&json!("partially_paid"), 100_000));
    assert_eq!(status(&ada, &open).await, ("partially_paid".to_owned(), 100_000));
    let too_much = json!({"allocations": [share(&open, 100_001)]});
    ada.post(&apply, too_much).await.refused(409, "payment.unallocated_exceeded");
    let other = format!("{}/allocations", path(&open));
    let swapped = json!({"allocations": [share(&note, 1)]});
    ada.post(&other, swapped).await.refused(409, "state.transition");

    let take_back = format!("{apply}/reverse");
    let of = |invoice: &Value| json!({"invoice_id": invoice["id"]});
    ada.post(&take_back, of(&paid)).await.refused(409, "invoice.nothing_allocated");
    let after = ada.post(&take_back, of(&open)).await.expect(200).json();
    assert_eq!((&after["status"], minor(&after["open"])), (&json!("issued"), 146_370));
    assert_eq!(status(&ada, &open).await, ("issued".to_owned(), 146_370));
    ada.post(&take_back, of(&open)).await.refused(409, "invoice.nothing_allocated");
    for settled in [&open, &note] {
        let void = format!("{}/void", path(settled));
        ada.post(&void, json!({})).await.refused(409, "invoice.offset");
    }
    ada.post(&apply, json!({"allocations": [share(&open, 46_370)]})).await.expect(200);

    let mut out = payment(&customer, 100_000);
    out["allocations"] = json!([share(&note, 100_000)]);
    let refused = ada.post("/payments", out.clone()).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "payment.direction_differs");
    out["direction"] = json!("sent");
    ada.create("/payments", out).await;
    assert_eq!(status(&ada, &note).await, ("paid".to_owned(), 0));
    assert_eq!(ada.list(&apply).await.len(), 4);
}

async fn a_write_off_is_an_allocation_that_a_credit_note_takes_back(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    ada.post(&format!("{}/write-off", path(&invoice)), json!({})).await.expect(200);
    credit(&ada, &invoice).await;
    let settled = ada.list(&format!("{}/allocations", path(&invoice))).await;
    let mut kinds: Vec<_> =
        settled.iter().map(|one| (one["kind"].as_str().unwrap(), minor(&one["amount"]))).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [("credit_note", 146_370), ("write_off", -146_370), ("write_off", 146_370)]);
}

async fn bad_payments_are_refused_with_their_field_and_nothing_is_written(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let other = crate::invoices::party(&ada).await;
    let (invoice, strange) =
        (issued(&ada, draft(&customer)).await, issued(&ada, draft(&other)).await);
    let tomorrow = today(app).checked_add_days(Days::new(2)).unwrap();
    let jpy = json!({"amount_minor": 1, "currency": "JPY"});
    for (pointer, value, code) in [
        ("/amount/amount_minor", json!(0), "payment.amount_not_positive"),
        ("/amount/amount_minor", json!(-5), "payment.amount_not_positive"),
        ("/amount/amount_minor", json!(1.0), "field.type"),
        ("/amount/amount_minor", json!(9_000_000_000_000_001_i64), "amount.overflow"),
        ("/amount", jpy.clone(), "currency.differs"),
        ("/allocations/0/amount", jpy.clone(), "currency.differs"),
        ("/allocations/0/cash_discount", jpy, "currency.differs"),
        ("/allocations/0/amount", eur(-1), "payment.amount_not_positive"),
        ("/allocations/0/invoice_id", strange["id"].clone(), "payment.party_differs"),
        ("/allocations/0/invoice_id", json!(uuid::Uuid::nil()), "reference.unknown"),
        (
            "/allocations",
            json!([share(&invoice, 1), share(&invoice, 2)]),
            "payment.invoice_repeated",
        ),
        ("/allocations", json!(vec![share(&invoice, 1); 101]), "list.too_long"),
        ("/received_on", json!(tomorrow), "payment.in_future"),
        ("/direction", json!("sent"), "payment.direction_differs"),
        ("/method", json!("barter"), "value.unknown"),
        ("/party_id", json!(uuid::Uuid::nil()), "payment.party_differs"),
    ] {
        let mut body = payment(&customer, 100);
        body["allocations"] = json!([share(&invoice, 100)]);
        body["allocations"][0]["cash_discount"] = eur(0);
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        let refused = ada.post("/payments", body).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], code, "{pointer} {refused}");
    }
    let mut unknown = payment(&customer, 100);
    unknown["party_id"] = json!(uuid::Uuid::nil());
    let refused = ada.post("/payments", unknown).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "reference.unknown");
    let empty = json!({"allocations": []});
    let paid = ada.create("/payments", payment(&customer, 1)).await;
    ada.post(&format!("{}/allocations", at(&paid)), empty).await.refused(422, "body.invalid");
    let close = json!({"settings": {"books_closed_until": "2026-01-31"}});
    ada.patch("/organization", "*", close).await.expect(200);
    ada.post("/payments", payment(&customer, 1)).await.refused(409, "books.closed");
    assert_eq!(ada.list("/payments").await.len(), 1);
    assert_eq!(status(&ada, &invoice).await, ("issued".to_owned(), 146_370));
}

async fn reversing_is_a_permission_of_its_own(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let key = json!({"name": "books", "permissions": ["payment:create", "payment:read"]});
    let books = ada.api_key(key).await;
    let paid = books.create("/payments", payment(&customer, 100)).await;
    let reverse = format!("{}/reverse", at(&paid));
    books.post(&reverse, json!({})).await.refused(403, "permission.denied");
    let stranger = app.owner("Bob").await;
    stranger.get(&at(&paid)).await.refused(404, "not_found");
    stranger.post(&reverse, json!({})).await.refused(404, "not_found");
    let viewer = ada.invite("view@example.com", "viewer").await;
    viewer.get(&at(&paid)).await.expect(200);
    viewer.post("/payments", payment(&customer, 1)).await.refused(403, "permission.denied");
    let party = format!("/parties/{}", customer["id"].as_str().unwrap());
    ada.delete(&party, 1).await.refused(409, "record.in_use");
}

on_postgres! {
    a_payment_settles_invoices_and_leaves_a_credit,
    a_reversal_reopens_what_was_settled,
    a_credit_is_paid_back_and_the_refund_can_be_reversed,
    a_credit_note_settles_other_invoices_or_is_paid_out,
    a_write_off_is_an_allocation_that_a_credit_note_takes_back,
    bad_payments_are_refused_with_their_field_and_nothing_is_written,
    reversing_is_a_permission_of_its_own,
}
