//! Requests of callers at different addresses.

/// Who sends a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The whole token; empty without a credential.
    pub token: String,
    /// The client's address, as a proxy would report it.
    pub address: String,
}

impl Caller {
    /// The head of a request with a body of `length` bytes; `headers` are whole lines.
    pub fn head(&self, method: &str, path: &str, headers: &str, length: usize) -> String {
        let Self { token, address } = self;
        let credential = if token.is_empty() {
            String::new()
        } else {
            format!("Authorization: Bearer {token}\r\n")
        };
        format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {address}\r\n\
             {credential}{headers}Content-Length: {length}\r\n\r\n"
        )
    }

    /// A GET request.
    pub fn get(&self, path: &str) -> Vec<u8> {
        self.head("GET", path, "", 0).into_bytes()
    }

    /// A POST request with a JSON body.
    pub fn post(&self, path: &str, body: &str) -> Vec<u8> {
        let head = self.head("POST", path, "Content-Type: application/json\r\n", body.len());
        [head.as_bytes(), body.as_bytes()].concat()
    }

    /// The upload of a file as a form, like a browser's; the last `missing` bytes are left out.
    pub fn upload(&self, name: &str, content: &[u8], missing: usize) -> Vec<u8> {
        let front = format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [front.as_bytes(), content, b"\r\n--b--\r\n"].concat();
        let kind = "Content-Type: multipart/form-data; boundary=b\r\n";
        let head = self.head("POST", "/documents", kind, body.len());
        [head.as_bytes(), &body[..body.len().saturating_sub(missing)]].concat()
    }
}
