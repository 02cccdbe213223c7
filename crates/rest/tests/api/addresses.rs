//! Who counts as one client in throttles: the address behind proxies, and the block of an address.

use plinth_rest::ForwardedHeader;
use reqwest::Method;
use serde_json::json;

use crate::support::{Options, Reply, TestApp};

/// A server behind one proxy, with few requests and few logins for each address.
fn behind(header: ForwardedHeader) -> Options {
    Options { burst: 3, login_burst: 3, proxies: (1, header), ..Options::default() }
}

/// A request without a credential that a proxy forwards.
async fn forwarded(app: &TestApp, header: &str, value: &[u8]) -> Reply {
    let client = app.anonymous();
    let request = client.request(Method::GET, "/me");
    client.send(request.header(header, value)).await
}

/// Requests until the first one that is refused for their number.
async fn allowed(app: &TestApp, header: &str, values: &[&[u8]]) -> usize {
    for (sent, value) in values.iter().cycle().take(12).enumerate() {
        if forwarded(app, header, value).await.status == 429 {
            return sent;
        }
    }
    12
}

#[tokio::test]
async fn all_addresses_of_an_ipv6_network_share_every_allowance() {
    let app = TestApp::postgres(behind(ForwardedHeader::XForwardedFor)).await;
    let network: [&[u8]; 3] =
        [b"2001:db8:1:2::1", b"[2001:db8:1:2::2]:4711", b"2001:db8:1:2:ffff::3"];
    assert_eq!(allowed(&app, "X-Forwarded-For", &network).await, 3);
    assert_eq!(allowed(&app, "X-Forwarded-For", &[b"2001:db8:1:3::1"]).await, 3);

    // Attempts to log in, to register and to accept an invitation.
    let client = app.anonymous();
    let throttled = [
        ("/auth/login", json!({"email": "ada@example.com", "password": "wrong"})),
        (
            "/auth/register",
            json!({"email": "b@example.com", "password": "correct horse", "name": "B",
                   "organization": {"name": "B"}}),
        ),
        ("/invitations/accept", json!({"token": format!("pli_{}", "0".repeat(43))})),
    ];
    for (number, (path, body)) in throttled.iter().cycle().take(9).enumerate() {
        let address = format!("2001:db8:9:9::{number}");
        let request = client.request(Method::POST, path).header("X-Forwarded-For", address);
        let status = client.send(request.json(body)).await.status;
        assert_eq!(status == 429, number >= 3, "{path} {number}: {status}");
    }
    app.stop().await;
}

#[tokio::test]
async fn what_a_client_puts_into_the_forwarded_header_does_not_choose_its_address() {
    for (header, name, other, entry) in [
        (ForwardedHeader::XForwardedFor, "X-Forwarded-For", "Forwarded", "192.0.2.1:4711"),
        (ForwardedHeader::Forwarded, "Forwarded", "X-Forwarded-For", "for=\"192.0.2.1:4711\""),
    ] {
        let app = TestApp::postgres(behind(header)).await;
        let entry = entry.as_bytes();
        let forged = |text: &[u8]| [text, b", ", entry].concat();
        let sent = [
            forged(b"203.0.113.1"),
            forged(b"\xff\xfe"),
            forged(b"for=\"203.0.113.2"),
            entry.to_vec(),
            forged(b",,"),
        ];
        let sent = sent.iter().map(|value| &**value).collect::<Vec<_>>();
        assert_eq!(allowed(&app, name, &sent).await, 3, "{name}");
        // The header that the proxy does not write is the client's: the peer counts.
        assert_eq!(allowed(&app, other, &[b"198.51.100.1", b"for=198.51.100.2"]).await, 3);
        app.stop().await;
    }
}

#[tokio::test]
async fn the_audit_log_names_the_client_and_not_the_proxy() {
    let app = TestApp::postgres(Options {
        proxies: (1, ForwardedHeader::XForwardedFor),
        ..Options::default()
    })
    .await;
    let ada = app.owner("Ada").await;
    let request = ada.request(Method::POST, "/projects").json(&json!({"code": "P", "name": "P"}));
    ada.send(request.header("X-Forwarded-For", "::ffff:192.0.2.7")).await.expect(201);
    let entries = ada.list("/audit-logs?action=project.created").await;
    assert_eq!(entries[0]["address"], "192.0.2.7");
    app.stop().await;
}

#[tokio::test]
async fn paths_to_this_server_have_the_prefix_that_the_proxy_takes_away() {
    let app = TestApp::postgres(Options {
        proxies: (1, ForwardedHeader::XForwardedFor),
        ..Options::default()
    })
    .await;
    let ada = app.owner("Ada").await;
    for (sent, expected) in [
        ("/plinth/", "/plinth"),
        ("/", ""),
        ("//evil.example.com", ""),
        ("https://evil.example.com", ""),
        ("/a\"b", ""),
    ] {
        let project = json!({"code": format!("P{}", sent.len()), "name": "P"});
        let request = ada.request(Method::POST, "/projects").json(&project);
        let reply = ada.send(request.header("X-Forwarded-Prefix", sent)).await.expect(201);
        let location = reply.header("location");
        assert!(location.starts_with(&format!("{expected}/api/v1/projects/")), "{location}");
        let request = ada.request(Method::GET, "/projects?limit=1");
        let reply = ada.send(request.header("X-Forwarded-Prefix", sent)).await.expect(200);
        if !reply.header("link").is_empty() {
            let link = reply.header("link");
            assert!(link.starts_with(&format!("<{expected}/api/v1/projects?")), "{link}");
        }
        let request = ada.request(Method::GET, "/nothing");
        let reply = ada.send(request.header("X-Forwarded-Prefix", sent)).await;
        let kind = reply.refused(404, "route.unknown").json()["type"].as_str().unwrap().to_owned();
        assert_eq!(kind, format!("{expected}/docs/problems#route.unknown"));
    }
    app.stop().await;
    let alone = TestApp::postgres(Options::default()).await;
    let request = alone.anonymous().request(Method::GET, "/nothing");
    let reply = alone.anonymous().send(request.header("X-Forwarded-Prefix", "/plinth")).await;
    assert_eq!(reply.json()["type"], "/docs/problems#route.unknown", "no proxy is trusted");
    alone.stop().await;
}
