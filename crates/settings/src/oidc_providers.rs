//! Providers of identities, as an operator writes them.

use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// The most providers.
const MAX: usize = 20;

/// A provider of identities.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProviderSettings {
    /// Its name in paths.
    pub id: String,
    /// Its name on a button.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// The id of the installation's client there.
    pub client_id: String,
    /// The secret of that client.
    pub client_secret: Option<SecretString>,
    /// What the client asks for.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
}

impl OidcProviderSettings {
    fn is_good(&self) -> bool {
        let is_scope = |scope: &String| {
            (1..=100).contains(&scope.len()) && scope.bytes().all(|b| b.is_ascii_graphic())
        };
        is_id(&self.id)
            && is_line(&self.name, 100)
            && is_issuer(&self.issuer)
            && is_line(&self.client_id, 500)
            && self.scopes.len() <= 20
            && self.scopes.iter().all(is_scope)
            && self.scopes.iter().any(|scope| scope == "openid")
    }
}

fn scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).to_vec()
}

/// The providers of identities, each with an id of its own.
#[derive(Clone, Debug)]
pub struct OidcProviders(Vec<OidcProviderSettings>);

impl OidcProviders {
    /// Parses a JSON array.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let providers: Vec<OidcProviderSettings> = serde_json::from_str(text).ok()?;
        let is_new = |place: usize, provider: &OidcProviderSettings| {
            let same = |other: &OidcProviderSettings| {
                other.id == provider.id || other.issuer == provider.issuer
            };
            !providers[..place].iter().any(same)
        };
        let mut all = providers.iter().enumerate();
        let are_good = all.all(|(place, provider)| provider.is_good() && is_new(place, provider));
        (are_good && providers.len() <= MAX).then_some(Self(providers))
    }

    /// The providers.
    #[must_use]
    pub fn as_slice(&self) -> &[OidcProviderSettings] {
        &self.0
    }
}

fn is_id(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    // The connections of organizations are named so.
    let is_taken = text.starts_with("sso-");
    (1..=50).contains(&text.len()) && text.bytes().all(is_part) && !is_taken
}

fn is_line(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.chars().count()) && !text.contains(char::is_control)
}

/// OpenID Connect Discovery 1.0, section 3. Without TLS only for a server that `outgoing.allow` names,
/// which is checked at the call.
fn is_issuer(text: &str) -> bool {
    let is_plain = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    };
    text.len() <= 500 && Url::parse(text).is_ok_and(|url| is_plain(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"id":"a","name":"A","issuer":"https://a.example","client_id":"c"}"#;

    #[test]
    fn providers_are_an_array_of_objects_that_differ() {
        let read = OidcProviders::parse(&format!("[{GOOD}]")).unwrap();
        assert_eq!(read.as_slice()[0].scopes, ["openid", "email", "profile"]);
        assert!(read.as_slice()[0].client_secret.is_none());
        assert!(OidcProviders::parse("[]").is_some());
        for wrong in [
            GOOD.to_owned(),
            format!("[{GOOD},{GOOD}]"),
            format!("[{}]", GOOD.replace("https", "ftp")),
            format!("[{}]", GOOD.replace("\"a\"", "\"A b\"")),
            format!("[{}]", GOOD.replace("\"a\"", "\"sso-a\"")),
            format!("[{}]", GOOD.replace(".example", ".example?x=1")),
            format!("[{}]", GOOD.replace("client_id", "client")),
            format!("[{}]", GOOD.replace("\"c\"", "\"c\",\"scopes\":[\"email\"]")),
        ] {
            assert!(OidcProviders::parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_secret_of_a_provider_is_not_shown() {
        let text = GOOD.replace("\"c\"", "\"c\",\"client_secret\":\"hidden\"");
        let providers = OidcProviders::parse(&format!("[{text}]")).unwrap();
        assert!(providers.as_slice()[0].client_secret.is_some());
        assert!(!format!("{providers:?}").contains("hidden"));
    }
}
