//! The services that the settings name, before the API starts: it would start without them, and each
//! request that needs one would fail.

use plinth_settings::{ExposeSecret, Settings, StorageKind};

use crate::{
    doctor::{self, redis, storage},
    failure::{Result, chain},
    host::{host, parse},
};

/// Checks that Redis and the bucket answer, if they are set; the error says what to do.
pub(super) async fn check(settings: &Settings) -> Result<()> {
    if let Some(url) = &settings.redis.url
        && let Err(error) =
            plinth_bootstrap::probe_redis(url.expose_secret(), doctor::TIMEOUT).await
    {
        let host = parse(url.expose_secret()).and_then(|url| host(&url, Some(6379)));
        let (host, why) = (host.as_deref().unwrap_or("its URL"), chain(&error));
        return Err(format!("no Redis answers at {host}: {why}\n  -> {}", redis::REMEDY).into());
    }
    if settings.storage.kind == StorageKind::S3
        && let Err(storage::Broken { what, remedy }) = storage::probe(settings).await
    {
        return Err(format!("{what}\n  -> {remedy}").into());
    }
    Ok(())
}
