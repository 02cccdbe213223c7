//! The text that `plinth dev` prints once it listens.

use std::{
    fmt::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use crate::{demo, terminal};

/// Prints the URLs and first commands.
pub(super) fn print(address: SocketAddr, shows_mails: bool, has_demo: bool) {
    terminal::say(&text(&base(address), shows_mails, has_demo));
}

fn text(base: &str, shows_mails: bool, has_demo: bool) -> String {
    let mut text = format!(
        "
Plinth runs. Ctrl-C stops it.

  API         {base}/api/v1
  Reference   {base}/docs
  OpenAPI     {base}/api/v1/openapi.json
  Health      {base}/healthz
"
    );
    if shows_mails {
        let _ = writeln!(text, "  Mails       {base}/dev/mail");
    }
    if has_demo {
        text.push_str(&demo(base));
    }
    text
}

/// The demo login and a first request that needs only curl and sed.
fn demo(base: &str) -> String {
    let (email, password) = (demo::OWNER_EMAIL, demo::PASSWORD);
    format!(
        r#"
Demo login    {email} with the password {password}
              (likewise admin@, accountant@, member@ and viewer@plinth.example)

Log in and list the projects:

TOKEN=$(curl -s {base}/api/v1/auth/login -H 'Content-Type: application/json' -d '{{"email":"{email}","password":"{password}"}}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s {base}/api/v1/projects -H "Authorization: Bearer $TOKEN"
"#
    )
}

/// The base URL for a client on this machine.
fn base(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    format!("http://{}", SocketAddr::new(host, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_is_shown_as_an_address_that_can_be_called() {
        for (listening, shown) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("0.0.0.0:9000", "http://127.0.0.1:9000"),
            ("[::]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(base(listening.parse().unwrap()), shown);
        }
    }

    #[test]
    fn without_demo_data_no_login_is_promised() {
        assert!(text("http://127.0.0.1:1", true, true).contains(demo::PASSWORD));
        assert!(!text("http://127.0.0.1:1", true, false).contains(demo::PASSWORD));
    }

    #[test]
    fn the_page_of_mails_is_named_where_it_is_served() {
        assert!(text("http://127.0.0.1:1", true, false).contains("  http://127.0.0.1:1/dev/mail"));
        assert!(!text("http://127.0.0.1:1", false, false).contains("/dev/mail"));
    }
}
