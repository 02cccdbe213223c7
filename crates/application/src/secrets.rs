//! The change of the master key that encrypts the keys of secrets.

use plinth_domain::{OrganizationId, SecretId};
use plinth_ports::VaultError;

use crate::{Application, Error};

/// The number of secrets in one query.
const BATCH: u16 = 200;

/// A secret whose key cannot be encrypted anew.
#[derive(Debug)]
pub struct UnreadableSecret {
    /// The organization that owns it.
    pub organization: OrganizationId,
    /// The identity.
    pub secret: SecretId,
    /// Why.
    pub error: VaultError,
}

/// How many keys were encrypted anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The name of the newest master key.
    pub newest: String,
    /// The keys that it encrypts now, and did not before.
    pub rewrapped: u64,
    /// The secrets that cannot be read.
    pub unreadable: u64,
}

impl Application {
    /// Encrypts the keys of all organizations' secrets by the newest master key, each in a transaction
    /// of its own. After an interruption, the next call goes on with the rest.
    pub async fn rotate_secrets(
        &self,
        mut report: impl FnMut(UnreadableSecret),
    ) -> Result<Rotated, Error> {
        let (keys, vault) = (&self.ports.stores.secret_keys, &self.ports.security.vault);
        let newest = vault.newest()?.to_owned();
        let (mut after, mut rewrapped, mut unreadable) = (None, 0, 0);
        loop {
            let outdated = keys.outdated(&newest, after, BATCH).await?;
            let Some(last) = outdated.last() else { break };
            after = Some((last.organization, last.secret));
            for old in outdated {
                match vault.rewrap(old.organization, old.secret, &old.key) {
                    Ok(key) => rewrapped += u64::from(keys.replace(&old, &key).await?),
                    Err(error) => {
                        unreadable += 1;
                        let (organization, secret) = (old.organization, old.secret);
                        report(UnreadableSecret { organization, secret, error });
                    }
                }
            }
        }
        Ok(Rotated { newest, rewrapped, unreadable })
    }

    /// How many secrets each master key encrypts, in the order of the keys' names.
    pub async fn secrets_by_master_key(&self) -> Result<Vec<(String, u64)>, Error> {
        Ok(self.ports.stores.secret_keys.counts().await?)
    }
}
