//! Paths and queries that are not percent-encoded UTF-8, on every route.

use reqwest::Method;

use crate::support::{Reply, Socket, TestApp, document, sample::Sample};

const MALFORMED: [&str; 6] = ["%ff", "%C3", "%C0%80", "%", "%zz", "%ED%A0%80"];

async fn a_query_that_is_not_utf_8_is_refused_on_every_route(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (method, path, operation) in document::operations() {
        // A refused logout or change of the password leaves the session as it is.
        let id = operation["operationId"].as_str().unwrap();
        let sample = Sample::of(id, app, &ada).await;
        for query in ["q=%ff", "%ff=1", "permanent=%C3", "a=%zz", "%"] {
            let with_query = format!("{path}?{query}");
            let reply = ada.send(sample.request(&ada, &method, &with_query)).await;
            let reply = malformed(reply, &path, "query.malformed");
            assert!(!reply.header("ratelimit").is_empty(), "{method} {path}: {reply:?}");
        }
    }
    for path in ["/health", "/ready", "/docs/problems", "/nothing"] {
        let text = format!("GET {path}?a=%ff HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut socket = Socket::to(&app.url).await;
        socket.send(text).await;
        socket.reply().await.refused(400, "query.malformed");
    }
    ada.get("/projects?q=%C3%A4").await.expect(200);
}

async fn a_path_that_is_not_utf_8_is_refused_on_every_route(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let token = ada.token.as_deref().unwrap();
    for (method, path, _) in document::operations() {
        let Some((front, _)) = path.split_once('{') else { continue };
        for id in MALFORMED {
            // A client library would encode the path once more.
            let text = format!(
                "{method} {front}{id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
                 Content-Length: 0\r\n\r\n"
            );
            let mut socket = Socket::to(&app.url).await;
            socket.send(text).await;
            malformed(socket.reply().await, &path, "path.malformed");
        }
    }
}

/// Refused as malformed, in the form of the API that the path is of.
fn malformed(reply: Reply, path: &str, code: &str) -> Reply {
    if !crate::gateway::has(path) {
        return reply.refused(400, code);
    }
    let reply = reply.expect(400);
    assert_eq!(reply.json()["error"]["code"], code, "{}", reply.text);
    reply
}

async fn a_parameter_of_one_operation_is_refused_like_one_of_a_list(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let project = ada.project("P-1").await;
    let document = ada.upload("a.bin", b"1").await;
    let id = |record: &serde_json::Value| record["id"].as_str().unwrap().to_owned();
    let delete = async |query: &str| {
        let path = format!("/projects/{}?{query}", id(&project));
        ada.send(ada.request(Method::DELETE, &path).header("If-Match", "*")).await
    };
    let get =
        async |query: &str| ada.get(&format!("/documents/{}/content?{query}", id(&document))).await;
    for query in ["permanent=perhaps", "permanent=1", "permanent=", "forever=true"] {
        delete(query).await.refused(400, "query.invalid");
    }
    for query in ["redirect=yes", "version=1", "size=2", "redirect=true&redirect=true"] {
        get(query).await.refused(400, "query.invalid");
    }
    get("redirect=false").await.expect(200);
    delete("permanent=true").await.expect(204);
}

on_postgres! {
    crate::support::Options { mails: true, ..Default::default() };
    a_query_that_is_not_utf_8_is_refused_on_every_route,
    a_path_that_is_not_utf_8_is_refused_on_every_route,
    a_parameter_of_one_operation_is_refused_like_one_of_a_list,
}
