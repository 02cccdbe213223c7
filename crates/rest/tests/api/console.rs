//! The web application below `/console/`, of the files in the folder `console` beside this one.

use plinth_rest::{Asset, Assets};
use reqwest::{Method, RequestBuilder};

use crate::support::{Client, Options, Reply, Socket, TestApp};

const PAGE: &[u8] = include_bytes!("console/index.html");
const SCRIPT: &[u8] = include_bytes!("console/assets/index-1a2b3c4d.js");
const SCRIPT_BROTLI: &[u8] = include_bytes!("console/assets/index-1a2b3c4d.js.br");
const SCRIPT_GZIP: &[u8] = include_bytes!("console/assets/index-1a2b3c4d.js.gz");

const SCRIPT_PATH: &str = "//console/assets/index-1a2b3c4d.js";

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
                      img-src 'self' blob: data:; connect-src 'self'; frame-src 'self' blob:; \
                      object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// The files of a console that is served.
type Console = Option<fn() -> Assets>;

const BUILT: Console = Some(built);
const UNBUILT: Console = Some(Assets::default);
const OFF: Console = None;

fn built() -> Assets {
    let compressed = |content: &'static [u8], brotli: &'static [u8], gzip: &'static [u8]| Asset {
        content: content.into(),
        brotli: Some(brotli.into()),
        gzip: Some(gzip.into()),
    };
    let plain =
        |content: &'static [u8]| Asset { content: content.into(), brotli: None, gzip: None };
    Assets::new([
        (
            "index.html",
            compressed(
                PAGE,
                include_bytes!("console/index.html.br"),
                include_bytes!("console/index.html.gz"),
            ),
        ),
        ("favicon.svg", plain(include_bytes!("console/favicon.svg"))),
        ("assets/index-1a2b3c4d.js", compressed(SCRIPT, SCRIPT_BROTLI, SCRIPT_GZIP)),
        ("assets/pixel-9c0d1e2f.png", plain(include_bytes!("console/assets/pixel-9c0d1e2f.png"))),
    ])
}

async fn with(console: Console) -> TestApp {
    TestApp::memory(Options { console, ..Options::default() }).await
}

/// The answer to exactly this path, which a client library would change; redirects are not followed.
async fn raw(app: &TestApp, path: &str) -> Reply {
    let mut socket = Socket::to(&app.url).await;
    socket.send(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).await;
    socket.reply().await
}

async fn bytes(request: RequestBuilder) -> Vec<u8> {
    request.send().await.unwrap().bytes().await.unwrap().to_vec()
}

fn accepting(client: &Client, path: &str, encoding: &str) -> RequestBuilder {
    client.request(Method::GET, path).header("Accept-Encoding", encoding)
}

#[tokio::test]
async fn every_path_of_the_console_is_answered_with_its_one_page() {
    let app = with(BUILT).await;
    let client = app.anonymous();
    for path in ["", "projects", "projects/", "projects/0196f3a0/documents?tab=files", "index.html"]
    {
        let reply = client.get(&format!("//console/{path}")).await.expect(200);
        assert_eq!(reply.text.as_bytes(), PAGE, "{path}");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(reply.header("cache-control"), "no-cache");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_page_that_has_not_changed_is_not_sent_again() {
    let app = with(BUILT).await;
    let client = app.anonymous();
    let ask = async |encoding: &str, tag: &str| {
        let request = accepting(&client, "//console/projects", encoding);
        client.send(request.header("If-None-Match", tag)).await
    };
    let first = ask("br", "\"other\"").await.expect(200);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    let again = ask("br", &tag).await.expect(304);
    assert_eq!(again.text, "");
    for name in ["etag", "cache-control", "vary", "content-security-policy"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    // A strong tag names the bytes.
    let plain = ask("identity", &tag).await.expect(200);
    assert_ne!(plain.header("etag"), tag);
    app.stop().await;
}

#[tokio::test]
async fn a_file_whose_name_changes_with_its_bytes_is_kept_for_a_year() {
    let app = with(BUILT).await;
    let client = app.anonymous();
    for (path, kind) in [
        (SCRIPT_PATH, "text/javascript; charset=utf-8"),
        ("//console/assets/pixel-9c0d1e2f.png", "image/png"),
    ] {
        let reply = client.get(path).await.expect(200);
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(reply.header("content-type"), kind);
    }
    let icon = client.get("//console/favicon.svg").await.expect(200);
    assert_eq!(icon.header("cache-control"), "no-cache");
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    app.stop().await;
}

#[tokio::test]
async fn a_file_is_sent_as_it_was_compressed_ahead_and_not_once_more() {
    let app = with(BUILT).await;
    let client = app.anonymous();
    for (accepted, encoding, sent) in [
        ("gzip, deflate, br, zstd", "br", SCRIPT_BROTLI),
        ("gzip, br;q=0", "gzip", SCRIPT_GZIP),
        ("gzip", "gzip", SCRIPT_GZIP),
        ("identity", "", SCRIPT),
        ("zstd", "", SCRIPT),
        ("*", "", SCRIPT),
        ("", "", SCRIPT),
    ] {
        let reply = client.send(accepting(&client, SCRIPT_PATH, accepted)).await.expect(200);
        assert_eq!(reply.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(reply.header("content-length"), sent.len().to_string(), "{accepted}");
        let vary = reply.headers.get_all("vary").iter().map(|line| line.to_str().unwrap());
        let vary = vary.collect::<Vec<_>>().join(", ").to_lowercase();
        assert_eq!(vary.matches("accept-encoding").count(), 1, "{accepted}: {vary}");
        assert_eq!(bytes(accepting(&client, SCRIPT_PATH, accepted)).await, sent, "{accepted}");
    }
    let unasked = client.get(SCRIPT_PATH).await.expect(200);
    assert_eq!(unasked.text.as_bytes(), SCRIPT);
    assert!(unasked.varies_by("accept-encoding"));
    app.stop().await;
}

#[tokio::test]
async fn the_policy_of_the_console_lets_it_load_nothing_from_other_servers() {
    for console in [BUILT, UNBUILT] {
        let app = with(console).await;
        let reply = app.anonymous().get("//console/").await.expect(200);
        for (name, value) in [
            ("content-security-policy", POLICY),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(reply.header(name), value, "{name}");
        }
        app.stop().await;
    }
}

#[tokio::test]
async fn a_head_of_the_console_has_the_headers_of_a_get() {
    let app = with(BUILT).await;
    let client = app.anonymous();
    for path in ["//console/", "//console/projects", SCRIPT_PATH, "//console/nothing.js"] {
        let get = client.send(accepting(&client, path, "br")).await;
        let head = client.request(Method::HEAD, path).header("Accept-Encoding", "br");
        let head = client.send(head).await;
        assert_eq!((head.text.as_str(), head.status), ("", get.status), "{path}");
        for name in ["content-length", "content-encoding", "content-type", "etag", "cache-control"]
        {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_console() {
    let app = with(BUILT).await;
    for path in [
        "..",
        "../",
        "../docs/style.css",
        "..%2f",
        "..%2F..%2Fetc%2Fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "%2e%2e%2f",
        "..%5c..%5cwindows",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "assets/../index.html",
        "assets/..%2findex.html",
        "assets//index-1a2b3c4d.js",
        "a%00b",
        "index.html%00.js",
        "index.html/",
        ".git/config",
        ".env",
        "a/.ssh/key",
        "%3Cscript%3E",
    ] {
        raw(&app, &format!("/console/{path}")).await.refused(404, "route.unknown");
    }
    raw(&app, "/console/%ff").await.refused(400, "path.malformed");
    app.stop().await;
}

#[tokio::test]
async fn a_file_that_there_is_not_is_a_problem_and_no_page() {
    let app = with(BUILT).await;
    for path in ["app.js", "assets/index-00000000.js", "index.html.br", "projects/plan.pdf"] {
        let reply = app.anonymous().get(&format!("//console/{path}")).await;
        let reply = reply.refused(404, "route.unknown");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    let post = app.anonymous().request(Method::POST, "//console/projects");
    app.anonymous().send(post).await.refused(404, "route.unknown");
    app.stop().await;
}

#[tokio::test]
async fn the_servers_root_leads_to_the_console_where_it_is_served() {
    for (console, home) in [(BUILT, "/console/"), (OFF, "/docs/")] {
        let app = with(console).await;
        let reply = raw(&app, "/").await.expect(307);
        assert_eq!(reply.header("location"), home);
        app.stop().await;
    }
    let app = with(BUILT).await;
    let reply = raw(&app, "/console").await.expect(308);
    assert_eq!(reply.header("location"), "/console/");
    app.stop().await;
}

#[tokio::test]
async fn without_node_the_console_says_how_it_is_built() {
    let app = with(UNBUILT).await;
    let page = app.anonymous().get("//console/").await.expect(200);
    assert!(page.text.contains("./justw console"), "{}", page.text);
    assert!(page.text.contains("href=\"../docs/style.css\""), "{}", page.text);
    let reply = raw(&app, "/console/projects/1").await.expect(307);
    assert_eq!(reply.header("location"), "/console/");
    raw(&app, "/console/assets/index-1a2b3c4d.js").await.refused(404, "route.unknown");
    app.stop().await;
}

#[tokio::test]
async fn a_console_that_is_switched_off_is_not_there() {
    let app = with(OFF).await;
    for path in ["/console", "/console/", "/console/projects", "/console/assets/index-1a2b3c4d.js"]
    {
        raw(&app, path).await.refused(404, "route.unknown");
    }
    app.stop().await;
}
