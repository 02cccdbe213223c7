//! HTTP/1.1 requests as bytes.

use std::io::Write as _;

use crate::{dataset::Organization, random::Random};

/// Writes a GET request, with the token of `caller` when there is one.
pub fn get(into: &mut Vec<u8>, path: &str, caller: Option<Organization>) -> std::io::Result<()> {
    write!(into, "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n")?;
    if let Some(organization) = caller {
        write!(into, "Authorization: Bearer pla_{}\r\n", organization.token())?;
    }
    into.write_all(b"\r\n")
}

/// The body of a new project.
pub fn project(random: &mut Random) -> String {
    format!(
        r#"{{"code":"N-{code:016X}","name":"Harbour, quay 7","status":"active","starts_on":"2026-11-20","description":"Renewal of the quay wall and the crane rail","metadata":{{"client":"Port authority","budget":1250000}}}}"#,
        code = random.next(),
    )
}

/// Writes a request that creates a project; `key` is an empty string or a whole header line.
pub fn create(
    into: &mut Vec<u8>,
    caller: Organization,
    random: &mut Random,
    key: &str,
) -> std::io::Result<()> {
    send(into, ("POST", "/projects"), caller, key, &project(random))
}

/// Writes a request with a body; `header` is an empty string or a whole line.
pub fn send(
    into: &mut Vec<u8>,
    (method, path): (&str, &str),
    caller: Organization,
    header: &str,
    body: &str,
) -> std::io::Result<()> {
    let token = caller.token();
    write!(
        into,
        "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer pla_{token}\r\n\
         {header}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
        length = body.len(),
    )
}
