use plinth_in_process::OsSecrets;
use plinth_ports::{Secrets, VaultError};
use plinth_secret_vault::{MasterKey, MasterKeys};
use plinth_settings::{DERIVED_MASTER_KEY, Settings};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// A key for one use: derived from the secret key with a label, so that no other use of the secret
/// can forge what it signs. A random one without a secret key.
pub(crate) fn of(settings: &Settings, label: &str) -> [u8; 32] {
    derived(settings, label).unwrap_or_else(|| OsSecrets.random())
}

/// The keys that encrypt secrets: those of the settings, and behind them one that is derived from the
/// secret key. There is never a random one: what it has encrypted would be lost at the next start.
pub(crate) fn vault(settings: &Settings) -> Result<MasterKeys, VaultError> {
    let named = settings.secrets.keys.iter().flat_map(plinth_settings::MasterKeys::iter);
    let mut keys =
        named.map(|(name, key)| MasterKey::new(name, key)).collect::<Result<Vec<_>, _>>()?;
    if let Some(key) = derived(settings, "plinth secrets v1") {
        keys.push(MasterKey::new(DERIVED_MASTER_KEY, &key)?);
    }
    Ok(MasterKeys::new(keys))
}

fn derived(settings: &Settings, label: &str) -> Option<[u8; 32]> {
    let secret = settings.security.secret_key.as_ref()?;
    let mut digest = Sha256::new();
    digest.update(label);
    digest.update([0]);
    digest.update(secret.expose_secret());
    Some(digest.finalize().into())
}
