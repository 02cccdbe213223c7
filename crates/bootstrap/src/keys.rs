use plinth_in_process::OsSecrets;
use plinth_ports::Secrets;
use plinth_settings::Settings;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

/// A key for one use: derived from the secret key with a label, so that no other use of the secret
/// can forge what it signs. A random one without a secret key.
pub(crate) fn of(settings: &Settings, label: &str) -> [u8; 32] {
    let Some(secret) = &settings.security.secret_key else { return OsSecrets.random() };
    let mut digest = Sha256::new();
    digest.update(label);
    digest.update([0]);
    digest.update(secret.expose_secret());
    digest.finalize().into()
}
