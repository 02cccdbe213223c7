//! What is asked of the server.

use std::io::Write as _;

use crate::{
    clients::Subjects, dataset::Organization, failure::Result, http::Connection, random::Random,
};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    ReadOne,
    List,
    ListDeep,
    Create,
    CreateOnce,
    Health,
    Healthz,
}

/// A place far down the list of a large organization.
#[derive(Debug)]
pub struct Deep {
    organization: Organization,
    cursor: String,
}

impl Work {
    /// All, those that change the data behind those that only read it.
    pub const ALL: [Self; 7] = [
        Self::Health,
        Self::Healthz,
        Self::ReadOne,
        Self::List,
        Self::ListDeep,
        Self::Create,
        Self::CreateOnce,
    ];

    /// Its name in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadOne => "read one",
            Self::List => "list 50",
            Self::ListDeep => "list 50, deep page",
            Self::Create => "create + journal",
            Self::CreateOnce => "create, idempotent",
            Self::Health => "/health",
            Self::Healthz => "/healthz",
        }
    }

    /// Writes a request of this kind.
    pub fn request(self, random: &mut Random, subjects: &Subjects, into: &mut Vec<u8>) {
        into.clear();
        let organization = Organization::any(random, subjects.organizations);
        let deep = &subjects.deep;
        // Writing to a vector cannot fail.
        let _ = match self {
            Self::Health => get(into, "/health", None),
            Self::Healthz => get(into, "/healthz", None),
            Self::ReadOne => {
                let path = format!("/api/v1/projects/{}", organization.project(random));
                get(into, &path, Some(organization))
            }
            Self::List => get(into, "/api/v1/projects?limit=50", Some(organization)),
            Self::ListDeep => {
                let place = usize::try_from(random.next()).unwrap_or_default() % deep.len().max(1);
                let Some(Deep { organization, cursor }) = deep.get(place) else { return };
                let path = format!("/api/v1/projects?limit=50&cursor={cursor}");
                get(into, &path, Some(*organization))
            }
            Self::Create => create(into, organization, random, ""),
            Self::CreateOnce => {
                let key = format!("Idempotency-Key: {:016x}\r\n", random.next());
                create(into, organization, random, &key)
            }
        };
    }
}

impl Deep {
    /// Walks down the lists of the large organizations, and keeps the last places.
    pub async fn find(connection: &mut Connection) -> Result<Vec<Self>> {
        let (mut found, mut request) = (Vec::new(), Vec::new());
        for organization in Organization::large() {
            let mut cursors = Vec::new();
            loop {
                let after = cursors.last().map(|cursor| format!("&cursor={cursor}"));
                let path = format!("/api/v1/projects?limit=200{}", after.unwrap_or_default());
                request.clear();
                get(&mut request, &path, Some(organization))?;
                let reply = connection.ask(&request).await?;
                let page: serde_json::Value = serde_json::from_slice(reply.body)?;
                match page["next_cursor"].as_str() {
                    Some(cursor) => cursors.push(cursor.to_owned()),
                    None if reply.status == 200 => break,
                    None => return Err(format!("a list was answered {page}").into()),
                }
            }
            let last = cursors.into_iter().rev().take(10);
            found.extend(last.map(|cursor| Self { organization, cursor }));
        }
        Ok(found)
    }
}

fn get(into: &mut Vec<u8>, path: &str, caller: Option<Organization>) -> std::io::Result<()> {
    write!(into, "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n")?;
    if let Some(organization) = caller {
        write!(into, "Authorization: Bearer pla_{}\r\n", organization.token())?;
    }
    into.write_all(b"\r\n")
}

fn create(
    into: &mut Vec<u8>,
    caller: Organization,
    random: &mut Random,
    key: &str,
) -> std::io::Result<()> {
    let (token, code) = (caller.token(), random.next());
    let body = format!(
        r#"{{"code":"N-{code:016X}","name":"Harbour, quay 7","status":"active","starts_on":"2026-11-20","description":"Renewal of the quay wall and the crane rail","metadata":{{"client":"Port authority","budget":1250000}}}}"#,
    );
    write!(
        into,
        "POST /api/v1/projects HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer pla_{token}\r\n\
         {key}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
        length = body.len(),
    )
}
