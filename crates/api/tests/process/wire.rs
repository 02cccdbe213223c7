//! A minimal HTTP client that sends bodies of any length in pieces, to a server that may have been
//! killed.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering},
};

use reqwest::{Client, Response};
use serde_json::Value;

use crate::server::Api;

/// Bytes that are sent at once.
const PIECE: usize = 64 * 1024;

/// A user who is logged in.
#[derive(Clone)]
pub struct Person {
    token: String,
}

/// A request.
pub struct RawRequest<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: &'a [(&'a str, String)],
    /// The parts of the body; a part may be repeated.
    pub body: &'a [&'a [u8]],
}

/// A response.
#[derive(Debug)]
pub struct RawResponse {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Person {
    /// A user with an organization.
    pub async fn register(api: &Api) -> Self {
        let body = r#"{"email":"ada@example.com","password":"correct horse battery","name":"Ada",
            "organization":{"name":"Harbour Works"}}"#;
        let register = Client::new().post(format!("http://{}/api/v1/auth/register", api.address));
        let register = register.header("content-type", "application/json").body(body);
        let registered: Value = register.send().await.unwrap().json().await.unwrap();
        Self { token: registered["access_token"].as_str().unwrap().to_owned() }
    }

    /// The line of a request's head that shows the credential.
    pub fn authorization(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.token)
    }

    pub async fn get(&self, api: &Api, path: &str) -> Response {
        let url = format!("http://{}/api/v1{path}", api.address);
        let response = Client::new().get(url).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response
    }

    /// Sends a request, counts the sent bytes of its body, and reads the whole response.
    pub fn send(
        &self,
        address: &str,
        sending: &RawRequest<'_>,
        sent: &AtomicUsize,
    ) -> io::Result<RawResponse> {
        let mut stream = TcpStream::connect(address)?;
        let length: usize = sending.body.iter().map(|part| part.len()).sum();
        let mut head = format!(
            "{} /api/v1{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\nContent-Length: {length}\r\n",
            sending.method, sending.path, self.token
        );
        for (name, value) in sending.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        for piece in sending.body.iter().flat_map(|part| part.chunks(PIECE)) {
            stream.write_all(piece)?;
            sent.fetch_add(piece.len(), Ordering::Relaxed);
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        RawResponse::parse(&answer).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

impl RawResponse {
    /// A complete response, or `None`; the server always sends `Content-Length`.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = std::str::from_utf8(&bytes[..end]).ok()?.to_ascii_lowercase();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let answer = Self { status, head, body: bytes[end..].to_vec() };
        let length = answer.header("content-length").map_or(Some(0), |text| text.parse().ok())?;
        (answer.body.len() >= length).then_some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value.trim()).next()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The bytes of a form before and after its one file.
pub fn form(name: &str) -> (String, &'static str) {
    let head = format!(
        "--plinth\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    (head, "\r\n--plinth--\r\n")
}

/// The `Content-Type` of such a form.
pub const FORM: &str = "multipart/form-data; boundary=plinth";
