mod answer;
mod connect;
mod error;
mod request;
mod resolver;
#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{Client, header::CONTENT_ENCODING, redirect, retry};
use url::Url;

use crate::{AddressRules, rules::Reach};

pub use answer::{Answer, BodyError};
use connect::ConnectLimit;
pub use error::OutgoingError;
pub use request::{Request, UnsendableHeader};
use resolver::PublicResolver;

/// How long a connection waits for its next request. Most servers close it after a minute.
const IDLE: Duration = Duration::from_secs(30);

/// The connections of one server that wait at most.
const IDLE_CONNECTIONS: usize = 64;

/// The one client for requests to other servers. It follows no redirect, repeats no request, asks
/// no proxy, and sends nothing to an address that [`AddressRules`] refuse, also when a name leads
/// there.
#[derive(Clone)]
pub struct Outgoing {
    rules: AddressRules,
    resolver: Arc<PublicResolver>,
    // Connections to servers that the operator allows are never used for others.
    public: Arc<OnceLock<Result<Client, String>>>,
    allowed: Arc<OnceLock<Result<Client, String>>>,
}

impl Outgoing {
    /// A client for these addresses. It reads the certificates of the system at its first request.
    #[must_use]
    pub fn new(rules: AddressRules) -> Self {
        Self::with_resolver(rules, PublicResolver::of_the_system())
    }

    fn with_resolver(rules: AddressRules, resolver: PublicResolver) -> Self {
        let (public, allowed) = (Arc::default(), Arc::default());
        Self { rules, resolver: Arc::new(resolver), public, allowed }
    }

    /// Sends a request. Returns when the head of the answer has come, also with an error's status.
    /// Dropping the future or the answer closes the connection, unless the answer was read to its
    /// end.
    ///
    /// # Errors
    /// The request was not sent, or it was not answered: see [`OutgoingError`].
    pub async fn send(&self, request: Request) -> Result<Answer, OutgoingError> {
        let forbidden = |reason| OutgoingError::Forbidden { reason };
        let url = Url::parse(&request.url);
        let url = url.map_err(|error| forbidden(format!("is no URL: {error}")))?;
        let client = match self.rules.admit(&url).map_err(forbidden)? {
            Reach::Public => self
                .public
                .get_or_init(|| finished(builder().dns_resolver(Arc::clone(&self.resolver)))),
            Reach::Allowed => self.allowed.get_or_init(|| finished(builder())),
        };
        let client = client.as_ref().map_err(|detail| OutgoingError::unreachable(detail))?;
        let sent = client.request(request.method, url).headers(request.headers).body(request.body);
        let response = connect::within(request.connect, sent.send()).await;
        let response = response.map_err(|error| OutgoingError::of(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(OutgoingError::Redirect { status: status.as_u16() });
        }
        // None was accepted: a few bytes can become gigabytes.
        let encoding = response.headers().get(CONTENT_ENCODING);
        if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
            return Err(OutgoingError::Encoded { status: status.as_u16() });
        }
        Ok(Answer::new(response, request.max_bytes))
    }
}

fn builder() -> reqwest::ClientBuilder {
    Client::builder()
        .user_agent(concat!("plinth/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        // With HTTP/2, all tenants would share the streams of one connection.
        .http1_only()
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .connector_layer(ConnectLimit)
}

fn finished(builder: reqwest::ClientBuilder) -> Result<Client, String> {
    builder.build().map_err(|error| error::root_cause(&error))
}
