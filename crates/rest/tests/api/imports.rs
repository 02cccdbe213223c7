//! Parties from a table, end to end.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, Reply, TestApp, records::fresh};

/// A valid table for the import.
pub fn sample() -> (String, Vec<u8>) {
    let n = fresh();
    ("text/csv".to_owned(), format!("name,role,number\r\nParty {n},customer,{n}\r\n").into_bytes())
}

async fn import(client: &Client, query: &str, table: impl Into<reqwest::Body>) -> Reply {
    let request = client.request(Method::POST, &format!("/parties/import{query}"));
    client.send(request.header("Content-Type", "text/csv").body(table)).await
}

async fn export(client: &Client) -> String {
    let path = "/parties?archived=any&sort=created_at";
    let request = client.request(Method::GET, path).header("Accept", "text/csv");
    client.send(request).await.expect(200).text
}

/// The line, the column and the code of each fault.
fn places<'a>(faults: &'a Value) -> Vec<(u64, &'a str, &'a str)> {
    let text = |fault: &'a Value, name: &str| fault[name].as_str().unwrap_or_default();
    let faults = faults.as_array().unwrap().iter();
    let place = |fault: &'a Value| {
        (fault["line"].as_u64().unwrap(), text(fault, "column"), text(fault, "code"))
    };
    faults.map(place).collect()
}

fn sorted(faults: &Value) -> Vec<(u64, &str, &str)> {
    let mut places = places(faults);
    places.sort_unstable();
    places
}

async fn parties(owner: &Client) -> usize {
    owner.list("/parties?archived=any").await.len()
}

async fn an_export_is_imported_into_another_organization_as_equal_parties(app: &TestApp) {
    let (ada, bob) = (app.owner("Ada").await, app.owner("Bob").await);
    let full = json!({
        "name": "=HYPERLINK(\"x\"); \"quoted\", and '=1", "number": "-7", "role": "both",
        "vat_id": "DE136695976", "tax_number": "'+1", "registration": "''=1",
        "contact": {"name": "Ada", "email": "ada@example.com", "phone": "+49 40 1"},
        "address": {
            "street": "Kai 7", "additional": "Haus B", "postal_code": "01067",
            "city": "Köln", "region": "Nord", "country": "DE",
        },
        "bank_account": {
            "iban": "DE89370400440532013000", "bic": "COBADEFFXXX", "bank_name": "Commerzbank",
            "holder": "Freie und Hansestadt",
        },
        "payment_terms_days": 14, "buyer_reference": "@bau", "leitweg_id": "04011000-1234512345-06",
        "e_invoice_address": {"scheme": "EM", "id": "@in"}, "language": "de",
        "unit_codes": [{"unit": "C62", "replaced_by": "H87"}],
        "note": "one,\ntwo;\r\nthree \"3\"", "archived": true,
        "metadata": {"a": {"b": [1, "x", null, 1.5]}, "=": "=1"},
    });
    ada.post("/parties", full).await.expect(201);
    ada.post("/parties", json!({"name": "Plain", "role": "customer"})).await.expect(201);
    let table = export(&ada).await;
    let answer = import(&bob, "", table.clone()).await.expect(201).json();
    assert_eq!((&answer["rows"], &answer["dry_run"]), (&json!(2), &json!(false)));
    let comparable = |mut party: Value| {
        for own in ["id", "created_at", "updated_at"] {
            party.as_object_mut().unwrap().remove(own).unwrap();
        }
        party
    };
    let of = async |client: &Client| {
        let all = client.list("/parties?archived=any&sort=name").await;
        all.into_iter().map(comparable).collect::<Vec<_>>()
    };
    assert_eq!(of(&bob).await, of(&ada).await);
    let ids = answer["ids"].as_array().unwrap();
    let first = bob.get(&format!("/parties/{}", ids[0].as_str().unwrap())).await.expect(200);
    assert_eq!(first.json()["number"], "-7");
    let log = bob.list("/audit-logs?action=party.created").await;
    assert_eq!(log.len(), 2);
    // All of it is there already.
    let refused = import(&bob, "", table).await.refused(422, "body.invalid").json();
    let taken = [(2, "number", "party.number_taken"), (2, "vat_id", "party.vat_id_taken")];
    assert_eq!(places(&refused["errors"]), taken);
}

async fn a_dry_run_names_every_bad_row_and_a_real_one_refuses_them(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let known = json!({"name": "Known", "role": "customer", "number": "K-1", "archived": true});
    ada.post("/parties", known).await.expect(201);
    // A byte order mark, semicolons, an empty line, and cells over several lines.
    let table = "\u{feff}role;name;number;vat_id;address.country;payment_terms_days;archived;\
        metadata;e_invoice_address.id;note\r\n\
        customer;Good;K-2;DE136695976;DE;14;TRUE;\"{\"\"a\"\":1}\";;\"one\r\ntwo\"\r\n\
        \r\n\
        friend;;K-3;DE1;de;1.5;perhaps;[];in@example.com;\r\n\
        customer;Taken;K-1;;;;;;;\r\n\
        supplier;Twice;K-2;DE136695976;;366;;;;\r\n\
        customer;Short\r\n";
    let expected = [
        (5, "address.country", "country.unknown"),
        (5, "archived", "field.type"),
        (5, "e_invoice_address.scheme", "field.required"),
        (5, "metadata", "field.type"),
        (5, "name", "field.required"),
        (5, "payment_terms_days", "field.type"),
        (5, "role", "value.unknown"),
        (5, "vat_id", "text.too_short"),
        (6, "number", "party.number_taken"),
        (7, "payment_terms_days", "number.out_of_range"),
        (8, "", "csv.cell_count"),
    ];
    let checked = import(&ada, "?dry_run=true", table).await.expect(200).json();
    assert_eq!(sorted(&checked["faults"]), expected);
    assert_eq!((&checked["rows"], &checked["fault_count"]), (&json!(5), &json!(11)));
    let refused = import(&ada, "?dry_run=false", table).await.refused(422, "body.invalid").json();
    assert_eq!(sorted(&refused["errors"]), expected);
    assert_eq!(parties(&ada).await, 1);

    // Two rows without a fault of their own cannot have one number.
    let twice = "name,role,number,vat_id\nA,customer,X,FR40303265045\nB,customer,X,FR40303265045\n";
    let expected = [(3, "number", "party.number_taken"), (3, "vat_id", "party.vat_id_taken")];
    let checked = import(&ada, "?dry_run=true", twice).await.expect(200).json();
    assert_eq!(places(&checked["faults"]), expected);
    let refused = import(&ada, "", twice).await.refused(422, "body.invalid").json();
    assert_eq!(places(&refused["errors"]), expected);
    let good = import(&ada, "?dry_run=true", sample().1).await.expect(200).json();
    assert_eq!((&good["faults"], &good["ids"]), (&json!([]), &json!([])));
    assert_eq!(parties(&ada).await, 1);
    assert_eq!(ada.list("/audit-logs?action=party.created").await.len(), 1);
}

async fn a_thousand_rows_are_imported_once_with_a_key_and_no_more(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let rows = |n: usize| {
        let lines = (0..n).map(|n| format!("Party {n},customer,{n}\n"));
        format!("name,role,number\n{}", lines.collect::<String>())
    };
    let post = async || {
        let request = ada.request(Method::POST, "/parties/import").header("Idempotency-Key", "k");
        ada.send(request.header("Content-Type", "text/csv; charset=utf-8").body(rows(1_000))).await
    };
    let created = post().await.expect(201);
    assert_eq!(created.json()["ids"].as_array().unwrap().len(), 1_000);
    assert_eq!(post().await.expect(201).json(), created.json());
    let refused = import(&ada, "?dry_run=true", rows(1_000)).await.expect(200).json();
    assert_eq!(refused["fault_count"], 1_000);
    assert_eq!(refused["faults"].as_array().unwrap().len(), 100);
    let refused = import(&ada, "", rows(1_000)).await.refused(422, "body.invalid").json();
    assert!(refused["detail"].as_str().unwrap().starts_with("1000 values"), "{refused}");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 100);
    let refused = import(&ada, "?dry_run=true", rows(1_001)).await.refused(422, "body.invalid");
    assert_eq!(places(&refused.json()["errors"]), [(1_002, "", "list.too_long")]);
}

async fn what_is_no_table_of_parties_is_refused_as_a_whole(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for malformed in ["", "\u{feff}", "\r\n\n", "name,role\n\"A,customer\n"] {
        for query in ["", "?dry_run=true"] {
            import(&ada, query, malformed).await.refused(400, "body.malformed");
        }
    }
    import(&ada, "", b"name,role\nK\xf6ln,customer\n".to_vec())
        .await
        .refused(400, "body.malformed");
    for (table, expected) in [
        ("name\nA\n", vec![(1, "role", "field.required")]),
        ("\nname,role,name\nA,customer,B\n", vec![(2, "name", "csv.column_repeated")]),
        ("name,role,colour\nA,customer,red\n", vec![(1, "colour", "csv.column_unknown")]),
        ("name,role\n", vec![(1, "", "list.empty")]),
    ] {
        let refused = import(&ada, "", table).await.refused(422, "body.invalid").json();
        assert_eq!(places(&refused["errors"]), expected, "{table}");
    }
    let json = ada.request(Method::POST, "/parties/import").json(&json!({}));
    ada.send(json).await.refused(415, "body.media_type");
    let large = format!("name,role\n{},customer\n", "x".repeat(1024 * 1024));
    import(&ada, "", large).await.refused(413, "body.too_large");
    for query in ["?dry_run=perhaps", "?dryrun=true"] {
        import(&ada, query, sample().1).await.refused(400, "query.invalid");
    }
    let bells = "name,role,note\n\"a\u{7}\",customer,\"b\0\"\n";
    let refused = import(&ada, "", bells).await.refused(422, "body.invalid").json();
    let control = "text.control_character";
    assert_eq!(places(&refused["errors"]), [(2, "name", control), (2, "note", control)]);
    assert_eq!(parties(&ada).await, 0);
}

on_postgres! {
    an_export_is_imported_into_another_organization_as_equal_parties,
    a_dry_run_names_every_bad_row_and_a_real_one_refuses_them,
    a_thousand_rows_are_imported_once_with_a_key_and_no_more,
    what_is_no_table_of_parties_is_refused_as_a_whole,
}
