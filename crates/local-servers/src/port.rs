//! Free TCP ports.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::Error;

/// A free port on 127.0.0.1. Another process may take it before the caller does, so the start of
/// a server is retried on another port.
pub(crate) fn free_port() -> Result<u16, Error> {
    free_ports().map(|[port]| port)
}

/// Several such ports, all different.
pub(crate) fn free_ports<const COUNT: usize>() -> Result<[u16; COUNT], Error> {
    let refused = || Error::io("find a free port on", Path::new("127.0.0.1"));
    let mut ports = [0; COUNT];
    // All ports are bound until the last one is found, so that all are different.
    let mut listeners = Vec::new();
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused())?;
        *port = listener.local_addr().map_err(refused())?.port();
        listeners.push(listener);
    }
    Ok(ports)
}
