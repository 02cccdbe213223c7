//! Whether a port can be listened on.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener},
};

/// Checks that the API can listen there; the error says what to do.
pub(crate) fn check(host: IpAddr, port: u16) -> Result<(), String> {
    let address = SocketAddr::new(host, port);
    let Err(error) = TcpListener::bind(address) else { return Ok(()) };
    Err(match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {port} is taken on {host}, perhaps by another `plinth dev`. Stop what listens \
             there (`ss -ltnp 'sport = :{port}'` or `lsof -i :{port}` names it), or take another \
             port: `plinth dev --port {}`",
            port.checked_add(1).unwrap_or(8080)
        ),
        ErrorKind::PermissionDenied => {
            format!("port {port} is for root only. Take one from 1024 on: `plinth dev --port 8080`")
        }
        ErrorKind::AddrNotAvailable => format!(
            "{host} is not an address of this machine. Take 127.0.0.1, or 0.0.0.0 for all of them: \
             `plinth dev --host 127.0.0.1`"
        ),
        _ => format!("cannot listen on {address}: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_taken_port_is_named_with_another_to_take() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let refusal = check(Ipv4Addr::LOCALHOST.into(), port).unwrap_err();
        assert!(refusal.contains(&format!("port {port} is taken")), "{refusal}");
        drop(listener);
        assert_eq!(check(Ipv4Addr::LOCALHOST.into(), port), Ok(()));
    }
}
