//! The session of a browser in three cookies, of which scripts read the CSRF token alone.

use actix_web::{
    HttpResponseBuilder,
    http::{
        Method,
        header::{self, HeaderMap},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use plinth_application::identity::TokenPair;
use plinth_domain::Timestamp;
use plinth_ports::TokenHash;
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

use crate::mac;

const ACCESS: &str = "plinth_access";
const REFRESH: &str = "plinth_refresh";
const CSRF: &str = "plinth_csrf";

/// The header that repeats the CSRF token.
const CSRF_HEADER: &str = "x-csrf-token";

/// How cookies are named and signed.
pub struct CookieConfig {
    /// Whether browsers reach the server by TLS. Then the cookies are `Secure`, and of this host alone
    /// (`__Host-`, RFC 6265bis, 4.1.3.2): no other host of the domain can set them.
    pub is_secure: bool,
    /// Makes CSRF tokens.
    pub csrf_key: SecretBox<[u8; 32]>,
}

impl CookieConfig {
    /// The access token of the request's cookies.
    pub(crate) fn access<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.read(headers, ACCESS)
    }

    /// The refresh token of the request's cookies.
    pub(crate) fn refresh<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        self.read(headers, REFRESH)
    }

    /// Whether a request does nothing but read, or repeats the CSRF token of its session.
    pub(crate) fn may_act(
        &self,
        method: &Method,
        headers: &HeaderMap,
        credential: &TokenHash,
    ) -> bool {
        let is_read = [Method::GET, Method::HEAD, Method::OPTIONS].contains(method);
        is_read || headers.get(CSRF_HEADER).is_some_and(|sent| self.is_csrf(sent, credential))
    }

    /// The CSRF token of a session. It changes with the access token.
    pub(crate) fn csrf(&self, credential: &TokenHash) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(credential).finalize().into_bytes())
    }

    /// Gives the browser a session, until its tokens expire.
    pub(crate) fn set(
        &self,
        response: &mut HttpResponseBuilder,
        tokens: &TokenPair,
        now: Timestamp,
    ) {
        let csrf = self.csrf(&tokens.access.hash());
        let until_access = tokens.access_expires_at - now;
        for (name, value, lifetime, is_hidden) in [
            (ACCESS, tokens.access.expose(), until_access, true),
            (REFRESH, tokens.refresh.expose(), tokens.refresh_expires_at - now, true),
            (CSRF, &csrf, until_access, false),
        ] {
            self.append(response, name, value, lifetime.num_seconds(), is_hidden);
        }
    }

    /// Takes the session from the browser, if it has one.
    pub(crate) fn clear(&self, response: &mut HttpResponseBuilder, headers: &HeaderMap) {
        for name in [ACCESS, REFRESH, CSRF] {
            if self.read(headers, name).is_some() {
                self.append(response, name, "", 0, true);
            }
        }
    }

    fn append(
        &self,
        response: &mut HttpResponseBuilder,
        name: &str,
        value: &str,
        seconds: i64,
        is_hidden: bool,
    ) {
        let name = self.name(name);
        let secure = if self.is_secure { "; Secure" } else { "" };
        let hidden = if is_hidden { "; HttpOnly" } else { "" };
        let cookie = format!(
            "{name}={value}; Path=/; Max-Age={}; SameSite=Lax{secure}{hidden}",
            seconds.max(0)
        );
        response.append_header((header::SET_COOKIE, cookie));
    }

    fn name(&self, name: &str) -> String {
        if self.is_secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    fn read<'a>(&self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        let name = self.name(name);
        let sent = headers.get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
        let mut pairs =
            sent.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
        pairs.find(|(sent, value)| sent.trim() == name && !value.is_empty()).map(|(_, value)| value)
    }

    fn is_csrf(&self, sent: &header::HeaderValue, credential: &TokenHash) -> bool {
        let sent = URL_SAFE_NO_PAD.decode(sent.as_bytes());
        sent.is_ok_and(|tag| self.mac(credential).verify_slice(&tag).is_ok())
    }

    fn mac(&self, credential: &TokenHash) -> Hmac<Sha256> {
        let mut mac = mac::keyed(self.csrf_key.expose_secret());
        mac.update(credential);
        mac
    }
}

/// Whether a request comes from a page of this server, or from the user's own input: other pages do
/// not use the session.
pub(crate) fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    // Browsers without Fetch Metadata. The scheme is ignored: a proxy may terminate TLS.
    let Some(origin) = text("origin") else { return true };
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority
        .zip(text("host"))
        .is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn config(is_secure: bool) -> CookieConfig {
        CookieConfig { is_secure, csrf_key: SecretBox::new(Box::new([7; 32])) }
    }

    fn headers(sent: &[(&'static str, &'static str)]) -> HeaderMap {
        let sent = sent
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        sent.collect()
    }

    #[test]
    fn a_cookie_of_another_name_is_no_session() {
        let sent = headers(&[("cookie", "a=1; plinth_access=pla_x; __Host-plinth_access=pla_y")]);
        assert_eq!(config(false).access(&sent), Some("pla_x"));
        assert_eq!(config(true).access(&sent), Some("pla_y"));
        for other in ["", "plinth_access", "plinth_access=", "xplinth_access=1", "=plinth_access"] {
            let mut sent = HeaderMap::new();
            sent.insert(header::COOKIE, HeaderValue::from_str(other).unwrap());
            assert_eq!(config(false).access(&sent), None, "{other}");
        }
    }

    #[test]
    fn a_write_needs_the_token_of_its_own_session() {
        let (cookies, one, other) = (config(true), [1; 32], [2; 32]);
        let mut sent = HeaderMap::new();
        assert!(cookies.may_act(&Method::GET, &sent, &one));
        assert!(!cookies.may_act(&Method::POST, &sent, &one));
        let csrf = HeaderValue::from_str(&cookies.csrf(&one)).unwrap();
        sent.insert(HeaderName::from_static(CSRF_HEADER), csrf);
        assert!(cookies.may_act(&Method::DELETE, &sent, &one));
        assert!(!cookies.may_act(&Method::DELETE, &sent, &other));
        for forged in ["", "AAAA", "\u{7f}"] {
            let Ok(forged) = HeaderValue::from_str(forged) else { continue };
            sent.insert(HeaderName::from_static(CSRF_HEADER), forged);
            assert!(!cookies.may_act(&Method::PATCH, &sent, &one));
        }
    }

    #[test]
    fn only_pages_of_this_server_use_a_session() {
        let site = |site| headers(&[("sec-fetch-site", site), ("host", "plinth.example")]);
        for (own, sent) in [
            (true, site("same-origin")),
            (true, site("none")),
            (false, site("same-site")),
            (false, site("cross-site")),
            (false, site("")),
            (true, headers(&[("host", "plinth.example")])),
            (true, headers(&[("host", "plinth.example"), ("origin", "https://plinth.example")])),
            (false, headers(&[("host", "plinth.example"), ("origin", "https://evil.example")])),
            (false, headers(&[("host", "plinth.example"), ("origin", "null")])),
            (false, headers(&[("origin", "https://plinth.example")])),
        ] {
            assert_eq!(is_own_page(&sent), own, "{sent:?}");
        }
    }
}
