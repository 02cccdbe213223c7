use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::is_public;

type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// All addresses of a name are inside a network.
#[derive(Debug, thiserror::Error)]
#[error("has no public address")]
pub(super) struct NotPublic;

/// Resolves names to public addresses. The connection is made to what it returns, so a name that
/// changes between check and use gains nothing.
pub(super) struct PublicResolver {
    lookup: Lookup,
    is_public: fn(IpAddr) -> bool,
}

impl PublicResolver {
    pub(super) fn of_the_system() -> Self {
        let lookup: Lookup = Arc::new(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        });
        Self { lookup, is_public }
    }

    #[cfg(test)]
    pub(super) fn of(lookup: Lookup, is_public: fn(IpAddr) -> bool) -> Self {
        Self { lookup, is_public }
    }
}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let is_public = self.is_public;
        Box::pin(async move {
            let found = found.await?;
            let named = !found.is_empty();
            let public: Vec<_> = found.into_iter().filter(|address| is_public(*address)).collect();
            if named && public.is_empty() {
                return Err(NotPublic.into());
            }
            // The port of the URL takes the place of 0.
            Ok(Box::new(public.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}
