//! Bank statements, and what their transactions pay, end to end.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    invoices::{draft, issued, minor, party, path, seller, today, trading},
    support::{Client, Reply, TestApp},
};

/// A booked entry: the amount with its direction, what the payer wrote, and its reference at the bank.
struct Entry<'a>(&'a str, &'a str, &'a str, &'a str);

impl Entry<'_> {
    fn xml(&self, on: &str) -> String {
        let Self(amount, direction, written, reference) = self;
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>\
             <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>\
             <AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls>\
             <Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
             <Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>\
             <RltdPties><Dbtr><Pty><Nm>Hafenamt</Nm></Pty></Dbtr></RltdPties>\
             <RmtInf><Ustrd>{written}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )
    }
}

fn statement(on: &str, entries: &[Entry<'_>]) -> String {
    let entries: String = entries.iter().map(|entry| entry.xml(on)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M1</MsgId><CreDtTm>{on}T06:00:00</CreDtTm></GrpHdr><Stmt><Id>S-1</Id>\
         <CreDtTm>{on}T06:00:00</CreDtTm><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id>\
         <Ccy>EUR</Ccy></Acct>{entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

async fn import(owner: &Client, xml: String) -> Reply {
    let request = owner.request(Method::POST, "/bank-statements");
    owner.send(request.header("Content-Type", "application/xml").body(xml)).await
}

/// The type and the bytes of a file that can be imported.
pub fn sample() -> (String, Vec<u8>) {
    ("application/xml".to_owned(), statement("2026-01-15", &[]).into_bytes())
}

/// A proposed transaction of 1.00 €.
async fn proposed(owner: &Client) -> Value {
    let written = format!("thank you {}", crate::support::records::fresh());
    let xml = statement("2026-01-15", &[Entry("1.00", "CRDT", &written, &written)]);
    import(owner, xml).await.expect(200);
    owner.list("/bank-transactions?status=proposed").await[0].clone()
}

fn at(transaction: &Value, action: &str) -> String {
    format!("/bank-transactions/{}/{action}", transaction["id"].as_str().unwrap())
}

/// The transaction that an operation needs, and its body.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    match operation {
        "list_bank_transactions" | "get_bank_transaction" | "ignore_bank_transaction" => {
            Some((proposed(owner).await, None))
        }
        "book_bank_transaction" => {
            owner.patch("/organization", "*", seller()).await.expect(200);
            let party = party(owner).await;
            Some((proposed(owner).await, Some(json!({"party_id": party["id"]}))))
        }
        "reopen_bank_transaction" => {
            let transaction = proposed(owner).await;
            owner.post(&at(&transaction, "ignore"), json!({})).await.expect(200);
            Some((transaction, None))
        }
        "link_bank_transaction" => {
            let transaction = proposed(owner).await;
            let payment = owner.create("/payments", entered(&party(owner).await, 100)).await;
            Some((transaction, Some(json!({"payment_id": payment["id"]}))))
        }
        _ => None,
    }
}

/// A payment of the day of the statements that a person enters.
fn entered(party: &Value, minor: i64) -> Value {
    json!({
        "party_id": party["id"], "direction": "received", "method": "bank_transfer",
        "amount": {"amount_minor": minor, "currency": "EUR"}, "received_on": "2026-01-15",
    })
}

async fn a_transaction_that_names_an_invoice_exactly_is_its_payment(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let (first, second) =
        (issued(&ada, draft(&customer)).await, issued(&ada, draft(&customer)).await);
    let number = |invoice: &Value| invoice["number"].as_str().unwrap().to_owned();
    let on = today(app).to_string();
    let (one, two) = (number(&first), number(&second));
    let xml = statement(
        &on,
        &[
            Entry("1463.70", "CRDT", &format!("Rg. {one} Danke"), "A1"),
            Entry("100.00", "CRDT", &two, "A2"),
            Entry("1463.70", "DBIT", &one, "A3"),
        ],
    );
    let imported = import(&ada, xml.clone()).await.expect(200).json();
    let counts =
        |imported: &Value| ["known", "booked", "proposed"].map(|name| imported[name].clone());
    assert_eq!(counts(&imported), [json!(0), json!(1), json!(2)]);
    assert_eq!(imported["statements"][0]["transactions"], 3);
    let paid = ada.get(&path(&first)).await.expect(200).json();
    assert_eq!((&paid["status"], minor(&paid["open"])), (&json!("paid"), 0));
    let booked = ada.list("/bank-transactions?status=booked").await;
    let payment =
        ada.get(&format!("/payments/{}", booked[0]["payment_id"].as_str().unwrap())).await;
    let payment = payment.expect(200).json();
    assert_eq!((&payment["received_on"], minor(&payment["amount"])), (&json!(on), 146_370));
    assert_eq!(booked[0]["counterparty"], "Hafenamt");

    // The same statement twice, and one that overlaps with it.
    assert_eq!(counts(&import(&ada, xml).await.expect(200).json()), [json!(3), json!(0), json!(0)]);
    let more = [Entry("100.00", "CRDT", &two, "A2"), Entry("5.00", "CRDT", "?", "A4")];
    let imported = import(&ada, statement(&on, &more)).await.expect(200).json();
    assert_eq!(counts(&imported), [json!(1), json!(0), json!(1)]);
    assert_eq!(ada.list("/payments").await.len(), 1);

    let waiting = ada.list("/bank-transactions?status=proposed&direction=received").await;
    let part = waiting.iter().find(|one| minor(&one["amount"]) == 10_000).unwrap();
    assert_eq!(part["candidate_ids"], json!([second["id"]]));
    let share = json!({"invoice_id": second["id"], "amount": part["amount"]});
    let body = json!({"party_id": customer["id"], "allocations": [share]});
    let done = ada.post(&at(part, "book"), body.clone()).await.expect(200).json();
    assert_eq!((&done["status"], &done["payment_id"]), (&json!("booked"), &done["payment"]["id"]));
    ada.post(&at(part, "book"), body).await.refused(409, "state.transition");
    let open = ada.get(&path(&second)).await.expect(200).json();
    assert_eq!(minor(&open["open"]), 136_370);
    let other = waiting.iter().find(|one| minor(&one["amount"]) == 500).unwrap();
    let ignored = ada.post(&at(other, "ignore"), json!({})).await.expect(200).json();
    assert_eq!(ignored["status"], "ignored");
    ada.post(&at(other, "ignore"), json!({})).await.refused(409, "state.transition");
}

async fn what_cannot_be_booked_on_its_day_is_proposed(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let invoice = issued(&ada, draft(&customer)).await;
    let number = invoice["number"].as_str().unwrap();
    let close = json!({"settings": {"books_closed_until": "2026-01-31"}});
    ada.patch("/organization", "*", close).await.expect(200);
    let entry = [Entry("1463.70", "CRDT", number, "A1")];
    let imported = import(&ada, statement("2026-01-15", &entry)).await.expect(200).json();
    assert_eq!((&imported["booked"], &imported["proposed"]), (&json!(0), &json!(1)));
    let waiting = ada.list("/bank-transactions?status=proposed").await;
    assert_eq!(waiting[0]["candidate_ids"], json!([invoice["id"]]));
    assert!(ada.list("/payments").await.is_empty());
}

async fn a_payment_that_was_entered_before_is_not_recorded_again(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let mut dated = draft(&customer);
    dated["issued_on"] = json!("2026-01-10");
    let invoice = issued(&ada, dated).await;
    let number = invoice["number"].as_str().unwrap();
    // The half is entered by hand; the rest is the same amount.
    let half = minor(&invoice["open"]) / 2;
    let mut body = entered(&customer, half);
    body["allocations"] = json!([{"invoice_id": invoice["id"], "amount": body["amount"]}]);
    let payment = ada.create("/payments", body).await;
    let written = format!("{}.{:02}", half / 100, half % 100);
    let entry = [Entry(&written, "CRDT", number, "A1")];
    let imported = import(&ada, statement("2026-01-17", &entry)).await.expect(200).json();
    assert_eq!((&imported["booked"], &imported["proposed"]), (&json!(0), &json!(1)));
    let waiting = ada.list("/bank-transactions?status=proposed").await;
    assert_eq!(waiting[0]["candidate_payment_id"], payment["id"]);

    let other = ada.create("/payments", entered(&customer, half + 1)).await;
    let link = |payment: &Value| json!({"payment_id": payment["id"]});
    let refused = ada.post(&at(&waiting[0], "link"), link(&other)).await;
    refused.refused(409, "bank_transaction.payment_differs");
    let linked = ada.post(&at(&waiting[0], "link"), link(&payment)).await.expect(200).json();
    assert_eq!((&linked["status"], &linked["payment_id"]), (&json!("booked"), &payment["id"]));
    // A wrong link is taken back without a reversal.
    let reopened = ada.post(&at(&linked, "reopen"), json!({})).await.expect(200).json();
    assert_eq!((&reopened["is_linked"], &reopened["payment_id"]), (&json!(false), &Value::Null));
    ada.post(&at(&waiting[0], "link"), link(&payment)).await.expect(200);
    assert_eq!(minor(&ada.get(&path(&invoice)).await.expect(200).json()["open"]), half);

    // It stands for one transaction, and the next one with this amount is the other half.
    let cash = [Entry(&written, "CRDT", "?", "A2"), Entry(&written, "CRDT", number, "A3")];
    let imported = import(&ada, statement("2026-01-18", &cash)).await.expect(200).json();
    assert_eq!((&imported["booked"], &imported["proposed"]), (&json!(1), &json!(1)));
    let waiting = ada.list("/bank-transactions?status=proposed").await;
    let refused = ada.post(&at(&waiting[0], "link"), link(&payment)).await;
    refused.refused(409, "bank_transaction.payment_linked");
}

async fn a_returned_collection_that_was_entered_before_is_not_paid_again(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let mut dated = draft(&customer);
    dated["issued_on"] = json!("2026-01-10");
    let invoice = issued(&ada, dated).await;
    let number = invoice["number"].as_str().unwrap();
    let mut body = entered(&customer, 146_370);
    body["allocations"] = json!([{"invoice_id": invoice["id"], "amount": body["amount"]}]);
    let paid = ada.create("/payments", body).await;
    let reverse = format!("/payments/{}/reverse", paid["id"].as_str().unwrap());
    ada.post(&reverse, json!({"received_on": "2026-01-16"})).await.expect(201);
    let entry = [Entry("1463.70", "CRDT", number, "A1")];
    let imported = import(&ada, statement("2026-01-15", &entry)).await.expect(200).json();
    assert_eq!((&imported["booked"], &imported["proposed"]), (&json!(0), &json!(1)));
    let waiting = ada.list("/bank-transactions?status=proposed").await;
    assert_eq!(waiting[0]["candidate_payment_id"], paid["id"]);
    let link = json!({"payment_id": paid["id"]});
    ada.post(&at(&waiting[0], "link"), link).await.expect(200);
    assert_eq!(minor(&ada.get(&path(&invoice)).await.expect(200).json()["open"]), 146_370);
}

async fn a_decision_about_a_transaction_can_be_taken_back(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let transaction = proposed(&ada).await;
    let reopen = at(&transaction, "reopen");
    ada.post(&reopen, json!({})).await.refused(409, "state.transition");
    ada.post(&at(&transaction, "ignore"), json!({})).await.expect(200);
    let reopened = ada.post(&reopen, json!({})).await.expect(200).json();
    assert_eq!(reopened["status"], "proposed");

    let body = json!({"party_id": customer["id"]});
    let booked = ada.post(&at(&transaction, "book"), body.clone()).await.expect(200).json();
    ada.post(&reopen, json!({})).await.refused(409, "state.transition");
    let payment = format!("/payments/{}", booked["payment_id"].as_str().unwrap());
    ada.post(&format!("{payment}/reverse"), json!({})).await.expect(201);
    let reopened = ada.post(&reopen, json!({})).await.expect(200).json();
    assert_eq!((&reopened["status"], &reopened["payment_id"]), (&json!("proposed"), &Value::Null));
    ada.post(&at(&transaction, "book"), body).await.expect(200);
}

async fn what_is_no_statement_is_refused_and_nothing_is_written(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><d>&b;</d>";
    for (xml, code) in [
        ("", "document.malformed"),
        ("<Document", "document.malformed"),
        (bomb, "document.unsupported"),
        ("<Document xmlns=\"urn:other\"/>", "document.unsupported"),
    ] {
        import(&ada, xml.to_owned()).await.refused(409, code);
    }
    let request = ada.request(Method::POST, "/bank-statements");
    let json = ada.send(request.header("Content-Type", "application/json").body("{}")).await;
    json.refused(415, "body.media_type");
    import(&ada, "x".repeat(5 * 1024 * 1024 + 1)).await.refused(413, "body.too_large");
    assert!(ada.list("/bank-transactions").await.is_empty());
    let viewer = ada.invite("view@example.com", "viewer").await;
    import(&viewer, statement("2026-01-15", &[])).await.refused(403, "permission.denied");
}

on_postgres! {
    a_transaction_that_names_an_invoice_exactly_is_its_payment,
    what_cannot_be_booked_on_its_day_is_proposed,
    a_payment_that_was_entered_before_is_not_recorded_again,
    a_returned_collection_that_was_entered_before_is_not_paid_again,
    a_decision_about_a_transaction_can_be_taken_back,
    what_is_no_statement_is_refused_and_nothing_is_written,
}
