use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use plinth_domain::OperatorName;
use plinth_ports::SentMails;
use secrecy::SecretBox;
use sha2::{Digest, Sha256};

use crate::{assets::Assets, cookies::CookieConfig};

/// The configuration of the HTTP server. The composition root fills it from the
/// settings.
pub struct Config {
    /// The service's version, as `/health` shows it.
    pub version: &'static str,
    /// Number of worker threads; `None` for one per core.
    pub workers: Option<NonZeroUsize>,
    /// The maximum number of connections per worker thread.
    pub max_connections: usize,
    /// How long receiving a request's head may take.
    pub header_timeout: Duration,
    /// How long receiving a request's body may take.
    pub body_timeout: Duration,
    /// How long a client may send no byte of a file.
    pub body_stall: Duration,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long a whole request may take.
    pub request_timeout: Duration,
    /// How long requests may continue after the signal to stop, the drain delay included.
    pub shutdown_deadline: Duration,
    /// How long `/ready` responds with 503 before the listener closes.
    pub drain_delay: Duration,
    /// The largest body, in bytes.
    pub max_body_bytes: usize,
    /// How long a client may leave sent data unread.
    pub write_timeout: Duration,
    /// The maximum number of open streams and sockets.
    pub streams: StreamLimits,
    /// How many entries of the forwarded header come from trusted proxies, counted from its end.
    pub trusted_proxies: usize,
    /// The header that the trusted proxies write.
    pub forwarded_header: ForwardedHeader,
    /// Whether pages of this origin may call (the `Origin` header's value).
    pub allows_origin: Box<dyn Fn(&str) -> bool + Send + Sync>,
    /// The path prefix under which clients reach the server; empty for none. `None` to believe what
    /// trusted proxies say.
    pub public_path: Option<String>,
    /// Whether rate limits apply.
    pub rate_limits: bool,
    /// Whether requests are traced.
    pub traced: bool,
    /// Whether requests are measured.
    pub measured: bool,
    /// The mails that `/dev/mail` shows; `None` for no such page.
    pub sent_mails: Option<Arc<dyn SentMails>>,
    /// The console, without files where it is not built; `None` where it is not served.
    pub console: Option<Assets>,
    /// The interactive reference of the API, without files where it is not built.
    pub reference: Assets,
    /// The sessions of browsers.
    pub cookies: CookieConfig,
    /// Signs cursors.
    pub cursor_key: SecretBox<[u8; 32]>,
}

/// The header in which a proxy reports the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The maximum number of open streams and sockets, in one process.
#[derive(Debug, Clone, Copy)]
pub struct StreamLimits {
    /// Of one user, with all of their sessions and API keys.
    pub per_user: usize,
    /// Of one organization.
    pub per_organization: usize,
    /// Of all.
    pub total: usize,
    /// Of the sockets that have not authenticated yet.
    pub unauthenticated: usize,
    /// Of the sockets of one address that have not authenticated yet.
    pub unauthenticated_per_address: usize,
    /// How long a socket may take to authenticate.
    pub authentication_timeout: Duration,
}

/// The keys of operators.
#[derive(Debug, Clone)]
pub struct OperatorKeys(Vec<(OperatorName, [u8; 32])>);

impl OperatorKeys {
    /// What every key begins with. 256 random bits follow, in 43 characters of base64url.
    pub const PREFIX: &'static str = "plo_";

    const LENGTH: usize = Self::PREFIX.len() + 43;

    /// The keys with these SHA-256.
    #[must_use]
    pub const fn new(keys: Vec<(OperatorName, [u8; 32])>) -> Self {
        Self(keys)
    }

    /// The key of these bits, which must be random.
    #[must_use]
    pub fn key_of(bits: [u8; 32]) -> String {
        Self::PREFIX.to_owned() + &URL_SAFE_NO_PAD.encode(bits)
    }

    /// The SHA-256 by which a key is known.
    #[must_use]
    pub fn hash_of(key: &str) -> [u8; 32] {
        Sha256::digest(key.as_bytes()).into()
    }

    /// The name of a key, if it is one of them. Every known hash is compared, and every byte of each.
    pub(crate) fn find(&self, key: &str) -> Option<OperatorName> {
        if !key.starts_with(Self::PREFIX) || key.len() != Self::LENGTH {
            return None;
        }
        let given = Self::hash_of(key);
        let mut found = None;
        for (name, known) in &self.0 {
            let differ = known.iter().zip(&given).fold(0, |all, (one, other)| all | (one ^ other));
            if differ == 0 {
                found = Some(*name);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_an_operator_is_found_by_its_hash_and_form() {
        let name = |text| OperatorName::parse(text).unwrap();
        let key = |letter: &str| format!("plo_{}", letter.repeat(43));
        let hash = OperatorKeys::hash_of;
        let odd = "plk_".to_owned() + &"A".repeat(43);
        let keys = OperatorKeys::new(vec![
            (name("anna"), hash(&key("A"))),
            (name("bob"), hash(&key("B"))),
            (name("odd"), hash(&odd)),
            (name("short"), hash("plo_A")),
        ]);
        assert_eq!(keys.find(&key("A")), Some(name("anna")));
        assert_eq!(keys.find(&key("B")), Some(name("bob")));
        for unknown in [&*key("C"), &*odd, "plo_A", "", "plo_"] {
            assert_eq!(keys.find(unknown), None, "{unknown}");
        }
        assert_eq!(OperatorKeys::new(Vec::new()).find(&key("A")), None);
        let made = OperatorKeys::key_of([7; 32]);
        let keys = OperatorKeys::new(vec![(name("eve"), hash(&made))]);
        assert_eq!(keys.find(&made), Some(name("eve")));
    }
}
