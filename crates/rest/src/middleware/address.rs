use std::net::IpAddr;

use actix_web::dev::ServiceRequest;

/// The client's address: the peer's, or the one that trusted proxies report.
/// Trusted proxies wrote the last `trusted` entries of `X-Forwarded-For`; a
/// client can forge the entries before them.
pub(super) fn of(request: &ServiceRequest, trusted: usize) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    if trusted == 0 {
        return peer;
    }
    let forwarded = request
        .headers()
        .get_all("X-Forwarded-For")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect::<Vec<_>>();
    let told = forwarded.len().checked_sub(trusted).and_then(|at| forwarded.get(at));
    told.and_then(|text| text.trim().parse().ok()).or(peer)
}

/// The key of the rate limit for an address. An IPv6 /64 network counts as one
/// client, because one subscriber can use all of its addresses.
pub(super) fn client(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            if let Some(v4) = v6.to_ipv4_mapped() {
                return v4.to_string();
            }
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}
