//! The kinds of requests, and how many of each come for a change.

use std::sync::Arc;

use super::tenants::Tenants;
use crate::{
    business::bodies,
    clients::Requests,
    dataset::Organization,
    random::Random,
    requests::{create, get, send},
};

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Read,
    List,
    Change,
    Upload,
    Invoice,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Read, Self::List, Self::Change, Self::Upload, Self::Invoice];

    /// Those that are one request of a stream without end.
    pub const PLAIN: [Self; 3] = [Self::Read, Self::List, Self::Change];

    /// Its name in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read one",
            Self::List => "list 50",
            Self::Change => "create + audit",
            Self::Upload => "upload a PDF",
            Self::Invoice => "create and issue an invoice",
        }
    }

    /// How many come for each change.
    pub const fn for_each_change(self) -> f64 {
        match self {
            Self::Read | Self::List => 10.0,
            Self::Change => 1.0,
            Self::Upload => 0.05,
            Self::Invoice => 0.02,
        }
    }
}

/// Writes the first request of a kind about a random organization, and returns which.
pub fn write(
    kind: Kind,
    tenants: &Tenants,
    file: &[u8],
    random: &mut Random,
    into: &mut Vec<u8>,
) -> Organization {
    let (organization, projects) = tenants.any(random);
    // Writing to a vector cannot fail.
    let _ = match kind {
        Kind::Read => {
            let path = format!("/api/v1/projects/{}", organization.project(random, projects));
            get(into, &path, Some(organization))
        }
        Kind::List => get(into, "/api/v1/projects?limit=50", Some(organization)),
        Kind::Change => create(into, organization, random, ""),
        Kind::Upload => {
            upload(into, organization, file, random);
            Ok(())
        }
        Kind::Invoice => {
            let body = bodies::invoice(organization, 10);
            send(into, ("POST", "/invoices"), organization, "", &body)
        }
    };
    organization
}

/// Writes the upload of a file, as a browser's form. No two files are equal.
fn upload(into: &mut Vec<u8>, organization: Organization, file: &[u8], random: &mut Random) {
    let front = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"plan.pdf\"\r\n\
        Content-Type: application/pdf\r\n\r\n";
    // A comment after the end of a PDF.
    let back = format!("\n%{:016x}\n\r\n--b--\r\n", random.next());
    let head = format!(
        "POST /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer pla_{token}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n\r\n",
        token = organization.token(),
        length = front.len() + file.len() + back.len(),
    );
    into.extend([head.as_bytes(), front.as_bytes(), file, back.as_bytes()].concat());
}

/// Requests of one kind without end.
#[derive(Debug)]
pub struct Endless {
    pub kind: Kind,
    pub tenants: Arc<Tenants>,
    pub random: Random,
}

impl Requests for Endless {
    fn next(&mut self, into: &mut Vec<u8>) -> bool {
        write(self.kind, &self.tenants, &[], &mut self.random, into);
        true
    }
}
