//! Servers that may be called although their addresses are not public.

use plinth_settings::{Settings, Sources};

fn allowed(text: &str) -> Option<Vec<String>> {
    let sources = Sources::none()
        .with_variable("DATABASE_URL", "postgres://app@localhost/plinth")
        .with_variable("PLINTH_OUTGOING__ALLOW", text);
    Settings::load(&sources).ok().map(|settings| settings.outgoing.allow)
}

#[test]
fn allowed_servers_are_hosts_with_ports() {
    let expected = ["127.0.0.1:11434", "[::1]:8000", "models.internal:443"].map(str::to_owned);
    let text = "127.0.0.1:11434, [::1]:8000,models.internal:443";
    assert_eq!(allowed(text), Some(expected.to_vec()));
    for wrong in [
        "127.0.0.1",
        "http://127.0.0.1:80",
        "127.0.0.1:80/v1",
        "::1:80",
        "a b:80",
        ":80",
        "a:0",
        "a:65536",
        "a:https",
        "*:80",
        "10.0.0.0/8:80",
    ] {
        assert_eq!(allowed(wrong), None, "{wrong}");
    }
}
