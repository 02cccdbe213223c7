use aws_lc_rs::rand;
use plinth_domain::{SecretId, SecretText};
use plinth_ports::{SealedSecret, SecretOwner, SecretVault, VaultError, WrappedKey};
use secrecy::{SecretString, zeroize::Zeroizing};
use uuid::Uuid;

use crate::cipher::Cipher;

/// The bytes of a master key.
pub const KEY_BYTES: usize = 32;

/// The first bytes of what is authenticated with a secret and with its key.
const OF_SECRET: &[u8] = b"plinth secret 1";
const OF_KEY: &[u8] = b"plinth secret key 1";
const OF_SECRET_OF_USER: &[u8] = b"plinth user secret 1";
const OF_KEY_OF_USER: &[u8] = b"plinth user secret key 1";

/// A master key.
#[derive(Debug)]
pub struct MasterKey {
    name: String,
    cipher: Cipher,
}

impl MasterKey {
    /// A master key with its name.
    pub fn new(name: impl Into<String>, bytes: &[u8; KEY_BYTES]) -> Result<Self, VaultError> {
        Ok(Self { name: name.into(), cipher: Cipher::new(bytes)? })
    }
}

/// The master keys of an installation: the first encrypts what is new, the others open what is old.
#[derive(Debug)]
pub struct MasterKeys(Vec<MasterKey>);

impl MasterKeys {
    /// The newest first; without any, nothing can be sealed.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = MasterKey>) -> Self {
        Self(keys.into_iter().collect())
    }

    fn first(&self) -> Result<&MasterKey, VaultError> {
        self.0.first().ok_or(VaultError::NoMasterKey)
    }

    fn wrap(
        &self,
        owner: SecretOwner,
        secret: SecretId,
        key: &[u8],
    ) -> Result<WrappedKey, VaultError> {
        let master = self.first()?;
        let context = of_key(owner, secret, &master.name);
        Ok(WrappedKey {
            master_key: master.name.clone(),
            bytes: master.cipher.seal(key, &context)?,
        })
    }

    fn unwrap(
        &self,
        owner: SecretOwner,
        secret: SecretId,
        key: &WrappedKey,
    ) -> Result<Zeroizing<[u8; KEY_BYTES]>, VaultError> {
        let master = self.0.iter().find(|master| master.name == key.master_key);
        let unknown = || VaultError::UnknownMasterKey(key.master_key.clone());
        let master = master.ok_or_else(unknown)?;
        let context = of_key(owner, secret, &master.name);
        let mut buffer = Zeroizing::new(Vec::new());
        let opened = master.cipher.open(&key.bytes, &context, &mut buffer);
        let key = opened.and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
        key.map(Zeroizing::new).ok_or(VaultError::Broken(secret))
    }
}

impl SecretVault for MasterKeys {
    fn seal(
        &self,
        owner: SecretOwner,
        id: SecretId,
        text: &SecretText,
    ) -> Result<SealedSecret, VaultError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        rand::fill(key.as_mut_slice()).map_err(|_| VaultError::Failed)?;
        let context = of_secret(owner, id);
        Ok(SealedSecret {
            id,
            key: self.wrap(owner, id, key.as_slice())?,
            sealed: Cipher::new(&key)?.seal(text.expose().as_bytes(), &context)?,
        })
    }

    fn open(&self, owner: SecretOwner, secret: &SealedSecret) -> Result<SecretString, VaultError> {
        let key = self.unwrap(owner, secret.id, &secret.key)?;
        let context = of_secret(owner, secret.id);
        let mut buffer = Zeroizing::new(Vec::new());
        let opened =
            Cipher::new(&key)?.open(&secret.sealed, &context, &mut buffer).map(str::from_utf8);
        match opened {
            Some(Ok(text)) => Ok(SecretString::from(text)),
            _ => Err(VaultError::Broken(secret.id)),
        }
    }

    fn rewrap(
        &self,
        owner: SecretOwner,
        secret: SecretId,
        key: &WrappedKey,
    ) -> Result<WrappedKey, VaultError> {
        let key = self.unwrap(owner, secret, key)?;
        self.wrap(owner, secret, key.as_slice())
    }

    fn newest(&self) -> Result<&str, VaultError> {
        self.first().map(|master| master.name.as_str())
    }
}

fn of_secret(owner: SecretOwner, secret: SecretId) -> Vec<u8> {
    let (kind, owner) = match owner {
        SecretOwner::Organization(id) => (OF_SECRET, id.uuid()),
        SecretOwner::User(id) => (OF_SECRET_OF_USER, id.uuid()),
    };
    context(kind, owner, secret)
}

fn of_key(owner: SecretOwner, secret: SecretId, master_key: &str) -> Vec<u8> {
    let (kind, owner) = match owner {
        SecretOwner::Organization(id) => (OF_KEY, id.uuid()),
        SecretOwner::User(id) => (OF_KEY_OF_USER, id.uuid()),
    };
    [&context(kind, owner, secret), master_key.as_bytes()].concat()
}

fn context(kind: &[u8], owner: Uuid, secret: SecretId) -> Vec<u8> {
    [kind, owner.as_bytes(), secret.uuid().as_bytes()].concat()
}

#[cfg(test)]
mod tests;
