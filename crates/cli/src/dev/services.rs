//! The services that the settings name, before the API starts: it would start without them, and each
//! request that needs one would fail.

use plinth_settings::{ExposeSecret, Settings, StorageKind, Url};

use crate::{
    doctor::{self, redis, storage},
    failure::{Result, chain},
};

/// Checks that Redis and the bucket answer, if they are set; the error says what to do.
pub(super) async fn check(settings: &Settings) -> Result<()> {
    if let Some(url) = &settings.redis.url
        && let Err(error) =
            plinth_bootstrap::probe_redis(url.expose_secret(), doctor::TIMEOUT).await
    {
        let place = place(url.expose_secret());
        let why = chain(&error);
        return Err(format!("no Redis answers at {place}: {why}\n  -> {}", redis::REMEDY).into());
    }
    if settings.storage.kind == StorageKind::S3
        && let Err(storage::Broken { what, remedy }) = storage::probe(settings).await
    {
        return Err(format!("{what}\n  -> {remedy}").into());
    }
    Ok(())
}

/// Host and port of a URL, without the login.
fn place(url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(|url| Some((url.host_str()?, url.port().unwrap_or(6379))));
    host.map_or_else(|| "its URL".to_owned(), |(host, port)| format!("{host}:{port}"))
}
