//! `If-Match`, `If-None-Match` and `If-Range` (RFC 9110, section 13).

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Reply, TestApp};

const STALE: &str = "if_match.stale";

/// A request with these header lines.
async fn ask(client: &Client, method: Method, path: &str, lines: &[(&str, &str)]) -> Reply {
    let is_patch = method == Method::PATCH;
    let mut request = client.request(method, path);
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    if is_patch {
        request = request.json(&json!({"description": "Quay 7"}));
    }
    client.send(request).await
}

/// A project in version 3.
async fn third(owner: &Client) -> String {
    let project = owner.project("P-1").await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    for version in [1, 2] {
        owner.patch(&path, version, json!({"name": format!("N {version}")})).await.expect(200);
    }
    path
}

async fn a_tag_that_is_not_the_records_is_stale_and_not_malformed(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = third(&ada).await;
    let others = [
        r#""abc""#,
        r#""""#,
        r#""99999999999999999999""#,
        r#""03""#,
        r#""+3""#,
        r#""2""#,
        r#"W/"3""#,
        r#"W/"3", "2""#,
        r#""3,""#,
        "",
    ];
    for other in others {
        for method in [Method::PATCH, Method::DELETE, Method::GET] {
            ask(&ada, method, &path, &[("If-Match", other)]).await.refused(412, STALE);
        }
    }
    for malformed in ["3", "abc", r#""3"#, r#"*, "3""#, r#""3" "4""#] {
        for method in [Method::PATCH, Method::DELETE, Method::GET] {
            let lines = [("If-Match", malformed)];
            ask(&ada, method.clone(), &path, &lines).await.refused(400, "if_match.malformed");
            let lines = [("If-Match", "*"), ("If-None-Match", malformed)];
            ask(&ada, method, &path, &lines).await.refused(400, "if_none_match.malformed");
        }
    }
    assert_eq!(ada.get(&path).await.json()["version"], 3);
}

async fn a_list_of_tags_may_have_several_lines_and_a_star_stands_for_all(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = third(&ada).await;
    let patch = async |lines: &[(&str, &str)]| ask(&ada, Method::PATCH, &path, lines).await;
    patch(&[("If-Match", r#""1", "3""#)]).await.expect(200);
    patch(&[("If-Match", r#""x,y""#), ("If-Match", r#","4","#)]).await.expect(200);
    patch(&[("If-Match", "*")]).await.expect(200);
    for sixth in [r#""6""#, r#"W/"6""#, r#""1", "6""#, "*"] {
        patch(&[("If-Match", "*"), ("If-None-Match", sixth)]).await.refused(412, STALE);
    }
    patch(&[("If-Match", "*"), ("If-None-Match", r#""5""#)]).await.expect(200);
    patch(&[("If-None-Match", r#""6""#)]).await.refused(428, "if_match.required");
}

async fn a_get_answers_304_to_every_form_of_the_tag_that_it_would_send(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let path = third(&ada).await;
    let get = async |lines: &[(&str, &str)]| ask(&ada, Method::GET, &path, lines).await;
    for same in [r#""3""#, r#"W/"3""#, r#""1", "3""#, "*"] {
        let reply = get(&[("If-None-Match", same)]).await.expect(304);
        assert_eq!((reply.header("etag"), &*reply.text), (r#""3""#, ""), "{same}");
        assert_eq!(reply.header("cache-control"), "private, no-cache");
    }
    let lines = [r#""1""#, r#""3""#].map(|tag| ("If-None-Match", tag));
    get(&lines).await.expect(304);
    for other in [r#""2""#, r#""03""#, r#""""#, ""] {
        get(&[("If-None-Match", other)]).await.expect(200);
    }
    get(&[("If-Match", r#""3""#), ("If-None-Match", r#""2""#)]).await.expect(200);
    get(&[("If-Match", r#""2""#), ("If-None-Match", r#""3""#)]).await.refused(412, STALE);
}

async fn a_setting_is_made_only_where_its_preconditions_allow_it(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let put = async |name: &str, value: &str| {
        let request = ada.request(Method::PUT, "/feature-flags/projects.trigram_search");
        ada.send(request.header(name, value).json(&json!({"enabled": true}))).await
    };
    put("If-Match", "*").await.refused(412, STALE);
    put("If-Match", r#""1""#).await.refused(412, STALE);
    put("If-None-Match", "*").await.expect(200);
    put("If-None-Match", "*").await.refused(412, STALE);
    put("If-Match", r#""1""#).await.expect(200);
}

async fn the_content_of_a_document_is_sent_as_its_preconditions_say(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let document = ada.upload("notes.bin", b"0123456789").await;
    let path = format!("/documents/{}/content", document["id"].as_str().unwrap());
    let get = async |lines: &[(&str, &str)]| ask(&ada, Method::GET, &path, lines).await;
    let tag = get(&[]).await.expect(200).header("etag").to_owned();
    let (weak, several) = (format!("W/{tag}"), format!(r#""a,b", {tag}"#));
    // A tag that only contains it is another one.
    let longer = format!("\"x{}\"", tag.trim_matches('"'));

    for same in [&*tag, &weak, &several, "*"] {
        let reply = get(&[("If-None-Match", same)]).await.expect(304);
        assert_eq!((reply.header("etag"), &*reply.text), (&*tag, ""));
    }
    get(&[("If-None-Match", &longer)]).await.expect(200);
    for same in [&*tag, &several, "*"] {
        get(&[("If-Match", same)]).await.expect(200);
    }
    for other in [&*weak, &longer, r#""1""#, ""] {
        get(&[("If-Match", other)]).await.refused(412, STALE);
    }
    get(&[("If-Match", &tag), ("If-None-Match", &tag)]).await.expect(304);
    get(&[("If-Match", "x")]).await.refused(400, "if_match.malformed");

    let range = ("Range", "bytes=2-4");
    assert_eq!(get(&[range]).await.expect(206).text, "234");
    assert_eq!(get(&[range, ("If-Range", &tag)]).await.expect(206).text, "234");
    for other in [&*weak, &longer, "*", "x", "Sat, 28 Nov 2026 07:00:00 GMT", &several] {
        let reply = get(&[range, ("If-Range", other)]).await.expect(200);
        assert_eq!(reply.text, "0123456789", "{other}");
    }
    get(&[range, ("If-Match", r#""1""#)]).await.refused(412, STALE);
    get(&[range, ("If-None-Match", &tag)]).await.expect(304);
}

on_postgres! {
    a_tag_that_is_not_the_records_is_stale_and_not_malformed,
    a_list_of_tags_may_have_several_lines_and_a_star_stands_for_all,
    a_get_answers_304_to_every_form_of_the_tag_that_it_would_send,
    a_setting_is_made_only_where_its_preconditions_allow_it,
    the_content_of_a_document_is_sent_as_its_preconditions_say,
}
