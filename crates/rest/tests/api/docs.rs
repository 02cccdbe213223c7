//! The pages at `/docs`: the reference of the API, and its problems.

use std::collections::HashSet;

use plinth_rest::{Asset, Assets};

use crate::support::{Options, Reply, TestApp, document};

const SCALAR: &[u8] = b"window.Scalar = {};\n";

fn scalar() -> Assets {
    let asset = Asset { content: SCALAR.into(), brotli: None, gzip: None };
    Assets::new([("scalar-1.2.3.js", asset)])
}

async fn page(app: &TestApp, path: &str) -> Reply {
    let page = app.anonymous().get(&format!("//docs/{path}")).await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    page
}

/// Each value of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> HashSet<&'a str> {
    let begin = format!(" {attribute}=\"");
    html.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// A page has neither a script nor a style of its own text, and names no other server.
#[track_caller]
fn assert_alone(page: &Reply) {
    let Reply { text, .. } = page;
    for part in ["http://", "https://", "<style", "style=\"", "<script>", "onclick", "javascript:"]
    {
        assert!(!text.contains(part), "{part}");
    }
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
    assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{policy}");
}

#[tokio::test]
async fn the_interactive_reference_loads_its_own_files_alone() {
    let app = TestApp::memory(Options { reference: scalar, ..Options::default() }).await;
    let page = page(&app, "").await;
    assert_alone(&page);
    assert!(page.text.contains("<title>Plinth API</title>"));
    let scripts = values(&page.text, "src");
    assert_eq!(scripts, HashSet::from(["scalar-1.2.3.js", "reference.js"]));
    for file in scripts.into_iter().chain(["icon.svg", "style.css", "problems.js"]) {
        let reply = app.anonymous().get(&format!("//docs/{file}")).await.expect(200);
        assert!(!reply.text.is_empty(), "{file}");
    }
    let script = app.anonymous().get("//docs/scalar-1.2.3.js").await.expect(200);
    assert_eq!(script.text.as_bytes(), SCALAR);
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    for path in ["scalar.js", "nothing", "..%2f", "reference.html"] {
        app.anonymous().get(&format!("//docs/{path}")).await.refused(404, "route.unknown");
    }
    // The client follows the redirect.
    assert_eq!(app.anonymous().get("//docs").await.expect(200).text, page.text);
    app.stop().await;
}

#[tokio::test]
async fn without_node_the_reference_is_a_list_of_every_operation() {
    let app = TestApp::memory(Options::default()).await;
    let page = page(&app, "").await;
    assert_alone(&page);
    assert!(page.text.contains("./justw console"));
    let ids = values(&page.text, "id");
    for (method, path, operation) in document::operations() {
        let tag = operation["tags"][0].as_str().unwrap().replace(' ', "-");
        let anchor = format!("tag/{tag}/{}", operation["operationId"].as_str().unwrap());
        assert!(ids.contains(&*anchor), "{method} {path}: {anchor}");
    }
    app.stop().await;
}

#[tokio::test]
async fn every_problem_is_described_where_its_type_leads() {
    let app = TestApp::memory(Options::default()).await;
    let refused = app.anonymous().get("/me").await.refused(401, "auth.required").json();
    let (path, anchor) = refused["type"].as_str().unwrap().split_once('#').unwrap();
    assert_eq!((path, anchor), ("/docs/problems", "auth.required"));
    let page = page(&app, "problems").await;
    assert_alone(&page);
    let ids = values(&page.text, "id");
    let text = page.text.replace("<code>", "`").replace("</code>", "`");
    for code in plinth_rest::codes() {
        assert!(ids.contains(code.name()), "{code}");
        assert!(text.contains(code.meaning()), "{code}");
    }
    let entry = page.text.split("id=\"project.code_taken\"").nth(1).unwrap();
    let entry = entry.split("</article>").next().unwrap();
    assert!(entry.contains("409 Conflict"), "{entry}");
    assert!(entry.contains("<a href=\"./#tag/projects/create_project\">"), "{entry}");
    assert!(entry.contains("\"type\": \"/docs/problems#project.code_taken\""), "{entry}");
    app.stop().await;
}

#[tokio::test]
async fn the_problems_link_to_operations_that_the_reference_has() {
    let app = TestApp::memory(Options::default()).await;
    let (problems, reference) = (page(&app, "problems").await, page(&app, "").await);
    let ids = values(&reference.text, "id");
    let links = values(&problems.text, "href");
    let anchors = links.iter().filter_map(|link| link.strip_prefix("./#"));
    let missing = anchors.clone().filter(|anchor| !ids.contains(anchor)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(anchors.count() > 100);
    app.stop().await;
}
