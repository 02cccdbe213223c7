//! Where a URL leads, without the login in it.

use plinth_settings::Url;

/// Host and port of a URL; the port only when one is named or is usual for the service.
pub(crate) fn host(url: &Url, usual_port: Option<u16>) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port().or(usual_port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}
