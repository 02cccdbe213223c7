//! What a provider tells about itself (OpenID Connect Discovery 1.0, section 4).

use plinth_outgoing::Outgoing;
use plinth_ports::OidcError;
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::{calls, unreachable};

/// The longest address, in bytes.
const MAX_URL: usize = 2 * 1024;

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_uri: String,
    pub(crate) userinfo_endpoint: Option<String>,
    /// Whether the secret goes into a header: the default (OpenID Connect Discovery, section 3).
    #[serde(
        rename = "token_endpoint_auth_methods_supported",
        default = "basic_by_default",
        deserialize_with = "takes_basic"
    )]
    pub(crate) takes_basic: bool,
    /// RFC 9207, section 3.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

const fn basic_by_default() -> bool {
    true
}

fn takes_basic<'de, D: Deserializer<'de>>(methods: D) -> Result<bool, D::Error> {
    let supported = Option::<Vec<String>>::deserialize(methods)?;
    let has = |methods: &[String], name: &str| methods.iter().any(|method| method == name);
    Ok(supported.is_none_or(|methods| {
        has(&methods, "client_secret_basic") || !has(&methods, "client_secret_post")
    }))
}

/// Reads the metadata of an issuer, which has to be the one that they name.
pub(crate) async fn read(client: &Outgoing, issuer: &str) -> Result<Metadata, OidcError> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    parse(&calls::get(client, &url).await?, issuer)
}

fn parse(body: &[u8], issuer: &str) -> Result<Metadata, OidcError> {
    let metadata: Metadata = serde_json::from_slice(body)
        .map_err(|error| unreachable(format!("the metadata cannot be read: {error}")))?;
    if metadata.issuer != issuer {
        return Err(unreachable(format!("the metadata are of {:?}", metadata.issuer)));
    }
    let Metadata { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, .. } =
        &metadata;
    let urls = [authorization_endpoint, token_endpoint, jwks_uri];
    if urls.into_iter().chain(userinfo_endpoint).any(|url| url.len() > MAX_URL) {
        return Err(unreachable("the metadata have an address that is too long"));
    }
    // The browser goes there, past the client for other servers.
    let schemes: &[&str] =
        if issuer.starts_with("https:") { &["https"] } else { &["http", "https"] };
    let endpoint = Url::parse(&metadata.authorization_endpoint);
    if !endpoint.is_ok_and(|url| schemes.contains(&url.scheme()) && url.fragment().is_none()) {
        return Err(unreachable("the authorization endpoint is no address"));
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://id.example.com";

    fn metadata_with(field: &str, value: Value) -> Result<Metadata, OidcError> {
        let mut metadata = json!({
            "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"), "jwks_uri": format!("{ISSUER}/keys"),
        });
        metadata[field] = value;
        parse(metadata.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn the_secret_goes_into_a_header_unless_only_the_body_is_taken() {
        for (methods, is_basic) in [
            (Value::Null, true),
            (json!([]), true),
            (json!(["client_secret_post", "client_secret_basic"]), true),
            (json!(["private_key_jwt"]), true),
            (json!(["client_secret_post"]), false),
        ] {
            let told = methods.to_string();
            let read = metadata_with("token_endpoint_auth_methods_supported", methods).unwrap();
            assert_eq!(read.takes_basic, is_basic, "{told}");
        }
        assert!(metadata_with("scopes_supported", json!(["openid"])).unwrap().takes_basic);
    }

    #[test]
    fn an_address_in_metadata_has_at_most_two_kibibytes() {
        let long = |bytes: usize| format!("{ISSUER}/{}", "x".repeat(bytes - ISSUER.len() - 1));
        for field in ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"] {
            assert!(metadata_with(field, json!(long(MAX_URL))).is_ok(), "{field}");
            assert!(metadata_with(field, json!(long(MAX_URL + 1))).is_err(), "{field}");
        }
    }
}
