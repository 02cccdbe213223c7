//! Documents: the three kinds of uploads, downloads, and metadata.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::TryStreamExt;
use plinth_ports::{Blobs, Findings, PART_BYTES};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::{
    Client, TestApp,
    files::{PNG, form},
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n";

fn hex(bytes: &[u8]) -> String {
    let nibble = |n: u8| char::from_digit(n.into(), 16).unwrap();
    Sha256::digest(bytes).iter().flat_map(|byte| [nibble(byte >> 4), nibble(byte & 15)]).collect()
}

/// A PDF by its first bytes, of any length.
fn long(length: usize) -> Vec<u8> {
    let mut bytes = PDF.to_vec();
    bytes.resize_with(length, || 0);
    for (place, byte) in bytes.iter_mut().enumerate().skip(PDF.len()) {
        *byte = u8::try_from(place % 251).unwrap();
    }
    bytes
}

fn path(document: &Value) -> String {
    format!("/documents/{}", document["id"].as_str().unwrap())
}

async fn download(client: &Client, path: &str) -> Vec<u8> {
    let response = client.request(Method::GET, path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.bytes().await.unwrap().to_vec()
}

/// The keys of everything that is stored.
async fn stored(app: &TestApp) -> Vec<String> {
    let blobs: Vec<_> = app.blobs.list().try_collect().await.unwrap();
    blobs.into_iter().map(|blob| blob.key).collect()
}

pub async fn a_file_comes_back_byte_for_byte_with_its_hash_and_type(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    for length in [PDF.len(), PART_BYTES, 2 * PART_BYTES + 17] {
        let bytes = long(length);
        let fields = [
            ("project_id", project["id"].as_str().unwrap()),
            ("metadata", r#"{"sheet": "A1"}"#),
            ("name", "Grundriß 1.pdf"),
        ];
        let request = ada.uploading(form(&fields, "drawing.pdf", &bytes));
        let created = ada.send(request).await.expect(201);
        let document = created.json();
        assert_eq!(created.header("location"), format!("/api/v1{}", path(&document)));
        assert_eq!(created.header("etag"), "\"1\"");
        assert_eq!(document["name"], "Grundriß 1.pdf");
        assert_eq!(document["project_id"], project["id"]);
        assert_eq!(document["metadata"], json!({"sheet": "A1"}));
        assert_eq!((&document["kind"], &document["status"]), (&json!("pdf"), &json!("pending")));
        let current = &document["current"];
        assert_eq!(current["content_type"], "application/pdf");
        assert_eq!(current["size_bytes"], bytes.len());
        assert_eq!(current["sha256"], hex(&bytes));
        assert_eq!(ada.get(&path(&document)).await.expect(200).json(), document);

        let content = format!("{}/content", path(&document));
        let response = ada.request(Method::GET, &content).send().await.unwrap();
        let header = |name| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("content-length"), bytes.len().to_string());
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(
            header("content-disposition"),
            "attachment; filename=\"Grundri_ 1.pdf\"; filename*=UTF-8''Grundri%C3%9F%201.pdf"
        );
        assert!(response.bytes().await.unwrap() == bytes);
        let key = stored(app)
            .await
            .into_iter()
            .find(|key| key.contains(&current["id"].to_string().replace('"', "")));
        assert!(key.unwrap().starts_with(&format!("org/{}/doc/", ada.organization)));
    }
}

async fn an_upload_queues_its_processing_and_says_what_came_of_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", PDF).await;
    let findings = Findings {
        properties: plinth_domain::JsonObject::from_parsed(r#"{"pages": 3}"#.to_owned()),
        text: Some("Foundation slab, reinforced concrete".to_owned()),
        thumbnails: Vec::new(),
    };
    app.process(&ada, &document, findings).await;
    let ready = ada.get(&path(&document)).await.expect(200);
    assert_eq!(ready.json()["status"], "ready");
    assert_eq!(ready.json()["current"]["properties"], json!({"pages": 3}));
    assert_eq!(ready.header("etag"), "\"3\"");
    for (q, found) in
        [("concrete foundation", 1), ("plan", 1), ("plam", 1), ("wood", 0), ("concrete wood", 0)]
    {
        assert_eq!(ada.list(&format!("/documents?q={q}")).await.len(), found, "{q}");
    }
    for (filter, found) in [
        ("status=ready", 1),
        ("status=pending", 0),
        ("kind=pdf", 1),
        ("kind=ifc", 0),
        ("project_id=00000000-0000-7000-8000-000000000000", 0),
    ] {
        assert_eq!(ada.list(&format!("/documents?{filter}")).await.len(), found, "{filter}");
    }
    let actions = ada.list("/audit-logs?subject_kind=document").await;
    let actions: Vec<_> = actions.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["document.ready", "document.processing", "document.created"]);
    let bob = app.owner("Bob").await;
    assert!(bob.list("/documents?q=concrete").await.is_empty());
}

async fn what_is_not_what_it_claims_to_be_is_refused_and_leaves_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (name, bytes) in [("plan.pdf", PNG), ("photo.png", PDF), ("notes.pdf", b"hello".as_slice())]
    {
        let refused = ada.try_upload(name, bytes).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["code"], "document.type_mismatch", "{refused}");
    }
    let (kind, body) = form(&[], "plan.pdf", PDF);
    let body = String::from_utf8(body).unwrap();
    let lying = body.replace("\r\n\r\n%PDF", "\r\nContent-Type: image/png\r\n\r\n%PDF");
    let refused = ada.send(ada.uploading((kind, lying.into_bytes()))).await;
    assert_eq!(refused.json()["errors"][0]["code"], "document.type_mismatch");

    let settings = json!({"settings": {"document_kinds": ["photo"], "max_upload_bytes": 1000}});
    ada.patch("/organization", "*", settings).await;
    let refused = ada.try_upload("plan.pdf", PDF).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "document.kind_not_allowed", "{refused}");
    let large = [PNG, &[0; 1000]].concat();
    ada.try_upload("photo.png", &large).await.refused(413, "document.too_large");
    assert!(ada.list("/documents").await.is_empty());
    app.settle().await;
    assert!(stored(app).await.is_empty());
}

async fn a_form_that_cannot_be_read_is_refused(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let (kind, body) = form(&[("colour", "red")], "a.txt", b"a");
    let refused = ada.send(ada.uploading((kind, body))).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["pointer"], "/colour");
    for (field, value) in [("project_id", "x"), ("metadata", "[]")] {
        let form = form(&[(field, value)], "a.txt", b"a");
        let refused = ada.send(ada.uploading(form)).await.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"), "{refused}");
    }
    let unknown = Uuid::from_u128(7).to_string();
    let form_of = form(&[("project_id", &unknown)], "a.txt", b"a");
    let refused = ada.send(ada.uploading(form_of)).await.refused(422, "body.invalid").json();
    assert_eq!(refused["errors"][0]["code"], "reference.unknown");
    let empty = "--plinth--\r\n".as_bytes().to_vec();
    ada.send(ada.uploading(("multipart/form-data; boundary=plinth".into(), empty)))
        .await
        .refused(422, "body.invalid");
    ada.send(ada.uploading(("application/json".into(), b"{}".to_vec())))
        .await
        .refused(415, "body.media_type");
    let (kind, mut body) = form(&[], "a.txt", b"aaaaaa");
    body.truncate(body.len() - 12);
    let cut = ada.send(ada.uploading((kind, body))).await;
    assert_eq!(cut.status, 400, "{cut:?}");
    app.settle().await;
    assert!(ada.list("/documents").await.is_empty() && stored(app).await.is_empty());
}

async fn the_fields_of_a_form_come_in_any_order(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let send = async |parts: &[(&str, &str)]| {
        let part = |(name, text): &(&str, &str)| {
            let file = if *name == "file" { "; filename=\"x.png\"" } else { "" };
            format!(
                "--plinth\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n"
            )
        };
        let body = parts.iter().map(part).chain(["--plinth--\r\n".to_owned()]).collect::<String>();
        let kind = "multipart/form-data; boundary=plinth".to_owned();
        ada.send(ada.uploading((kind, body.into_bytes()))).await
    };
    let project = ada.post("/projects", json!({"code": "P", "name": "P"})).await.expect(201);
    let project = project.json()["id"].as_str().unwrap().to_owned();
    let file = ("file", "%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n");
    let rest = [("name", "quay 7/2026.pdf"), ("project_id", &*project), ("metadata", "{\"a\": 1}")];
    let last = send(&[&rest[..], &[file]].concat()).await.expect(201).json();
    let first = send(&[&[file], &rest[..]].concat()).await.expect(201).json();
    for key in ["name", "project_id", "metadata", "kind"] {
        assert_eq!(first[key], last[key], "{key}");
    }
    assert_eq!(
        (&first["name"], &first["project_id"]),
        (&json!("quay 7/2026.pdf"), &json!(project))
    );
    let text = ("file", "text");
    // What comes after the file is checked as what comes before it.
    let wrong = [("project_id", "x"), ("metadata", "[]"), ("colour", "red"), text];
    for (field, value) in wrong {
        let reply = send(&[text, ("name", "a.txt"), (field, value)]).await;
        let refused = reply.refused(422, "body.invalid").json();
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"), "{refused}");
    }
    // The type contradicts the name of the file, and a browser sends what was left empty.
    send(&[text]).await.refused(422, "body.invalid");
    let named = send(&[("name", "a.txt"), ("project_id", ""), text, ("metadata", "")]).await;
    assert_eq!(named.expect(201).json()["project_id"], Value::Null);
    app.settle().await;
    assert_eq!(ada.list("/documents").await.len(), 3);
}

async fn the_same_upload_under_one_key_makes_one_document(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let once = |bytes: &[u8]| {
        let request = ada.uploading(form(&[], "plan.pdf", bytes));
        ada.send(request.header("Idempotency-Key", "upload-1"))
    };
    let first = once(PDF).await.expect(201);
    let second = once(PDF).await.expect(201);
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(first.json(), second.json());
    once(&long(100)).await.refused(422, "idempotency_key.reused");
    app.settle().await;
    assert_eq!(ada.list("/documents").await.len(), 1);
    assert_eq!(stored(app).await.len(), 1);
}

async fn a_new_version_takes_the_place_of_the_one_before_which_stays(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("plan.pdf", PDF).await;
    let content = format!("{}/content", path(&document));
    let next = long(5000);
    let put = |bytes: Vec<u8>, tag: &str| {
        let request = ada.request(Method::PUT, &content).header(header::IF_MATCH, tag);
        ada.send(request.header(header::CONTENT_TYPE, "application/pdf").body(bytes))
    };
    let changed = put(next.clone(), "\"1\"").await.expect(200);
    assert_eq!(changed.json()["current"]["number"], 2);
    assert_eq!(changed.header("etag"), "\"2\"");
    put(next.clone(), "\"1\"").await.refused(412, "if_match.stale");
    put(PNG.to_vec(), "*").await.refused(422, "body.invalid");
    assert!(download(&ada, &content).await == next);
    let first = document["current"]["id"].as_str().unwrap();
    assert!(download(&ada, &format!("{content}?version={first}")).await == PDF);
    let numbers: Vec<_> = ada.list(&format!("{}/versions", path(&document))).await;
    assert_eq!(numbers.iter().map(|v| v["number"].clone()).collect::<Vec<_>>(), [2, 1]);
    let other = ada.upload("other.pdf", PDF).await;
    let foreign = format!("{content}?version={}", other["current"]["id"].as_str().unwrap());
    ada.get(&foreign).await.refused(404, "not_found");
}

async fn any_part_of_a_file_can_be_asked_for(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = long(10_000);
    let document = ada.upload("plan.pdf", &bytes).await;
    let content = format!("{}/content", path(&document));
    for (range, expected) in [
        ("bytes=0-99", 0..100),
        ("bytes=9990-", 9990..10_000),
        ("bytes=-1", 9999..10_000),
        ("bytes=5000-99999", 5000..10_000),
    ] {
        let request = ada.request(Method::GET, &content).header(header::RANGE, range);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        let told = format!("bytes {}-{}/10000", expected.start, expected.end - 1);
        assert_eq!(response.headers()["content-range"].to_str().unwrap(), told);
        assert!(response.bytes().await.unwrap() == bytes[expected]);
    }
    let request = ada.request(Method::GET, &content).header(header::RANGE, "bytes=10000-");
    let beyond = ada.send(request).await.refused(416, "range.unsatisfiable");
    assert_eq!(beyond.header("content-range"), "bytes */10000");
    let head = ada.request(Method::HEAD, &content).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "10000");
    let tag = head.headers()["etag"].clone();
    let again = ada.request(Method::GET, &content).header(header::IF_NONE_MATCH, tag.clone());
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let changed = ada.request(Method::GET, &content).header(header::RANGE, "bytes=0-1");
    let changed = changed.header(header::IF_RANGE, "\"other\"").send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    let same = ada.request(Method::GET, &content).header(header::RANGE, "bytes=0-1");
    let same = same.header(header::IF_RANGE, tag).send().await.unwrap();
    assert_eq!(same.status(), StatusCode::PARTIAL_CONTENT);
}

async fn pictures_have_thumbnails_and_may_be_shown_in_place(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = app.picture(&ada).await;
    for size in ["small", "large"] {
        let request = ada.request(Method::GET, &format!("{}/thumbnails/{size}", path(&document)));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "image/png");
        assert!(response.bytes().await.unwrap() == PNG);
    }
    ada.get(&format!("{}/thumbnails/huge", path(&document))).await.refused(404, "not_found");
    let head = ada.request(Method::HEAD, &format!("{}/content", path(&document)));
    let head = head.send().await.unwrap();
    assert!(head.headers()["content-disposition"].to_str().unwrap().starts_with("inline"));
    let plain = ada.upload("a.txt", b"a").await;
    ada.get(&format!("{}/thumbnails/small", path(&plain))).await.refused(404, "not_found");
}

async fn a_document_is_changed_and_removed_with_its_etag(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let document = ada.upload("plan.pdf", PDF).await;
    let path = path(&document);
    let change = json!({"name": "site.pdf", "project_id": project["id"], "metadata": {"a": 1}});
    let changed = ada.patch(&path, 1, change).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["metadata"]), (&json!("site.pdf"), &json!({"a": 1})));
    assert_eq!(changed["project_id"], project["id"]);
    let lie = ada.patch(&path, 2, json!({"name": "site.png"})).await.refused(422, "body.invalid");
    assert_eq!(lie.json()["errors"][0]["code"], "document.type_mismatch");
    let nowhere = json!({"project_id": Uuid::from_u128(7)});
    let nowhere = ada.patch(&path, 2, nowhere).await.refused(422, "body.invalid");
    assert_eq!(nowhere.json()["errors"][0]["code"], "reference.unknown");
    ada.patch(&path, 1, json!({"project_id": null})).await.refused(412, "if_match.stale");
    ada.delete(&path, 2).await.expect(204);
    ada.get(&path).await.refused(404, "not_found");
    let removal = ada.list("/audit-logs?action=document.deleted").await;
    assert_eq!(removal[0]["before"]["name"], "site.pdf");
}

pub async fn a_resumable_upload_goes_on_where_it_stopped(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = long(2 * PART_BYTES + 1000);
    let upload = ada.begin_tus("plan.pdf", bytes.len()).await;
    let cuts = [0, 10, 5000, PART_BYTES + 3, PART_BYTES + 4, 2 * PART_BYTES, bytes.len()];
    for cut in cuts.windows(2) {
        let head = ada.tus(Method::HEAD, &upload).send().await.unwrap();
        assert_eq!(head.headers()["upload-offset"], cut[0].to_string().as_str());
        assert_eq!(head.headers()["cache-control"], "no-store");
        let reply = ada.send_tus(&upload, cut[0], &bytes[cut[0]..cut[1]]).await.expect(204);
        assert_eq!(reply.header("upload-offset"), cut[1].to_string());
        assert_eq!(reply.header("tus-resumable"), "1.0.0");
    }
    let last = ada.tus(Method::HEAD, &upload).send().await.unwrap();
    assert_eq!(last.headers()["upload-offset"], bytes.len().to_string().as_str());
    // A network may let only GET and POST through.
    let meant = ada.tus(Method::POST, &upload).header("X-HTTP-Method-Override", "HEAD");
    let meant = meant.send().await.unwrap();
    assert_eq!(meant.headers()["upload-offset"], last.headers()["upload-offset"]);
    assert_eq!(meant.text().await.unwrap(), "");
    let unknown = format!("/uploads/{}", Uuid::from_u128(7));
    let meant = ada.tus(Method::POST, &unknown).header("X-HTTP-Method-Override", "HEAD");
    let meant = meant.send().await.unwrap();
    assert_eq!((meant.status().as_u16(), meant.text().await.unwrap()), (404, String::new()));
    let document = last.headers()["plinth-document"].to_str().unwrap();
    let document = ada.get(document).await.expect(200).json();
    assert_eq!(document["current"]["sha256"], hex(&bytes));
    assert!(download(&ada, &format!("{}/content", path(&document))).await == bytes);
    // Only the document's own blob is left.
    assert_eq!(stored(app).await.len(), 1);
}

async fn an_upload_becomes_a_document_although_the_storage_loses_an_answer(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = long(2 * PART_BYTES + 1000);
    let upload = ada.begin_tus("plan.pdf", bytes.len()).await;
    app.blobs.lose_answers(1);
    ada.send_tus(&upload, 0, &bytes).await.expect(204);
    app.blobs.lose_answers(1);
    ada.upload("plan.pdf", &bytes).await;
    let (id, parts) = app.put_directly(&ada, "plan.pdf", &bytes).await;
    app.blobs.lose_answers(1);
    ada.post(&format!("/documents/uploads/{id}/complete"), parts).await.expect(201);
    assert_eq!(ada.list("/documents").await.len(), 3);
}

async fn an_upload_whose_last_answer_was_lost_becomes_a_document_all_the_same(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = long(2 * PART_BYTES + 1000);
    // Within the second part, within the first part, and without any stored byte.
    for (cut, length) in [(PART_BYTES + 10, bytes.len()), (10, 5000), (0, 2 * PART_BYTES)] {
        let bytes = &bytes[..length];
        let upload = ada.begin_tus("plan.pdf", length).await;
        if cut > 0 {
            ada.send_tus(&upload, 0, &bytes[..cut]).await.expect(204);
        }
        // All bytes are stored, but the server does not get the response.
        app.blobs.lose_answers(20);
        ada.send_tus(&upload, cut, &bytes[cut..]).await.expect(503);
        let head = ada.tus(Method::HEAD, &upload).send().await.unwrap();
        assert_eq!(head.headers()["upload-offset"], cut.to_string().as_str());
        app.blobs.lose_answers(0);
        ada.send_tus(&upload, cut, &bytes[cut..]).await.expect(204);
        let document = head.headers()["plinth-document"].to_str().unwrap();
        let document = ada.get(document).await.expect(200).json();
        assert_eq!(document["current"]["size_bytes"], length);
        assert!(download(&ada, &format!("{}/content", path(&document))).await == bytes);
    }
    assert_eq!(stored(app).await.len(), 3, "and no tails");
}

async fn a_resumable_upload_refuses_what_does_not_fit(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let upload = ada.begin_tus("plan.pdf", 100).await;
    ada.send_tus(&upload, 5, b"x").await.refused(409, "upload.offset");
    let request = ada.request(Method::PATCH, &upload).header("Upload-Offset", 0).body("x");
    ada.send(request).await.refused(412, "upload.version");
    let sum = |sum: &str| {
        let request = ada.tus(Method::PATCH, &upload).header("Upload-Offset", 0);
        let request = request.header(header::CONTENT_TYPE, "application/offset+octet-stream");
        ada.send(request.header("Upload-Checksum", sum.to_owned()).body(long(50)))
    };
    sum("md5 AAAA").await.refused(400, "upload.checksum");
    let wrong = format!("sha256 {}", STANDARD.encode([0; 32]));
    sum(&wrong).await.refused(460, "upload.checksum_mismatch");
    let head = ada.tus(Method::HEAD, &upload).send().await.unwrap();
    assert_eq!(head.headers()["upload-offset"], "0");
    let right = format!("sha256 {}", STANDARD.encode(Sha256::digest(long(50))));
    assert_eq!(sum(&right).await.expect(204).header("upload-offset"), "50");
    ada.send_tus(&upload, 50, &[0; 51]).await.refused(422, "body.invalid");
    ada.send(ada.tus(Method::DELETE, &upload)).await.expect(204);
    ada.send(ada.tus(Method::GET, &upload)).await.refused(404, "not_found");
    app.settle().await;
    assert!(stored(app).await.is_empty());
    let told = ada.send(ada.anonymous().request(Method::OPTIONS, "/uploads")).await.expect(204);
    assert_eq!(
        told.header("tus-extension"),
        "creation,creation-defer-length,expiration,checksum,termination,concatenation"
    );
}

async fn an_upload_that_nothing_more_is_heard_of_is_swept(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let upload = ada.begin_tus("plan.pdf", 3 * PART_BYTES).await;
    ada.send_tus(&upload, 0, &long(PART_BYTES + 100)).await.expect(204);
    let direct = json!({"name": "plan.pdf", "size_bytes": 100});
    ada.post("/documents/uploads", direct).await.expect(201);
    assert_eq!(stored(app).await.len(), 1, "the tail");
    app.application.sweep().await.unwrap();
    assert_eq!(stored(app).await.len(), 1);
    app.age("uploads", 24 * 3600 + 1).await;
    ada.send(ada.tus(Method::GET, &upload)).await.refused(404, "not_found");
    app.application.sweep().await.unwrap();
    assert!(stored(app).await.is_empty());
}

pub async fn a_direct_upload_becomes_a_document_when_its_parts_are_there(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let bytes = long(PART_BYTES + 100);
    let (id, parts) = app.put_directly(&ada, "plan.pdf", &bytes).await;
    let complete = format!("/documents/uploads/{id}/complete");
    let short = json!({"parts": [parts["parts"][0]]});
    let short = ada.post(&complete, short).await.refused(422, "body.invalid").json();
    assert_eq!(short["errors"][0]["code"], "upload.wrong_parts");
    let document = ada.post_once(&complete, "done", parts.clone()).await.expect(201).json();
    assert_eq!(document["current"]["size_bytes"], bytes.len());
    assert_eq!(document["current"]["sha256"], Value::Null);
    let again = ada.post_once(&complete, "done", parts).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert!(download(&ada, &format!("{}/content", path(&document))).await == bytes);
    let content = format!("{}/content?redirect=true", path(&document));
    let mut client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    client = client.no_proxy();
    let request = ada.request(Method::GET, &content).build().unwrap();
    let moved = client.build().unwrap().execute(request).await.unwrap();
    assert_eq!(moved.status(), StatusCode::TEMPORARY_REDIRECT);
    assert!(moved.headers()["location"].to_str().unwrap().starts_with("https://storage"));

    let (id, parts) = app.put_directly(&ada, "photo.png", &long(100)).await;
    let lie = ada.post(&format!("/documents/uploads/{id}/complete"), parts).await;
    assert_eq!(lie.json()["errors"][0]["code"], "document.type_mismatch");
    app.settle().await;
    assert_eq!(stored(app).await.len(), 1);
}

on_postgres! {
    a_file_comes_back_byte_for_byte_with_its_hash_and_type,
    an_upload_queues_its_processing_and_says_what_came_of_it,
    what_is_not_what_it_claims_to_be_is_refused_and_leaves_nothing,
    a_form_that_cannot_be_read_is_refused,
    the_fields_of_a_form_come_in_any_order,
    the_same_upload_under_one_key_makes_one_document,
    a_new_version_takes_the_place_of_the_one_before_which_stays,
    any_part_of_a_file_can_be_asked_for,
    pictures_have_thumbnails_and_may_be_shown_in_place,
    a_document_is_changed_and_removed_with_its_etag,
    a_resumable_upload_goes_on_where_it_stopped,
    an_upload_becomes_a_document_although_the_storage_loses_an_answer,
    an_upload_whose_last_answer_was_lost_becomes_a_document_all_the_same,
    a_resumable_upload_refuses_what_does_not_fit,
    an_upload_that_nothing_more_is_heard_of_is_swept,
    a_direct_upload_becomes_a_document_when_its_parts_are_there,
}
