use std::net::IpAddr;

use actix_web::dev::ServiceRequest;

/// The client's address: the peer's, or what our own proxies say. Of
/// `X-Forwarded-For` the last `trusted` entries were written by proxies of
/// ours; whatever stands before them anybody could have written.
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

/// What is counted as one client: an IPv6 network of 64 bits is one
/// subscriber, who could else take a new address for each request.
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
