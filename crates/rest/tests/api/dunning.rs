//! Dunning: notices of overdue invoices, end to end.

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, minor, path, seller, today, trading},
    support::{Client, TestApp},
};

fn eur(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "EUR"})
}

/// Levels from the first day on, of which each claims interest, the lump sum and a fee.
fn strict() -> Value {
    let level = |after_days: u16| {
        json!({
            "after_days": after_days, "pay_within_days": 1, "fee": eur(500), "interest": true,
            "lump_sum": true, "text_en": "Please pay.",
        })
    };
    json!({"settings": {"dunning": {"levels": [level(1), level(2)]}}})
}

/// An invoice that fell due some days ago.
async fn overdue(owner: &Client, party: &Value, today: NaiveDate, days: u64) -> Value {
    let due_on = today - Days::new(days);
    let mut draft = draft(party);
    draft["issued_on"] = json!(due_on - Days::new(30));
    draft["due_on"] = json!(due_on);
    issued(owner, draft).await
}

fn notices(invoice: &Value) -> String {
    format!("{}/dunning-notices", path(invoice))
}

fn at(notice: &Value) -> String {
    format!("/dunning-notices/{}", notice["id"].as_str().unwrap())
}

async fn dun(owner: &Client, invoice: &Value) -> Value {
    owner.post(&notices(invoice), json!({})).await.expect(201).json()
}

/// What an operation needs.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let needs_notice = match operation {
        "get_dunning_notice" | "withdraw_dunning_notice" | "list_dunning_notices" => true,
        "dun_invoice"
        | "block_dunning"
        | "unblock_dunning"
        | "run_dunning"
        | "list_dunning_notices_of_invoice" => false,
        _ => return None,
    };
    owner.patch("/organization", "*", seller()).await.expect(200);
    let customer = crate::invoices::party(owner).await;
    // Dates of a series never go back, and the year of other samples has another series.
    let mut late = draft(&customer);
    (late["issued_on"], late["due_on"]) = (json!("2025-06-02"), json!("2025-06-30"));
    let invoice = issued(owner, late).await;
    if needs_notice {
        return Some((dun(owner, &invoice).await, None));
    }
    if operation == "unblock_dunning" {
        owner.post(&format!("{}/block-dunning", path(&invoice)), json!({})).await.expect(200);
    }
    Some((invoice, None))
}

async fn an_overdue_invoice_gets_its_notices_one_after_the_other(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    ada.patch("/organization", "*", strict()).await.expect(200);
    let today = today(app);
    let invoice = overdue(&ada, &customer, today, 10).await;
    let preview = ada.post(&format!("{}?dry_run=true", notices(&invoice)), json!({})).await;
    let preview = preview.expect(200).json();
    assert_eq!(preview["invoice_id"], invoice["id"]);
    assert!(ada.list(&notices(&invoice)).await.is_empty());

    let created = ada.post_once(&notices(&invoice), "one", json!({})).await.expect(201);
    let notice = created.json();
    assert_eq!(created.header("location"), format!("/api/v1{}", at(&notice)));
    assert_eq!(notice["claim"], preview["claim"]);
    let again = ada.post_once(&notices(&invoice), "one", json!({})).await.expect(201);
    assert_eq!(again.json(), notice);
    let claim = &notice["claim"];
    assert_eq!((&claim["level"], &claim["law"]), (&json!(1), &json!("de")));
    assert_eq!(claim["pay_by"], json!(today + Days::new(1)));
    // The first notice in Germany has no fee; the lump sum is 40 euros.
    assert_eq!((minor(&claim["fee"]), minor(&claim["lump_sum"])), (0, 4_000));
    assert_eq!(minor(&claim["overdue"]), 146_370);
    let days: i64 =
        claim["periods"].as_array().unwrap().iter().map(|one| one["days"].as_i64().unwrap()).sum();
    assert_eq!(days, 10);
    assert_eq!(
        minor(&claim["total"]),
        146_370 + 4_000 + minor(&claim["interest"]),
        "all that is claimed"
    );
    ada.post(&notices(&invoice), json!({})).await.refused(409, "dunning.too_early");
    // What is claimed beside the invoice is no part of it.
    assert_eq!(minor(&ada.get(&path(&invoice)).await.expect(200).json()["open"]), 146_370);

    let log = ada.list("/audit-logs?action=invoice.dunned").await;
    assert_eq!(log[0]["after"]["notice"]["id"], notice["id"]);
    assert_eq!(ada.list(&notices(&invoice)).await, std::slice::from_ref(&notice));
    assert_eq!(ada.get(&at(&notice)).await.expect(200).json(), notice);
}

async fn what_is_not_overdue_or_not_dunned_gets_no_notice(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let today = today(app);
    let late = overdue(&ada, &customer, today, 8).await;
    let open = issued(&ada, draft(&customer)).await;
    ada.post(&notices(&open), json!({})).await.refused(409, "dunning.not_overdue");
    let drafted = ada.create("/invoices", draft(&customer)).await;
    ada.post(&notices(&drafted), json!({})).await.refused(409, "dunning.no_claim");
    let block = format!("{}/block-dunning", path(&late));
    let blocked = ada.post(&block, json!({})).await.expect(200).json();
    assert_eq!((&blocked["dunning_blocked"], &blocked["version"]), (&json!(true), &json!(3)));
    ada.post(&block, json!({})).await.refused(409, "state.transition");
    ada.post(&notices(&late), json!({})).await.refused(409, "dunning.blocked");
    ada.post(&format!("{}/unblock-dunning", path(&late)), json!({})).await.expect(200);
    let party = format!("/parties/{}", customer["id"].as_str().unwrap());
    ada.patch(&party, 1, json!({"dunning_blocked": true})).await.expect(200);
    ada.post(&notices(&late), json!({})).await.refused(409, "dunning.blocked");
    ada.patch(&party, 2, json!({"dunning_blocked": false, "consumer": true})).await.expect(200);
    let off = json!({"settings": {"dunning": {"levels": [], "minimum": eur(146_371)}}});
    ada.patch("/organization", "*", off).await.expect(200);
    ada.post(&notices(&late), json!({})).await.refused(409, "dunning.below_minimum");
    let off = json!({"settings": {"dunning": {"minimum": null}}});
    ada.patch("/organization", "*", off).await.expect(200);
    ada.post(&notices(&late), json!({})).await.refused(409, "dunning.off");
    ada.patch("/organization", "*", strict()).await.expect(200);
    let claim = dun(&ada, &late).await["claim"].clone();
    assert_eq!(claim["consumer"], true);
    assert_eq!(claim["total"], claim["overdue"], "the first notice to a consumer in Germany");
}

async fn a_wrong_notice_is_withdrawn_and_made_again(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = overdue(&ada, &customer, today(app), 8).await;
    let first = dun(&ada, &invoice).await;
    let withdraw = format!("{}/withdraw", at(&first));
    let withdrawn = ada.post(&withdraw, json!({})).await.expect(200).json();
    assert_eq!((&withdrawn["status"], &withdrawn["version"]), (&json!("withdrawn"), &json!(2)));
    ada.post(&withdraw, json!({})).await.refused(409, "state.transition");
    let second = dun(&ada, &invoice).await;
    assert_eq!(second["claim"], first["claim"]);
    let kept = ada.list("/dunning-notices?status=withdrawn").await;
    assert_eq!(kept, [withdrawn]);
    let of_level = ada.list("/dunning-notices?level=1").await;
    assert_eq!(of_level.len(), 2);
    assert!(ada.list("/dunning-notices?level=2").await.is_empty());
    let log = ada.list("/audit-logs?action=invoice.dunning_withdrawn").await;
    assert_eq!(log[0]["subject_id"], invoice["id"]);
}

async fn a_run_makes_the_notices_that_are_due(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let other = crate::invoices::party(&ada).await;
    let today = today(app);
    let mut all = Vec::new();
    for party in [&customer, &customer, &other] {
        all.push(overdue(&ada, party, today, 8).await["id"].clone());
    }
    issued(&ada, draft(&customer)).await;
    let ids = |run: &Value| {
        let notices = run["notices"].as_array().unwrap();
        notices.iter().map(|one| one["invoice_id"].clone()).collect::<Vec<_>>()
    };
    let preview = ada.post("/dunning-runs?dry_run=true", json!({})).await.expect(200).json();
    assert_eq!(ids(&preview), all);
    assert!(ada.list("/dunning-notices").await.is_empty());
    let of_party = format!("/dunning-runs?party_id={}", other["id"].as_str().unwrap());
    let run = ada.post_once(&of_party, "one", json!({})).await.expect(201).json();
    assert_eq!(ids(&run), all[2..]);
    assert_eq!(ada.post_once(&of_party, "one", json!({})).await.expect(201).json(), run);
    let rest = ada.post("/dunning-runs", json!({})).await.expect(201).json();
    assert_eq!(ids(&rest), all[..2]);
    assert_eq!((&rest["has_more"], &rest["skipped"]), (&json!(false), &json!([])));
    let none = ada.post("/dunning-runs", json!({})).await.expect(201).json();
    assert_eq!(none["notices"], json!([]));
    assert_eq!(ada.list("/audit-logs?action=invoice.dunned").await.len(), 3);
    let table = ada.request(Method::GET, "/dunning-notices").header("Accept", "text/csv");
    let table = ada.send(table).await.expect(200).text;
    assert!(table.starts_with("id,claim.consumer,"), "{table}");
    assert_eq!(table.matches("\r\n").count(), 4, "{table}");
}

async fn of_two_requests_at_once_one_makes_the_notice(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = overdue(&ada, &customer, today(app), 8).await;
    let path = notices(&invoice);
    let both = futures::future::join_all((0..8).map(|n| {
        let (ada, path) = (&ada, path.as_str());
        async move {
            let path = if n % 2 == 0 { path } else { "/dunning-runs" };
            ada.post(path, json!({})).await.status
        }
    }));
    both.await;
    assert_eq!(ada.list(&path).await.len(), 1);
}

async fn dunning_settings_that_make_no_sense_are_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let found = ada.get("/organization").await.expect(200).json();
    assert_eq!(found["settings"]["dunning"]["levels"].as_array().unwrap().len(), 3);
    let level = |days: u16| json!({"after_days": days, "pay_within_days": 7, "interest": false, "lump_sum": false});
    let mut free = level(9);
    free["fee"] = eur(-1);
    let rate = json!({"of": "ecb", "from": "2027-01-02", "rate_basis_points": 200});
    let good = json!({"of": "ecb", "from": "2027-01-01", "rate_basis_points": 200});
    for (dunning, pointer, code) in [
        (json!({"levels": [level(7), level(7)]}), "/levels/1/after_days", "dunning.levels"),
        (json!({"levels": [level(0)]}), "/levels/0/after_days", "number.out_of_range"),
        (json!({"levels": vec![level(1); 6]}), "/levels", "list.too_long"),
        (json!({"levels": [free]}), "/levels/0/fee/amount_minor", "dunning.amount"),
        (json!({"minimum": eur(-1)}), "/minimum/amount_minor", "dunning.amount"),
        (json!({"base_rates": [rate]}), "/base_rates/0/from", "number.out_of_range"),
        (json!({"base_rates": [good, good]}), "/base_rates", "value.repeated"),
    ] {
        let body = json!({"settings": {"dunning": dunning}});
        let refused = ada.patch("/organization", "*", body).await.expect(422).json();
        let fault = &refused["errors"][0];
        let place = format!("/settings/dunning{pointer}");
        assert_eq!((&fault["pointer"], &fault["code"]), (&json!(place), &json!(code)));
    }
}

async fn making_notices_is_a_permission_of_its_own(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = overdue(&ada, &customer, today(app), 8).await;
    let key = json!({"name": "books", "permissions": ["invoice:issue", "invoice:read"]});
    let books = ada.api_key(key).await;
    books.post(&notices(&invoice), json!({})).await.refused(403, "permission.denied");
    books.post("/dunning-runs?dry_run=true", json!({})).await.refused(403, "permission.denied");
    let stranger = app.owner("Bob").await;
    stranger.post(&notices(&invoice), json!({})).await.refused(404, "not_found");
    let notice = dun(&ada, &invoice).await;
    stranger.get(&at(&notice)).await.refused(404, "not_found");
    stranger.post(&format!("{}/withdraw", at(&notice)), json!({})).await.refused(404, "not_found");
    let bookkeeper = ada.invite("books@example.com", "accountant").await;
    bookkeeper.post(&format!("{}/withdraw", at(&notice)), json!({})).await.expect(200);
    let viewer = ada.invite("view@example.com", "viewer").await;
    viewer.get(&at(&notice)).await.expect(200);
    viewer.post(&notices(&invoice), json!({})).await.refused(403, "permission.denied");
}

on_postgres! {
    an_overdue_invoice_gets_its_notices_one_after_the_other,
    what_is_not_overdue_or_not_dunned_gets_no_notice,
    a_wrong_notice_is_withdrawn_and_made_again,
    a_run_makes_the_notices_that_are_due,
    of_two_requests_at_once_one_makes_the_notice,
    dunning_settings_that_make_no_sense_are_refused,
    making_notices_is_a_permission_of_its_own,
}
