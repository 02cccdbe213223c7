//! Requests that arrive slowly, in pieces, too large or not at all.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Client, Options, Reply, Socket, TestApp};

fn impatient() -> Options {
    Options { body_timeout: Duration::from_millis(400), ..Options::default() }
}

/// The head of a POST to `/projects` with these additional headers.
fn head(client: &Client, headers: &str) -> String {
    let token = client.token.as_deref().unwrap();
    format!(
        "POST /api/v1/projects HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{headers}\r\n\r\n"
    )
}

async fn a_body_that_does_not_arrive_in_time_is_given_up(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let started = Instant::now();
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(&ada, "Content-Length: 100")).await;
    socket.send("{\"code\":").await;
    socket.reply().await.refused(408, "body.timeout");
    // Single bytes do not extend the timeout.
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(&ada, "Content-Length: 1000")).await;
    let dripping = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if !socket.send(" ").await {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_millis(700), dripping).await;
    socket.reply().await.refused(408, "body.timeout");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert!(ada.list("/projects").await.is_empty());
}

/// The timers of the body and of the whole request may end at the same time.
#[tokio::test]
async fn a_slow_body_is_never_the_servers_fault() {
    let timeout = Duration::from_millis(300);
    let options = Options { body_timeout: timeout, request_timeout: timeout, ..Options::default() };
    let app = TestApp::memory(options).await;
    let ada = app.owner("Ada").await;
    for _ in 0..5 {
        let mut socket = Socket::to(&app.url).await;
        socket.send(head(&ada, "Content-Length: 1000")).await;
        socket.send(" ").await;
        socket.reply().await.refused(408, "body.timeout");
    }
    app.stop().await;
}

async fn a_body_that_breaks_off_changes_nothing(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let body = json!({"code": "P-1", "name": "Harbour"}).to_string();
    for cut in [0, 1, body.len() / 2, body.len() - 1] {
        let mut socket = Socket::to(&app.url).await;
        socket.send(head(&ada, &format!("Content-Length: {}", body.len()))).await;
        socket.send(&body[..cut]).await;
        drop(socket);
        let mut socket = Socket::to(&app.url).await;
        socket.send(head(&ada, "Transfer-Encoding: chunked")).await;
        socket.send(format!("{:x}\r\n{}", body.len(), &body[..cut])).await;
        drop(socket);
    }
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(&ada, "Transfer-Encoding: chunked")).await;
    socket.send("zz\r\nnot a chunk\r\n").await;
    // A client that violates HTTP may be disconnected without a response.
    if let Some(reply) = socket.try_reply().await {
        reply.refused(400, "body.incomplete");
    }
    assert!(ada.list("/projects").await.is_empty());
    ada.project("P-1").await;
}

async fn a_chunked_body_is_bounded_like_any_other(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(&ada, "Transfer-Encoding: chunked")).await;
    let chunk = format!("4000\r\n{}\r\n", " ".repeat(0x4000));
    for _ in 0..40 {
        socket.send(&chunk).await;
    }
    socket.send("0\r\n\r\n").await;
    socket.reply().await.refused(413, "body.too_large");
    // The same in pieces, within the bound, is a body.
    let mut socket = Socket::to(&app.url).await;
    socket.send(head(&ada, "Transfer-Encoding: chunked")).await;
    socket.send("8\r\n{\"code\":\r\n14\r\n\"P-1\",\"name\":\"Quay\"}\r\n0\r\n\r\n").await;
    socket.reply().await.expect(201);
}

/// The reply has the form of all others, although no middleware has seen the request.
fn assert_refused(reply: Reply, status: u16, code: &str) {
    let reply = reply.refused(status, code);
    assert_eq!(reply.json()["request_id"], reply.header("x-request-id"));
    for name in ["x-request-id", "content-security-policy", "x-content-type-options"] {
        assert!(!reply.header(name).is_empty(), "{name}: {reply:?}");
    }
    assert_eq!(reply.header("cache-control"), "no-store");
}

async fn a_head_that_cannot_be_read_is_a_problem_with_an_id(app: &TestApp) {
    let many = "X: y\r\n".repeat(100);
    let long = |length| "x".repeat(length);
    for (request, status, code) in [
        (
            format!("GET /api/v1/ HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", long(300_000)),
            431,
            "request.headers_too_large",
        ),
        (
            format!("GET /api/v1/ HTTP/1.1\r\nHost: x\r\n{many}\r\n"),
            431,
            "request.headers_too_large",
        ),
        (
            format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", long(300_000)),
            414,
            "request.target_too_long",
        ),
        (
            format!("GET /api/v1/?q={} HTTP/1.1\r\nHost: x\r\n\r\n", long(70_000)),
            414,
            "request.target_too_long",
        ),
        ("GARBAGE\r\n\r\n".to_owned(), 400, "request.malformed"),
        ("GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_owned(), 400, "request.malformed"),
        ("GET /api/v1/ HTTP/1.1\r\nHost: x\r\nX y: z\r\n\r\n".to_owned(), 400, "request.malformed"),
        ("GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n".to_owned(), 400, "request.malformed"),
        (
            format!(
                "GET /api/v1/projects?q={} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                long(17_000)
            ),
            414,
            "request.target_too_long",
        ),
    ] {
        let mut socket = Socket::to(&app.url).await;
        socket.send(&request).await;
        assert_refused(socket.reply().await, status, code);
    }
    app.anonymous().get("//health").await.expect(200);
}

async fn a_head_that_does_not_arrive_is_a_problem_with_an_id(app: &TestApp) {
    let mut socket = Socket::to(&app.url).await;
    socket.send("GET /api/v1/ HTTP/1.1\r\nHo").await;
    assert_refused(socket.reply().await, 408, "request.head_timeout");
}

async fn an_answer_before_a_head_that_cannot_be_read_stays_whole(app: &TestApp) {
    let mut socket = Socket::to(&app.url).await;
    socket.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n").await;
    let both = socket.rest().await;
    assert!(both.starts_with("HTTP/1.1 200 OK\r\n"), "{both}");
    let (_, second) = both.split_once("}HTTP/1.1 400 Bad Request\r\n").expect("two answers");
    assert!(second.contains("x-request-id: ") && second.contains("request.malformed"), "{both}");
}

async fn a_file_that_ends_like_a_refusal_comes_back_as_it_is(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let refusal = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\n\
        date: Sat, 28 Nov 2026 16:54:29 GMT\r\n\r\n";
    for before in [0, 12, 256 * 1024] {
        let file = [&vec![b'x'; before], &refusal[..]].concat();
        let document = ada.upload("note.txt", &file).await;
        let path = format!("/documents/{}/content", document["id"].as_str().unwrap());
        for _ in 0..3 {
            let content = ada.request(reqwest::Method::GET, &path).send().await.unwrap();
            assert_eq!(content.bytes().await.unwrap().len(), file.len());
            let content = ada.request(reqwest::Method::GET, &path);
            let end = content.header("Range", format!("bytes={before}-")).send().await.unwrap();
            assert_eq!(&end.bytes().await.unwrap()[..], refusal);
        }
    }
}

on_postgres! {
    impatient();
    a_body_that_does_not_arrive_in_time_is_given_up,
    a_body_that_breaks_off_changes_nothing,
    a_chunked_body_is_bounded_like_any_other,
    a_head_that_cannot_be_read_is_a_problem_with_an_id,
    a_head_that_does_not_arrive_is_a_problem_with_an_id,
    an_answer_before_a_head_that_cannot_be_read_stays_whole,
    a_file_that_ends_like_a_refusal_comes_back_as_it_is,
}
