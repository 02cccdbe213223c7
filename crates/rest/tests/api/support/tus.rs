//! Resumable uploads whose length is told later, and those that join others.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::TryStreamExt;
use plinth_ports::Blobs;
use reqwest::{Method, header};
use serde_json::Value;

use super::{Client, Reply, TestApp};

/// A file that begins like a PDF.
pub fn file(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((bytes.len()..length).map(|place| u8::try_from(place * place % 251).unwrap()));
    bytes
}

pub async fn create(client: &Client, headers: &[(&str, String)]) -> Reply {
    let mut request = client.tus(Method::POST, "/uploads");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    client.send(request).await
}

pub fn named(name: &str) -> (&'static str, String) {
    ("Upload-Metadata", format!("filename {}", STANDARD.encode(name)))
}

pub fn concat(value: &str) -> (&'static str, String) {
    ("Upload-Concat", value.to_owned())
}

pub async fn deferred(client: &Client) -> String {
    let headers = [("Upload-Defer-Length", "1".to_owned()), named("plan.pdf")];
    let reply = create(client, &headers).await.expect(201);
    assert_eq!(reply.header("upload-defer-length"), "1");
    assert_eq!(reply.header("upload-length"), "");
    reply.header("location").to_owned()
}

/// Sends bytes, and tells the length.
pub async fn send_last(
    client: &Client,
    path: &str,
    offset: usize,
    bytes: &[u8],
    length: usize,
) -> Reply {
    let request = client
        .tus(Method::PATCH, path)
        .header(header::CONTENT_TYPE, "application/offset+octet-stream")
        .header("Upload-Offset", offset)
        .header("Upload-Length", length)
        .body(bytes.to_vec());
    client.send(request).await
}

/// A complete partial upload of these bytes.
pub async fn part(client: &Client, bytes: &[u8]) -> String {
    let length = ("Upload-Length", bytes.len().to_string());
    let reply = create(client, &[length, concat("partial")]).await.expect(201);
    assert_eq!(reply.header("upload-concat"), "partial");
    assert_eq!(reply.header("plinth-document"), "");
    let path = reply.header("location").to_owned();
    if !bytes.is_empty() {
        client.send_tus(&path, 0, bytes).await.expect(204);
    }
    path
}

pub async fn join(client: &Client, parts: &[String]) -> Reply {
    create(client, &[concat(&format!("final;{}", parts.join(" "))), named("plan.pdf")]).await
}

pub async fn head(client: &Client, path: &str) -> reqwest::Response {
    client.tus(Method::HEAD, path).send().await.unwrap()
}

pub async fn has_content(client: &Client, document: &str, bytes: &[u8]) {
    let found: Value = client.get(document).await.expect(200).json();
    assert_eq!(found["current"]["size_bytes"], bytes.len());
    let path = format!("{}/content", document.strip_prefix("/api/v1").unwrap_or(document));
    let content = client.request(Method::GET, &path).send().await.unwrap();
    assert!(content.bytes().await.unwrap() == bytes);
}

pub async fn stored(app: &TestApp) -> usize {
    app.settle().await;
    app.blobs.list().try_collect::<Vec<_>>().await.unwrap().len()
}
