//! Tickets: what stands in for a credential where a client cannot send a header.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use plinth_domain::{Id, OrganizationId, Timestamp};
use plinth_ports::{Quota, TokenHash};
use uuid::Uuid;

use crate::{Application, Authenticated, Caller, Error, authenticate::CredentialKind};

/// What a ticket begins with.
const PREFIX: &str = "plt_";

/// How long a ticket is valid.
const LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// What the key signs a ticket for.
const USAGE: &str = "ticket";

/// The bytes of a ticket before its signature: the kind of the credential, its organization, its hash,
/// the end as seconds since 1970, and random ones.
const BYTES: usize = 1 + 16 + 32 + 8 + 16;

/// A signed permission to read one path for 60 seconds with the rights of a credential. It ends with
/// the credential.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// The text for the query.
    pub text: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The parts of a valid ticket.
struct Parts {
    organization: OrganizationId,
    credential: TokenHash,
    kind: CredentialKind,
    ends: i64,
    serial: [u8; 16],
}

impl Application {
    /// A ticket for a path with its query, with the caller's rights.
    #[must_use]
    pub fn issue_ticket(&self, caller: &Caller, target: &str) -> Ticket {
        let expires_at = self.now() + LIFETIME;
        let kind = CredentialKind::of(caller.access.principal());
        let mut bytes = vec![kind.number()];
        bytes.extend(caller.access.organization().uuid().as_bytes());
        bytes.extend(caller.credential);
        bytes.extend(expires_at.timestamp().to_be_bytes());
        bytes.extend(&self.ports.security.secrets.random()[..16]);
        let signature = self.ports.security.key.sign(USAGE, &signed(&bytes, target));
        bytes.extend(signature);
        let mut text = PREFIX.to_owned();
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        Ticket { text, expires_at }
    }

    /// Verifies a ticket for this path with its query, and that its credential is still valid.
    /// `once`: a second use is refused.
    ///
    /// # Errors
    /// [`Error::INVALID_TOKEN`].
    pub async fn authenticate_by_ticket(
        &self,
        ticket: &str,
        target: &str,
        once: bool,
    ) -> Result<Authenticated, Error> {
        let parts = self.parts(ticket, target).ok_or(Error::INVALID_TOKEN)?;
        if parts.ends <= self.now().timestamp() {
            return Err(Error::INVALID_TOKEN);
        }
        let Parts { organization, credential, kind, .. } = parts;
        let admitted = self.authenticate_by_hash(organization, credential, kind, false).await?;
        if once {
            let serial = URL_SAFE_NO_PAD.encode(parts.serial);
            let counted = self.ports.security.limiter.check(Quota::Ticket, &serial).await;
            if counted.retry_after.is_some() {
                return Err(Error::INVALID_TOKEN);
            }
        }
        Ok(admitted)
    }

    fn parts(&self, ticket: &str, target: &str) -> Option<Parts> {
        let bytes = URL_SAFE_NO_PAD.decode(ticket.strip_prefix(PREFIX)?).ok()?;
        let (bytes, signature) = bytes.split_at_checked(BYTES)?;
        if !self.ports.security.key.verifies(USAGE, &signed(bytes, target), signature) {
            return None;
        }
        let (kind, rest) = bytes.split_first()?;
        let (organization, rest) = rest.split_first_chunk::<16>()?;
        let (credential, rest) = rest.split_first_chunk::<32>()?;
        let (ends, serial) = rest.split_first_chunk::<8>()?;
        Some(Parts {
            organization: Id::from_uuid(Uuid::from_bytes(*organization)),
            credential: *credential,
            kind: CredentialKind::from_number(*kind)?,
            ends: i64::from_be_bytes(*ends),
            serial: serial.try_into().ok()?,
        })
    }
}

fn signed(bytes: &[u8], target: &str) -> Vec<u8> {
    [bytes, target.as_bytes()].concat()
}
