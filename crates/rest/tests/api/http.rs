//! Rules of every request: methods, ids, CORS, the fixed headers.

use reqwest::Method;
use serde_json::json;

use crate::support::{Client, Reply, TestApp, document};

const FIXED: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
];

#[track_caller]
fn assert_dressed(reply: &Reply) {
    for (name, value) in FIXED {
        assert_eq!(reply.header(name), value, "{reply:?}");
    }
    assert!(!reply.header("x-request-id").is_empty(), "{reply:?}");
    assert!(!reply.header("content-security-policy").is_empty(), "{reply:?}");
    assert!(!reply.header("cache-control").is_empty(), "{reply:?}");
}

async fn an_unknown_path_is_a_problem_and_a_wrong_method_names_the_right_ones(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let reply = ada.get("/projects/").await;
    assert!(reply.text.contains("/api/v1/projects has no slash at its end"), "{}", reply.text);
    for path in
        ["//api", "//api/v2/projects", "/nothing", "/projects/", "/Projects", "//.git/config"]
    {
        for caller in [&ada, &app.anonymous()] {
            let reply = caller.get(path).await.refused(404, "route.unknown");
            assert_dressed(&reply);
        }
    }
    for (method, path, allow) in [
        (Method::PUT, "/projects", "GET, HEAD, POST"),
        (Method::POST, "/projects/1", "GET, HEAD, PATCH, DELETE"),
        (Method::PATCH, "/invitations/accept", "POST"),
        // The path of a record with an id would fit, too.
        (Method::DELETE, "/invitations/accept", "POST"),
        (Method::PATCH, "/documents/uploads", "POST"),
        (Method::GET, "/auth/login", "POST"),
        (Method::TRACE, "/organization", "GET, HEAD, PATCH"),
        (Method::POST, "//healthz", "GET, HEAD"),
    ] {
        let reply = ada.send(ada.request(method.clone(), path)).await;
        let reply = reply.refused(405, "method.not_allowed");
        assert_eq!(reply.header("allow"), allow, "{method} {path}");
        assert_dressed(&reply);
    }
}

async fn every_refusal_and_every_answer_has_the_fixed_headers(app: &TestApp) {
    let ada = app.owner("Ada").await;
    for (method, path, _) in document::operations() {
        let path = format!("/{path}").replace("{id}", "x").replace("{key}", "x");
        for caller in [&ada, &app.anonymous()] {
            if method == Method::POST && path.ends_with("/logout") {
                continue;
            }
            assert_dressed(&caller.send(caller.request(method.clone(), &path)).await);
        }
    }
    let bad = ada.request(Method::DELETE, "/projects/x?permanent=perhaps").header("If-Match", "*");
    assert_dressed(&ada.send(bad).await.expect(400));
}

async fn a_head_is_a_get_without_its_body(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let id = ada.project("P-1").await["id"].as_str().unwrap().to_owned();
    for path in ["/projects", &format!("/projects/{id}"), "/me", "//healthz", "/nothing"] {
        let get = ada.get(path).await;
        let head = ada.send(ada.request(Method::HEAD, path)).await;
        assert_eq!(head.text, "");
        assert_eq!(head.status, get.status);
        for name in ["etag", "content-type", "cache-control", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    // It changes nothing, and so it is no other method either.
    ada.send(ada.request(Method::HEAD, "/auth/login")).await.expect(405);
}

async fn a_request_keeps_the_id_that_its_client_gave_it_when_that_is_well_formed(app: &TestApp) {
    let client = app.anonymous();
    let with = async |id: &[u8]| {
        let id = reqwest::header::HeaderValue::from_bytes(id).unwrap();
        let reply =
            client.send(client.request(Method::GET, "/me").header("X-Request-Id", id)).await;
        let reply = reply.refused(401, "auth.required");
        reply.header("x-request-id").to_owned()
    };
    let long = "a".repeat(128);
    for id in ["1", "0196f3a0-0000-7000-8000-000000000000", "A_b.c-9", &long] {
        assert_eq!(with(id.as_bytes()).await, id);
    }
    let (too_long, mut made) = ("a".repeat(129), Vec::new());
    for id in ["", "a b", "a\"b", "a;b", "{}", &too_long].map(str::as_bytes) {
        made.push(with(id).await);
        assert_ne!(made.last().unwrap().as_bytes(), id);
    }
    made.push(with(b"\xff\xfe").await);
    let distinct = made.iter().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(distinct.len(), made.len());
    assert!(made.iter().all(|id| uuid::Uuid::try_parse(id).is_ok()), "{made:?}");
}

async fn only_pages_of_known_origins_may_call(app: &TestApp) {
    let client = app.anonymous();
    let preflight = async |origin: &str, method: &str, headers: &str| {
        let request = client.request(Method::OPTIONS, "/projects").header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", method);
        client.send(request.header("Access-Control-Request-Headers", headers)).await
    };
    let known = "https://app.example.com";
    let reply = preflight(known, "PATCH", "authorization, if-match, idempotency-key").await;
    assert_eq!(reply.status.as_u16(), 200, "{reply:?}");
    assert_eq!(reply.header("access-control-allow-origin"), known);
    assert!(reply.header("access-control-allow-methods").contains("PATCH"));
    assert_eq!(reply.header("access-control-max-age"), "3600");
    assert!(reply.header("vary").to_lowercase().contains("origin"), "{reply:?}");
    assert_dressed(&reply);
    for origin in [
        "https://evil.example.com",
        "http://app.example.com",
        "https://app.example.com.evil.com",
        "https://app.example.com:444",
        "null",
    ] {
        for reply in [
            preflight(origin, "PATCH", "authorization").await,
            client.send(client.request(Method::GET, "/me").header("Origin", origin)).await,
        ] {
            assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}: {reply:?}");
            assert_dressed(&reply);
        }
    }
    // A developer who looks at the request reads why.
    let reply = preflight("https://evil.example.com", "PATCH", "authorization").await;
    let reply = reply.refused(403, "cors.origin");
    assert!(reply.text.contains("PLINTH_SERVER__CORS_ORIGINS"));
    let reply = preflight(known, "PATCH", "authorization, X-Invented").await;
    let reply = reply.refused(403, "cors.header");
    assert!(reply.text.contains("x-invented"), "{reply:?}");
    // The calling page can also read error responses.
    let reply = client.send(client.request(Method::GET, "/me").header("Origin", known)).await;
    let reply = reply.refused(401, "auth.required");
    assert_eq!(reply.header("access-control-allow-origin"), known);
    assert!(reply.header("access-control-expose-headers").to_lowercase().contains("x-request-id"));
    assert!(reply.header("vary").to_lowercase().contains("origin"), "{reply:?}");
    let plain = client.get("//health").await.expect(200);
    assert_eq!(plain.header("access-control-allow-origin"), "");
}

async fn lists_are_compressed_and_what_may_hold_a_token_is_not(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let long = json!({"code": "P-1", "name": "P", "description": "quay ".repeat(1000)});
    let made = ada.post("/projects", long).await.expect(201);
    let path = made.header("location").trim_start_matches("/api/v1").to_owned();
    let accepting = async |method: Method, path: &str, encoding: &str| {
        let request = ada.request(method, path).header("Accept-Encoding", encoding);
        ada.send(request).await
    };
    for encoding in ["gzip", "br", "zstd"] {
        let reply = accepting(Method::GET, "/projects", encoding).await.expect(200);
        assert_eq!(reply.header("content-encoding"), encoding);
        assert!(reply.varies_by("accept-encoding"), "{reply:?}");
        let reply = accepting(Method::GET, "//docs/problems", encoding).await.expect(200);
        assert_eq!(reply.header("content-encoding"), encoding);
    }
    for encoding in ["identity", "gzip;q=0", "unknown"] {
        let reply = accepting(Method::GET, "/projects", encoding).await.expect(200);
        assert_eq!(reply.header("content-encoding"), "");
        assert_eq!(reply.json()["data"][0]["code"], "P-1");
    }
    // A strong tag names the bytes.
    let reply = accepting(Method::GET, &path, "gzip").await.expect(200);
    assert_eq!((reply.header("content-encoding"), reply.header("etag")), ("", "\"1\""));
    let login = json!({"email": "x".repeat(5000), "password": "x"});
    let request = ada.request(Method::POST, "/auth/login").header("Accept-Encoding", "gzip");
    let reply = ada.send(request.json(&login)).await;
    assert_eq!(reply.header("content-encoding"), "");
    let reply = accepting(Method::GET, "/projects?code=none", "gzip").await.expect(200);
    assert_eq!(reply.header("content-encoding"), "", "it is short");
}

async fn headers_of_cors_stand_in_a_fixed_order_and_only_where_a_page_reads_them(app: &TestApp) {
    let client = app.anonymous();
    let known = "https://app.example.com";
    let get = async |origin: Option<&str>| {
        let request = client.request(Method::GET, "//health");
        let request = origin.iter().fold(request, |r, origin| r.header("Origin", *origin));
        client.send(request).await
    };
    for origin in [None, Some("https://evil.example.com"), Some("null"), Some("")] {
        let reply = get(origin).await;
        let names = reply.headers.keys().map(reqwest::header::HeaderName::as_str);
        let cors = names.filter(|name| name.starts_with("access-control")).collect::<Vec<_>>();
        assert!(cors.is_empty(), "{origin:?}: {cors:?}");
        // A cache must not give this response to a page of a known origin.
        assert_eq!(reply.header("vary"), "Origin");
    }
    let exposed = get(Some(known)).await.header("access-control-expose-headers").to_owned();
    let names = exposed.split(", ").collect::<Vec<_>>();
    assert!(names.is_sorted() && names.contains(&"etag"), "{exposed}");
    let preflight = async || {
        let request = client.request(Method::OPTIONS, "/projects").header("Origin", known);
        let request = request.header("Access-Control-Request-Method", "PATCH");
        client.send(request.header("Access-Control-Request-Headers", "if-match")).await
    };
    let reply = preflight().await.expect(200);
    assert_eq!(reply.header("access-control-allow-methods"), "GET, HEAD, POST, PUT, PATCH, DELETE");
    let sent = reply.header("access-control-allow-headers").to_owned();
    assert!(sent.split(", ").is_sorted());
    for header in ["last-event-id", "traceparent", "tracestate", "baggage", "sentry-trace"] {
        assert!(sent.split(", ").any(|name| name == header), "{header}");
    }
    assert_eq!(reply.header("access-control-expose-headers"), "");
    assert_eq!(
        reply.header("vary"),
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    );
    let other = TestApp::memory(crate::support::Options::default()).await;
    let same = Client::new(&other.url, None);
    let request = same.request(Method::GET, "//health").header("Origin", known);
    let reply = same.send(request).await;
    assert_eq!(reply.header("access-control-expose-headers"), exposed);
    other.stop().await;
}

async fn a_refused_client_reads_the_answer_to_a_body_of_any_length(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let viewer = ada.invite("viewer@example.com", "viewer").await;
    // Made once: a debug build takes 0.2 s to serialize it.
    let body = json!({"code": "P-1", "name": "x".repeat(10_000_000)}).to_string();
    let body = bytes::Bytes::from(body);
    let send = async |client: &Client, method: Method, path: &str| {
        let request = client.request(method, path).header("If-Match", "\"1\"");
        client.send(request.header("Content-Type", "application/json").body(body.clone())).await
    };
    let unknown = ada.with_token("pla_x");
    for _ in 0..5 {
        for (client, method, path, status, code) in [
            (&app.anonymous(), Method::POST, "/projects", 401, "auth.required"),
            (&unknown, Method::POST, "/projects", 401, "auth.invalid_token"),
            (&ada, Method::POST, "/nothing-here", 404, "route.unknown"),
            (&ada, Method::PUT, "/projects", 405, "method.not_allowed"),
            (&ada, Method::PATCH, "/projects/no-uuid", 400, "path.id"),
            (&viewer, Method::POST, "/projects", 413, "body.too_large"),
        ] {
            send(client, method, path).await.refused(status, code);
        }
    }
}

on_postgres! {
    an_unknown_path_is_a_problem_and_a_wrong_method_names_the_right_ones,
    every_refusal_and_every_answer_has_the_fixed_headers,
    a_head_is_a_get_without_its_body,
    a_request_keeps_the_id_that_its_client_gave_it_when_that_is_well_formed,
    only_pages_of_known_origins_may_call,
    headers_of_cors_stand_in_a_fixed_order_and_only_where_a_page_reads_them,
    lists_are_compressed_and_what_may_hold_a_token_is_not,
    a_refused_client_reads_the_answer_to_a_body_of_any_length,
}
