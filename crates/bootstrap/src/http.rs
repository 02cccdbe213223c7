use std::num::NonZeroUsize;

use plinth_console::File;
use plinth_domain::OperatorName;
use plinth_rest::{Asset, Assets, ForwardedHeader, OperatorKeys};
use plinth_settings::Settings;
use secrecy::SecretBox;
use url::{Host, Url};

use crate::{keys, mail};

/// The configuration of the REST adapter.
#[must_use]
pub fn http_config(settings: &Settings) -> plinth_rest::Config {
    let server = &settings.server;
    let origins = server.cors_origins.clone();
    let is_development = !settings.environment.is_production();
    let has_tls = server.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    plinth_rest::Config {
        version: env!("CARGO_PKG_VERSION"),
        workers: NonZeroUsize::new(server.workers),
        max_connections: server.max_connections,
        header_timeout: server.header_timeout,
        body_timeout: server.request_timeout,
        body_stall: server.request_timeout,
        keep_alive: server.keep_alive,
        request_timeout: server.request_timeout,
        shutdown_deadline: server.shutdown_deadline,
        drain_delay: server.drain_delay,
        write_timeout: server.write_timeout,
        streams: plinth_rest::StreamLimits {
            per_user: server.max_streams_per_user,
            per_organization: server.max_streams_per_organization,
            total: server.max_streams,
            unauthenticated: server.max_unauthenticated_sockets,
            unauthenticated_per_address: server.max_unauthenticated_sockets_per_address,
            authentication_timeout: server.socket_authentication_timeout,
        },
        max_body_bytes: server.max_body_bytes,
        trusted_proxies: server.trusted_proxies,
        forwarded_header: match server.forwarded_header {
            plinth_settings::ForwardedHeader::XForwardedFor => ForwardedHeader::XForwardedFor,
            plinth_settings::ForwardedHeader::Forwarded => ForwardedHeader::Forwarded,
        },
        allows_origin: Box::new(move |origin| {
            let is_local = is_development && is_localhost(origin);
            is_local || origins.iter().any(|known| known.allows(origin))
        }),
        public_path: server
            .public_url
            .as_ref()
            .map(|url| url.path().trim_end_matches('/').to_owned()),
        rate_limits: settings.rate_limits.enabled,
        traced: settings.telemetry.otlp_endpoint.is_some(),
        measured: settings.telemetry.has_metrics(),
        sent_mails: mail::sent(settings),
        console: settings.console.enabled.then(|| assets(plinth_console::CONSOLE)),
        reference: assets(plinth_console::REFERENCE),
        cookies: plinth_rest::CookieConfig {
            is_secure: !is_development || has_tls,
            csrf_key: SecretBox::new(Box::new(keys::of(settings, "plinth csrf v1"))),
        },
        cursor_key: SecretBox::new(Box::new(keys::of(settings, "plinth cursor v1"))),
    }
}

/// Whether these programs have the console, which only Node can build.
#[must_use]
pub fn has_console() -> bool {
    !plinth_console::CONSOLE.is_empty()
}

fn assets(files: &'static [File]) -> Assets {
    let asset = |file: &File| Asset {
        content: file.content.into(),
        brotli: file.brotli.map(Into::into),
        gzip: file.gzip.map(Into::into),
    };
    Assets::new(files.iter().map(|file| (file.path, asset(file))))
}

/// The keys of operators.
#[must_use]
pub fn operator_keys(settings: &Settings) -> OperatorKeys {
    let keys = settings.operator.keys.iter().flat_map(plinth_settings::OperatorKeys::iter);
    // The settings take no other names.
    let named = keys.filter_map(|(name, hash)| Some((OperatorName::parse(name)?, *hash)));
    OperatorKeys::new(named.collect())
}

/// Whether a page of this origin comes from the machine itself: from a development server.
fn is_localhost(origin: &str) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    match origin.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_localhost;

    #[test]
    fn a_page_of_this_machine_is_told_from_one_that_only_looks_like_it() {
        for origin in [
            "http://localhost:5173",
            "https://localhost",
            "http://app.localhost:3000",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            assert!(is_localhost(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "https://localhost.example.com",
            "https://notlocalhost",
            "https://example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
        ] {
            assert!(!is_localhost(origin), "{origin}");
        }
    }
}
