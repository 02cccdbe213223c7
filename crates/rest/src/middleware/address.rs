use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use actix_web::{dev::ServiceRequest, http::header::HeaderMap};

use super::forwarded;
use crate::config::{Config, ForwardedHeader};

/// The client's address: the peer's, or the one that trusted proxies report. Trusted proxies wrote
/// the last entries of the header; a client can forge the entries before them.
///
/// The peer's address counts when the header has fewer entries than there are trusted proxies, or
/// when the entry is no address.
pub(super) fn of(request: &ServiceRequest, config: &Config) -> Option<IpAddr> {
    let peer = request.peer_addr().as_ref().map(SocketAddr::ip);
    let told = if let Some(after) = config.trusted_proxies.checked_sub(1) {
        match config.forwarded_header {
            ForwardedHeader::XForwardedFor => forwarded::x_forwarded_for(request.headers(), after),
            ForwardedHeader::Forwarded => forwarded::forwarded(request.headers(), after),
        }
    } else {
        notice_proxy(request.headers(), peer);
        None
    };
    told.or(peer).map(|address| address.to_canonical())
}

/// Tells the operator, once in a process, that a proxy forwards requests and is not trusted: all
/// of its clients then share the allowance of one address.
fn notice_proxy(headers: &HeaderMap, peer: Option<IpAddr>) {
    static TOLD: Once = Once::new();
    if TOLD.is_completed() || !peer.is_some_and(is_private) {
        return;
    }
    let sent =
        ["x-forwarded-for", "forwarded"].into_iter().find(|name| headers.contains_key(*name));
    if let Some(header) = sent {
        TOLD.call_once(|| {
            tracing::warn!(
                peer = peer.map(tracing::field::display),
                header,
                "a proxy forwards requests, but server.trusted_proxies is 0: all clients behind \
                 the proxy are limited as one; set PLINTH_SERVER__TRUSTED_PROXIES to the number of \
                 proxies, and PLINTH_SERVER__FORWARDED_HEADER to the header that they write"
            );
        });
    }
}

/// Whether an address belongs to a private network, where a load balancer is.
fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            // 100.64.0.0/10 is shared between a provider and its customers (RFC 6598).
            let shared = first == 100 && (64..128).contains(&second);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_network_is_known_by_its_range() {
        for private in [
            "10.0.0.1",
            "172.16.9.9",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.1.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in ["192.0.2.1", "100.128.0.1", "172.32.0.1", "2001:db8::1"] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }
}
