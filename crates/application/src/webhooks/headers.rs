//! The headers of a webhook, which are stored as one secret: they may hold a password.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use plinth_domain::{HeadersRef, SecretText, WebhookHeaders};
use secrecy::{ExposeSecret, SecretString};

use crate::{Context, Error};

impl Context<'_> {
    /// Stores headers, encrypted; `None` where there are none.
    pub(super) async fn entrust_headers(
        &mut self,
        headers: &WebhookHeaders,
    ) -> Result<Option<HeadersRef>, Error> {
        if headers.is_empty() {
            return Ok(None);
        }
        let pairs: BTreeMap<&str, &str> = headers.iter().collect();
        let text = serde_json::to_vec(&pairs).map_err(Error::internal)?;
        let text = SecretText::parse(STANDARD.encode(text)).map_err(Error::internal)?;
        let secret = self.entrust(&text).await?.id;
        let names = headers.names().map(str::to_owned).collect();
        Ok(Some(HeadersRef { secret, names }))
    }
}

/// The headers of an opened secret.
pub(super) fn read(secret: &SecretString) -> Result<WebhookHeaders, Error> {
    let text = STANDARD.decode(secret.expose_secret()).map_err(Error::internal)?;
    let pairs: BTreeMap<String, String> = serde_json::from_slice(&text).map_err(Error::internal)?;
    WebhookHeaders::parse(pairs).map_err(|(_, invalid)| Error::internal(invalid))
}
