//! Asks the domain name system for the records by which organizations prove domains.
//!
//! The resolver is made for each question: the settings of the system may have changed, and nothing is
//! cached, because a record was published a moment ago.

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use hickory_resolver::{
    TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{op::ResponseCode, rr::RData},
};
use plinth_ports::{TxtError, TxtLookup};

/// How long one question may take, with what is asked again.
const TIMEOUT: Duration = Duration::from_secs(8);

/// How long one server is waited for.
const SERVER_TIMEOUT: Duration = Duration::from_secs(2);

/// The most records of a name that are looked at.
const MAX_RECORDS: usize = 100;

/// Asks servers of the domain name system.
#[derive(Debug, Clone, Default)]
pub struct Dns {
    /// The server; `None` for those of the system (`/etc/resolv.conf`).
    server: Option<SocketAddr>,
}

impl Dns {
    /// Asks the servers of the system.
    #[must_use]
    pub const fn of_system() -> Self {
        Self { server: None }
    }

    /// Asks this server, by UDP and, where its answer is too long for it, by TCP.
    #[must_use]
    pub const fn at(server: SocketAddr) -> Self {
        Self { server: Some(server) }
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.server {
            None => TokioResolver::builder_tokio()?,
            Some(server) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                let connections = connections.map(|mut connection| {
                    connection.port = server.port();
                    connection
                });
                let server = NameServerConfig::new(server.ip(), true, connections.to_vec());
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = SERVER_TIMEOUT;
        options.attempts = 2;
        builder.build()
    }

    async fn ask(&self, name: &str) -> Result<Vec<String>, NetError> {
        // With a dot at its end, so that no domain of the system is appended.
        let found = self.resolver()?.txt_lookup(format!("{name}.")).await?;
        let texts = found.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(text) => String::from_utf8(text.txt_data.concat()).ok(),
            _ => None,
        });
        Ok(texts.take(MAX_RECORDS).collect())
    }
}

#[async_trait]
impl TxtLookup for Dns {
    async fn txt(&self, name: &str) -> Result<Vec<String>, TxtError> {
        match tokio::time::timeout(TIMEOUT, self.ask(name)).await {
            Ok(Ok(texts)) => Ok(texts),
            Ok(Err(error)) if tells_of_none(&error) => Ok(Vec::new()),
            Ok(Err(error)) => Err(TxtError(error.to_string())),
            Err(_) => Err(TxtError(format!("no answer within {TIMEOUT:?}"))),
        }
    }
}

/// Whether a server has answered that there is no such record. One that fails answers none, too.
fn tells_of_none(error: &NetError) -> bool {
    let NetError::Dns(DnsError::NoRecordsFound(none)) = error else { return false };
    matches!(none.response_code, ResponseCode::NoError | ResponseCode::NXDomain)
}

#[cfg(test)]
mod tests;
