//! Entries for accountants and files for DATEV, end to end.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, minor, party, seller, today, trading},
    support::{Client, TestApp},
};

/// The record that an operation on the books needs.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let is_known =
        ["list_entries", "list_accounts", "get_datev", "assign_accounts"].contains(&operation);
    if is_known {
        owner.patch("/organization", "*", settings("skr03")).await.expect(200);
    }
    if operation == "list_entries" {
        owner.patch("/organization", "*", seller()).await.expect(200);
        issued(owner, draft(&party(owner).await)).await;
    }
    is_known.then_some((Value::Null, None))
}

fn settings(chart: &str) -> Value {
    let numbers = json!({"chart": chart, "consultant_number": 29_098, "client_number": 55_003});
    json!({"settings": {"accounting": numbers}})
}

/// The items of all pages.
async fn walk(owner: &Client, path: &str) -> Vec<Value> {
    let (mut items, mut next) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("{path}{next}")).await.expect(200).json();
        items.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { return items };
        next = format!("&cursor={cursor}");
    }
}

async fn csv(client: &Client, path: &str) -> String {
    let request = client.request(Method::GET, path).header("Accept", "text/csv");
    client.send(request).await.expect(200).text
}

/// What all entries until a day add to the debit of the accounts of customers, and to the credit of
/// those of suppliers, by party and currency.
pub async fn balances(owner: &Client, until: NaiveDate) -> BTreeMap<[String; 3], i64> {
    let mut sums = BTreeMap::new();
    let all = format!("/accounting/entries?from=0001-01-01&until={until}&limit=200");
    let entries = walk(owner, &all).await;
    for entry in entries {
        for (side, sign) in [("debit", 1), ("credit", -1)] {
            let (direction, sign) = match entry[side]["purpose"].as_str().unwrap() {
                "receivables" => ("receivable", sign),
                "payables" => ("payable", -sign),
                _ => continue,
            };
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let key = [
                direction.to_owned(),
                text(&entry["party_id"]),
                text(&entry["amount"]["currency"]),
            ];
            *sums.entry(key).or_default() += sign * minor(&entry["amount"]);
        }
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

async fn entries_show_what_documents_and_payments_move(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let day = today(app);
    let mut body = draft(&customer);
    body["discounts"] = json!([{"days": 10, "rate_basis_points": 200}]);
    let invoice = issued(&ada, body).await;
    let refused = ada.get("/accounting/entries").await.refused(409, "accounting.incomplete");
    assert_eq!(refused.json()["detail"], "missing: revenue S 1900");
    let chart = json!({"settings": {"accounting": {"chart": "skr04"}}});
    ada.patch("/organization", "*", chart).await.expect(200);
    let money = |amount: i64| json!({"amount_minor": amount, "currency": "EUR"});
    let payment = json!({
        "party_id": customer["id"], "amount": money(150_000), "method": "bank_transfer",
        "direction": "received", "received_on": day, "allocations": [{
            "invoice_id": invoice["id"], "amount": money(143_443), "cash_discount": money(2_927),
        }],
    });
    let payment = ada.create("/payments", payment).await;
    let rows = ada.list("/accounting/entries").await;
    let plain = |row: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let sides = [&row["debit"]["account"], &row["credit"]["account"]].map(text);
        (text(&row["kind"]), sides, minor(&row["amount"]), minor(&row["tax"]))
    };
    let one = |kind: &str, [debit, credit]: [&str; 2], amount, tax| {
        (kind.to_owned(), [debit.to_owned(), credit.to_owned()], amount, tax)
    };
    let mut found: Vec<_> = rows.iter().map(plain).collect();
    found.sort();
    let mut expected = [
        one("invoice", ["1200", "4400"], 146_370, 23_370),
        one("deposit", ["1800", "3250"], 6_557, 0),
        one("payment", ["1800", "1200"], 143_443, 0),
        one("cash_discount", ["4736", "1200"], 2_927, 467),
    ];
    expected.sort();
    assert_eq!(found, expected);
    assert!(rows.iter().all(|row| row["closed"] == false && row["party_id"] == customer["id"]));

    let first = ada.get("/accounting/entries?limit=1").await.expect(200).json();
    assert_eq!((first["data"].as_array().unwrap().len(), &first["has_more"]), (1, &json!(true)));
    assert_eq!(walk(&ada, "/accounting/entries?limit=1").await, rows);
    let table = csv(&ada, "/accounting/entries").await;
    assert!(table.starts_with("amount.amount_minor,amount.currency,booked_on,"), "{table}");
    assert_eq!(table.matches("\r\n").count(), 5, "{table}");
    let reverse = format!("/payments/{}/reverse", payment["id"].as_str().unwrap());
    ada.post(&reverse, json!({})).await.expect(201);
    let open = BTreeMap::from([(
        ["receivable", customer["id"].as_str().unwrap(), "EUR"].map(str::to_owned),
        146_370,
    )]);
    assert_eq!(balances(&ada, day).await, open);
    assert!(ada.list("/accounting/entries?currency=USD").await.is_empty());
    for wrong in [
        "currency=euro",
        "from=2026-02-30",
        "from=2026-02-02&until=2026-02-01",
        "sort=kind",
        "total=true",
        "limit=201",
    ] {
        ada.get(&format!("/accounting/entries?{wrong}")).await.refused(400, "query.invalid");
    }
    ada.get("/accounting/entries?cursor=x").await.refused(400, "cursor.invalid");
    let bookkeeper = ada.invite("books@example.com", "accountant").await;
    bookkeeper.get("/accounting/entries").await.expect(200);
    let member = ada.invite("member@example.com", "member").await;
    member.get("/accounting/entries").await.refused(403, "permission.denied");
    member.get("/accounting/datev").await.refused(403, "permission.denied");
}

async fn a_file_for_datev_needs_numbers_accounts_and_one_fiscal_year(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let day = today(app);
    let datev = format!("/accounting/datev?from={day}&until={day}");
    let missing = async |path: &str| {
        let refused = ada.get(path).await.refused(409, "accounting.incomplete").json();
        refused["detail"].as_str().unwrap().to_owned()
    };
    let numbers = missing(&datev).await;
    assert!(
        numbers.contains("consultant_number") && numbers.contains("client_number"),
        "{numbers}"
    );
    ada.patch("/organization", "*", settings("skr03")).await.expect(200);
    let accounts = missing(&datev).await;
    assert!(accounts.contains("debtor_account of 5 digits of Hafenamt"), "{accounts}");
    let assigned = ada.post("/accounting/assign-accounts", json!(null)).await.expect(200).json();
    assert_eq!(assigned, json!({"debtors": 1, "creditors": 1, "has_more": false}));
    let party = ada.get(&format!("/parties/{}", customer["id"].as_str().unwrap())).await.json();
    assert_eq!(
        (&party["debtor_account"], &party["creditor_account"]),
        (&json!("10000"), &json!("70000"))
    );
    let again = ada.post("/accounting/assign-accounts", json!(null)).await.expect(200).json();
    assert_eq!(again["debtors"], 0);

    let reply = ada.get(&datev).await.expect(200);
    let name = format!("EXTF_Buchungsstapel_{0}_{0}.csv", day.format("%Y%m%d"));
    assert_eq!(reply.header("content-disposition"), format!("attachment; filename=\"{name}\""));
    assert_eq!(reply.header("content-type"), "text/csv; charset=windows-1252");
    let lines: Vec<Vec<&str>> = reply.text.lines().map(|line| line.split(';').collect()).collect();
    let counts: Vec<_> = lines.iter().map(Vec::len).collect();
    assert_eq!(counts, [31, 125, 125]);
    let year = format!("{}0101", day.year());
    assert_eq!(&lines[0][10..14], ["29098", "55003", &year, "4"]);
    assert_eq!((lines[0][20], lines[2][113]), ("0", "0"));
    let number = format!("\"{}\"", invoice["number"].as_str().unwrap());
    let on = day.format("%d%m").to_string();
    assert_eq!(
        lines[2][..11],
        ["1463,70", "\"S\"", "\"EUR\"", "", "", "", "10000", "8400", "", &on, &number]
    );
    assert_eq!(lines[2][13], "\"Hafenamt\"");

    let earlier = day.checked_sub_months(Months::new(12)).unwrap();
    let years = format!("/accounting/datev?from={earlier}&until={day}");
    ada.get(&years).await.refused(409, "accounting.fiscal_years");
    ada.get(&format!("{datev}&currency=JPY")).await.refused(409, "accounting.not_in_datev");
    ada.get(&format!("{datev}&limit=1")).await.refused(400, "query.invalid");
    let mut dollars = draft(&customer);
    dollars["currency"] = json!("USD");
    issued(&ada, dollars).await;
    ada.get(&datev).await.refused(409, "accounting.not_in_datev");
    let euros = ada.get(&format!("{datev}&currency=EUR")).await.expect(200).text;
    assert_eq!(euros.lines().count(), 3);
}

async fn entries_of_closed_books_are_locked(app: &TestApp) {
    let ada = app.owner("Ada").await;
    ada.patch("/organization", "*", seller()).await.expect(200);
    let body = json!({"name": "Müller", "role": "customer", "debtor_account": "10000",
        "address": {"city": "Wien", "country": "AT"}});
    let customer = ada.create("/parties", body).await;
    issued(&ada, draft(&customer)).await;
    let mut closed = settings("skr04");
    closed["settings"]["books_closed_until"] = json!(today(app));
    ada.patch("/organization", "*", closed).await.expect(200);
    assert!(ada.list("/accounting/entries").await.iter().all(|row| row["closed"] == true));
    let reply = ada.get("/accounting/datev").await.expect(200);
    let lines: Vec<Vec<&str>> = reply.text.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!((lines[0][20], lines[2][113]), ("1", "1"));
}

async fn accounts_of_parties_are_unique_and_those_of_the_settings_are_checked(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let first = party(&ada).await;
    let (of_first, second) = (path_of(&first), party(&ada).await);
    ada.patch(&of_first, "*", json!({"debtor_account": "10000"})).await.expect(200);
    let taken = json!({"debtor_account": "10000"});
    ada.patch(&path_of(&second), "*", taken).await.refused(409, "party.account_taken");
    ada.patch(&path_of(&second), "*", json!({"creditor_account": "10000"})).await.expect(200);
    ada.patch(&of_first, "*", json!({"debtor_account": "10 000"}))
        .await
        .refused(422, "body.invalid");
    ada.patch(&of_first, "*", json!({"debtor_account": null})).await.expect(200);

    let rule = json!({
        "purpose": "expense", "vat_category": "S", "rate_basis_points": 1600, "region": null,
        "account": "4916", "tax_key": "5",
    });
    let set = |accounts: Value| json!({"settings": {"accounting": {"accounts": accounts}}});
    let changed = ada.patch("/organization", "*", set(json!([rule]))).await.expect(200).json();
    assert_eq!(changed["settings"]["accounting"]["accounts"], json!([rule]));
    let listed = ada.get("/accounting/accounts").await.expect(200).json();
    assert_eq!(listed["data"], json!([rule]));
    let wrong = json!([
        {"purpose": "bank", "account": "1200", "region": "eu"},
        {"purpose": "revenue", "account": "8400", "rate_basis_points": 1900},
        {"purpose": "revenue", "account": "8400", "vat_category": "AE", "rate_basis_points": 1900},
        {"purpose": "sales", "account": "", "tax_key": "x"},
    ]);
    let refused = ada.patch("/organization", "*", set(wrong)).await.refused(422, "body.invalid");
    let faults = refused.json()["errors"].as_array().unwrap().clone();
    let at = |n: usize, field: &str| format!("/settings/accounting/accounts/{n}/{field}");
    let pointers: Vec<_> = faults.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect();
    assert_eq!(
        pointers,
        [
            at(0, "purpose"),
            at(1, "vat_category"),
            at(2, "rate_basis_points"),
            at(3, "purpose"),
            at(3, "account"),
            at(3, "tax_key"),
        ]
    );
    let twice = set(json!([rule, rule]));
    ada.patch("/organization", "*", twice).await.refused(422, "body.invalid");
}

fn path_of(party: &Value) -> String {
    format!("/parties/{}", party["id"].as_str().unwrap())
}

on_postgres! {
    entries_show_what_documents_and_payments_move,
    a_file_for_datev_needs_numbers_accounts_and_one_fiscal_year,
    entries_of_closed_books_are_locked,
    accounts_of_parties_are_unique_and_those_of_the_settings_are_checked,
}
