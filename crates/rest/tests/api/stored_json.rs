//! JSON of clients: what is stored is bounded, and it is shown as it is stored.

use std::fmt::Write;

use plinth_ports::PAGE_BYTES;
use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Reply, TestApp, files::form};

/// Sends a body as it is written here.
async fn raw(client: &Client, method: Method, path: &str, body: &str) -> Reply {
    let request = client.request(method, path).header("If-Match", "*");
    client.send(request.header("Content-Type", "application/json").body(body.to_owned())).await
}

/// Keys and values that `jsonb` orders or spells in its own way.
fn metadata() -> String {
    let mut numbers = String::new();
    let mut state = 1_u64;
    for _ in 0..200 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (digits, exponent) = (state >> 40, i64::try_from(state % 30).unwrap() - 18);
        write!(numbers, "{digits}e{exponent},-{digits}.{digits},").unwrap();
    }
    format!(
        r#"{{"zz":1,"b" : [ ],"a":{{"ä":"\u00e9\u0001\/\"\\\n","":"x"}},"aa":{{}},"n":[{numbers}0,-0,-0.0,
            1.50,1e2,1E-7,18446744073709551615,-9223372036854775808,null,true]}}"#
    )
}

pub async fn a_write_shows_what_a_read_shows_byte_for_byte(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = format!(r#"{{"code":"P-1","name":"Quay","metadata":{}}}"#, metadata());
    let created = raw(&ada, Method::POST, "/projects", &body).await.expect(201);
    let path = format!("/projects/{}", created.json()["id"].as_str().unwrap());
    let read = ada.get(&path).await.expect(200);
    assert_eq!((&read.text, read.header("etag")), (&created.text, created.header("etag")));
    let given: serde_json::Value = serde_json::from_str(&metadata()).unwrap();
    assert_eq!(read.json()["metadata"]["a"], given["a"]);
    assert_eq!(read.json()["metadata"]["n"][0].as_f64(), given["n"][0].as_f64());

    let patch = r#"{"metadata":{"b":[1.0,{"yy":1,"z":2}],"zz":null}}"#;
    let changed = raw(&ada, Method::PATCH, &path, patch).await.expect(200);
    assert_eq!(ada.get(&path).await.expect(200).text, changed.text);

    let fields = [("metadata", &*metadata())];
    let upload = ada.uploading(form(&fields, "plan.pdf", b"%PDF-1.7\n%%EOF\n"));
    let created = ada.send(upload).await.expect(201);
    let path = format!("/documents/{}", created.json()["id"].as_str().unwrap());
    assert_eq!(ada.get(&path).await.expect(200).text, created.text);
}

pub async fn a_number_that_would_be_stored_as_another_is_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    for number in ["1e308", "-1e19", "1e-300", "12345678901234567890123", "18446744073709551616"] {
        let metadata = format!(r#"{{"a":[{{"b":{number}}}]}}"#);
        let body = format!(r#"{{"code":"P-2","name":"Quay","metadata":{metadata}}}"#);
        for reply in [
            raw(&ada, Method::POST, "/projects", &body).await,
            raw(&ada, Method::PATCH, &path, &format!(r#"{{"metadata":{metadata}}}"#)).await,
            ada.send(ada.uploading(form(&[("metadata", &metadata)], "a.pdf", b"%PDF-1.7\n"))).await,
        ] {
            let fault = reply.refused(422, "body.invalid").json()["errors"][0].clone();
            assert_eq!(
                (&fault["pointer"], &fault["code"]),
                (&json!("/metadata"), &json!("json.number"))
            );
        }
    }
}

pub async fn the_limit_of_metadata_is_that_of_its_stored_text(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let items = |count: usize| format!("[{}1]", "1,".repeat(count - 1));
    let body = |code: &str, count| {
        format!(r#"{{"code":"{code}","name":"Quay","metadata":{{"a":{}}}}}"#, items(count))
    };
    let refused = raw(&ada, Method::POST, "/projects", &body("P-1", 8000)).await;
    assert_eq!(refused.refused(422, "body.invalid").json()["errors"][0]["code"], "json.too_large");
    let created = raw(&ada, Method::POST, "/projects", &body("P-1", 5000)).await.expect(201);
    // What was accepted can be changed later.
    let path = format!("/projects/{}", created.json()["id"].as_str().unwrap());
    raw(&ada, Method::PATCH, &path, r#"{"metadata":{"b":1}}"#).await.expect(200);
}

pub async fn a_page_ends_at_its_size_and_says_that_more_follow(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let large = json!({"a": "x".repeat(16_000)});
    for n in 0..80 {
        let body = json!({"code": format!("P-{n}"), "name": "Quay", "metadata": large});
        ada.post("/projects", body).await.expect(201);
    }
    for path in ["/projects?limit=200", "/audit-logs?limit=200&action=project.created"] {
        let (mut seen, mut cursor) = (0, String::new());
        loop {
            let page = ada.get(&format!("{path}{cursor}")).await.expect(200);
            assert!(page.text.len() < PAGE_BYTES + 200_000, "{}", page.text.len());
            let page = page.json();
            seen += page["data"].as_array().unwrap().len();
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!((seen, cursor.is_empty()), (80, false), "{path}");
    }
    ada.events("&topics=projects", 0, 80).await;
    let (mut after, mut seen) = (0, 0);
    loop {
        let page = ada.get(&format!("/events?limit=200&topics=projects&after={after}")).await;
        let page = page.expect(200);
        assert!(page.text.len() < PAGE_BYTES + 200_000, "{}", page.text.len());
        seen += page.json()["data"].as_array().unwrap().len();
        after = page.json()["last_number"].as_i64().unwrap();
        if page.json()["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, 80);
}

on_postgres! {
    a_write_shows_what_a_read_shows_byte_for_byte,
    a_number_that_would_be_stored_as_another_is_refused,
    the_limit_of_metadata_is_that_of_its_stored_text,
    a_page_ends_at_its_size_and_says_that_more_follow,
}
