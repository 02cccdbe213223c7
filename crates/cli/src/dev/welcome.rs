//! The text that `plinth dev` prints once it listens.

use std::{
    fmt::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use plinth_bootstrap::has_console;

use crate::{demo, terminal};

/// What there is beside the API.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    /// Whether the console is served.
    pub(super) console: bool,
    /// Whether `/dev/mail` shows mails.
    pub(super) mails: bool,
    /// Whether there is demo data.
    pub(super) demo: bool,
}

/// Prints the URLs and first commands.
pub(super) fn print(address: SocketAddr, offer: Offer) {
    terminal::say(&text(&base(address), offer));
}

fn text(base: &str, offer: Offer) -> String {
    let mut text = "\nPlinth runs. Ctrl-C stops it.\n\n".to_owned();
    if offer.console {
        let remedy = if has_console() { "" } else { "   (not built: ./justw console)" };
        let _ = writeln!(text, "  Console     {base}/console/{remedy}");
    }
    let _ = write!(
        text,
        "  API         {base}/api/v1
  Reference   {base}/docs
  OpenAPI     {base}/api/v1/openapi.json
  Health      {base}/healthz
"
    );
    if offer.mails {
        let _ = writeln!(text, "  Mails       {base}/dev/mail");
    }
    if offer.demo {
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

    const NOTHING: Offer = Offer { console: false, mails: false, demo: false };

    #[test]
    fn without_demo_data_no_login_is_promised() {
        assert!(
            text("http://127.0.0.1:1", Offer { demo: true, ..NOTHING }).contains(demo::PASSWORD)
        );
        assert!(!text("http://127.0.0.1:1", NOTHING).contains(demo::PASSWORD));
    }

    #[test]
    fn the_page_of_mails_is_named_where_it_is_served() {
        let text = |mails| text("http://127.0.0.1:1", Offer { mails, ..NOTHING });
        assert!(text(true).contains("  http://127.0.0.1:1/dev/mail"));
        assert!(!text(false).contains("/dev/mail"));
    }

    #[test]
    fn the_console_is_named_first_where_it_is_served() {
        let text = |console| text("http://127.0.0.1:1", Offer { console, ..NOTHING });
        let shown = text(true);
        let first = shown.lines().find(|line| line.contains("http://")).unwrap();
        assert!(first.starts_with("  Console     http://127.0.0.1:1/console/"), "{first}");
        assert!(!text(false).contains("/console/"));
    }
}
