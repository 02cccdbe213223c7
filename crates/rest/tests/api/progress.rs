//! Invoices on contracts: progress, final ones, and what is left to invoice.

use serde_json::{Value, json};

use crate::{
    invoices::{draft, minor, path, trading},
    support::{Client, TestApp},
};

fn position(price: &str) -> Value {
    json!({
        "text": "Earthworks", "quantity": "1", "unit": "C62", "unit_price": price,
        "vat": {"category": "S", "rate_basis_points": 1900},
    })
}

/// An active contract over 1,000.00 € for earthworks and 500.00 € for walls, with 5 % retention.
async fn contract(owner: &Client, party: &Value) -> Value {
    let new = json!({
        "title": "Quay 7", "party_id": party["id"], "role": "sale", "currency": "EUR",
        "retention_basis_points": 500, "positions": [position("1000"), position("500")],
    });
    let contract = owner.create("/contracts", new).await;
    let path = format!("/contracts/{}/activate", contract["id"].as_str().unwrap());
    owner.post(&path, json!({})).await.expect(200).json()
}

/// A bill for so much of each position.
fn bill(contract: &Value, kind: &str, prices: &[(u16, &str)]) -> Value {
    let line = |(number, price): &(u16, &str)| {
        let mut line = position(price);
        line["contract_position"] = json!(number);
        line
    };
    json!({
        "kind": kind, "contract_id": contract["id"], "party_id": contract["party_id"],
        "currency": "EUR", "service_from": "2026-01-01",
        "lines": prices.iter().map(line).collect::<Vec<_>>(),
    })
}

async fn issue(owner: &Client, new: Value) -> Value {
    let invoice = owner.create("/invoices", new).await;
    owner.post(&format!("{}/issue", path(&invoice)), json!({})).await.expect(200).json()
}

async fn refused(owner: &Client, new: Value, code: &str) -> Value {
    let invoice = owner.create("/invoices", new).await;
    owner.post(&format!("{}/issue", path(&invoice)), json!({})).await.refused(409, code);
    invoice
}

async fn balance(owner: &Client, contract: &Value) -> Value {
    let path = format!("/contracts/{}/balance", contract["id"].as_str().unwrap());
    owner.get(&path).await.expect(200).json()
}

async fn a_final_invoice_deducts_the_partial_ones(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let contract = contract(&ada, &customer).await;
    let first = issue(&ada, bill(&contract, "partial", &[(1, "600")])).await;
    assert_eq!(
        (&first["kind"], &first["retention_basis_points"]),
        (&json!("partial"), &json!(500))
    );
    assert_eq!(
        (minor(&first["totals"]["due"]), minor(&first["totals"]["retained"])),
        (71_400, 3_570)
    );
    let second = issue(&ada, bill(&contract, "partial", &[(1, "400"), (2, "100")])).await;
    let note =
        ada.post(&format!("{}/credit-note", path(&second)), json!({})).await.expect(201).json();
    ada.post(&format!("{}/issue", path(&note)), json!({})).await.expect(200);
    let after = balance(&ada, &contract).await;
    assert_eq!((minor(&after["agreed"]), minor(&after["invoiced"])), (150_000, 60_000));
    assert_eq!((minor(&after["open"]), minor(&after["retained"])), (71_400, 3_570));
    assert_eq!(minor(&after["positions"][0]["invoiced"]), 60_000);

    let last = ada.create("/invoices", bill(&contract, "final", &[(1, "1000"), (2, "500")])).await;
    assert_eq!(last["deductions"][0]["number"], first["number"]);
    assert_eq!(last["deductions"].as_array().unwrap().len(), 1);
    assert_eq!(
        (minor(&last["totals"]["prepaid"]), minor(&last["totals"]["due"])),
        (71_400, 107_100)
    );
    // What is invoiced after the draft is deducted, too.
    let third = issue(&ada, bill(&contract, "partial", &[(2, "100")])).await;
    let last = ada.post(&format!("{}/issue", path(&last)), json!({})).await.expect(200).json();
    assert_eq!(minor(&last["totals"]["due"]), 107_100 - 11_900);
    let after = balance(&ada, &contract).await;
    assert_eq!((minor(&after["invoiced"]), minor(&after["open"])), (150_000, 178_500));
    let invoiced: Vec<_> = (0..2).map(|n| minor(&after["positions"][n]["invoiced"])).collect();
    assert_eq!(invoiced, [100_000, 50_000]);

    refused(&ada, bill(&contract, "partial", &[(1, "1")]), "invoice.contract_finalized").await;
    refused(&ada, bill(&contract, "final", &[(1, "1")]), "invoice.contract_finalized").await;
    ada.post(&format!("{}/void", path(&third)), json!({})).await.refused(409, "invoice.deducted");
    let note =
        ada.post(&format!("{}/credit-note", path(&first)), json!({})).await.expect(201).json();
    ada.post(&format!("{}/issue", path(&note)), json!({})).await.refused(409, "invoice.deducted");

    // The whole of the final invoice is what it did not deduct.
    let note =
        ada.post(&format!("{}/credit-note", path(&last)), json!({})).await.expect(201).json();
    assert_eq!(minor(&note["totals"]["due"]), 95_200);
    ada.post(&format!("{}/issue", path(&note)), json!({})).await.expect(200);
    assert_eq!(minor(&balance(&ada, &contract).await["invoiced"]), 70_000);
    issue(&ada, bill(&contract, "partial", &[(1, "1")])).await;
    assert_eq!(
        ada.list(&format!("/invoices?contract_id={}", contract["id"].as_str().unwrap()))
            .await
            .len(),
        10
    );
}

async fn a_contract_is_not_invoiced_beyond_its_value_unless_that_is_meant(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let contract = contract(&ada, &customer).await;
    issue(&ada, bill(&contract, "standard", &[(1, "1000")])).await;
    let too_much =
        refused(&ada, bill(&contract, "partial", &[(2, "500.01")]), "invoice.over_billed").await;
    ada.patch(&path(&too_much), 1, json!({"allow_over_billing": true})).await.expect(200);
    ada.post(&format!("{}/issue", path(&too_much)), json!({})).await.expect(200);
    let log = ada.list("/audit-logs?action=invoice.issued").await;
    assert_eq!(log[0]["after"]["allow_over_billing"], true);
    let amendment = json!({"title": "More", "positions": [position("100")]});
    let amend = format!("/contracts/{}/amendments", contract["id"].as_str().unwrap());
    ada.post(&amend, amendment).await.expect(201);
    issue(&ada, bill(&contract, "standard", &[(3, "99.99")])).await;
    refused(&ada, bill(&contract, "standard", &[(3, "0.01")]), "invoice.over_billed").await;
    let contract = format!("/contracts/{}", contract["id"].as_str().unwrap());
    ada.delete(&contract, 3).await.refused(409, "state.transition");
}

async fn an_invoice_fits_its_contract(app: &TestApp) {
    let (ada, customer) = trading(app).await;
    let contract = contract(&ada, &customer).await;
    let other = crate::invoices::party(&ada).await;
    for (field, value, code) in [
        ("party_id", other["id"].clone(), "invoice.contract_differs"),
        ("currency", json!("CHF"), "invoice.contract_differs"),
        ("direction", json!("payable"), "invoice.contract_differs"),
        ("contract_id", Value::Null, "invoice.contract_missing"),
        ("contract_id", json!(uuid::Uuid::nil()), "reference.unknown"),
        ("kind", json!("credit_note"), "value.unknown"),
        (
            "lines",
            json!([bill(&contract, "partial", &[(3, "1")])["lines"][0]]),
            "invoice.contract_position_unknown",
        ),
        (
            "lines",
            json!([bill(&contract, "partial", &[(501, "1")])["lines"][0]]),
            "number.out_of_range",
        ),
    ] {
        let mut new = bill(&contract, "partial", &[(1, "1")]);
        new[field] = value;
        let refused = ada.post("/invoices", new).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], code, "{field} {refused}");
    }
    let mut named = draft(&customer);
    named["lines"][0]["contract_position"] = json!(1);
    let refused = ada.post("/invoices", named).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "invoice.contract_missing");
    assert!(ada.list("/invoices").await.is_empty());
}

on_postgres! {
    a_final_invoice_deducts_the_partial_ones,
    a_contract_is_not_invoiced_beyond_its_value_unless_that_is_meant,
    an_invoice_fits_its_contract,
}
