//! Secrets that organizations entrust, and the change of the master key that encrypts their keys.

use plinth_domain::{OrganizationId, SecretId, SecretRef, SecretText};
use plinth_ports::{SecretOwner, VaultError};

use crate::{Application, Context, Error};

/// The number of secrets in one query.
const BATCH: u16 = 200;

/// A secret whose key cannot be encrypted anew.
#[derive(Debug)]
pub struct UnreadableSecret {
    /// The owner.
    pub owner: SecretOwner,
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

impl Context<'_> {
    /// Stores a secret, encrypted.
    pub(crate) async fn entrust(&mut self, text: &SecretText) -> Result<SecretRef, Error> {
        let sealed = self.vault.seal(self.organization().into(), self.id(), text)?;
        self.unit.secrets().insert(&sealed).await?;
        Ok(SecretRef { id: sealed.id, last_four: text.last_four().to_owned() })
    }
}

impl Application {
    /// Encrypts the keys of all organizations' and users' secrets by the newest master key, each in
    /// a transaction of its own. After an interruption, the next call goes on with the rest.
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
            after = Some((last.owner, last.secret));
            for old in outdated {
                match vault.rewrap(old.owner, old.secret, &old.key) {
                    Ok(key) => rewrapped += u64::from(keys.replace(&old, &key).await?),
                    Err(error) => {
                        unreadable += 1;
                        let (owner, secret) = (old.owner, old.secret);
                        report(UnreadableSecret { owner, secret, error });
                    }
                }
            }
        }
        Ok(Rotated { newest, rewrapped, unreadable })
    }

    /// The secrets of an organization that this installation cannot read, because it lacks the master
    /// key.
    pub async fn unreadable_secrets(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<UnreadableSecret>, Error> {
        let (keys, vault) = (&self.ports.stores.secret_keys, &self.ports.security.vault);
        let owner = SecretOwner::from(organization);
        let mut after = Some((owner, SecretId::from_uuid(uuid::Uuid::nil())));
        let mut unreadable = Vec::new();
        loop {
            // No master key has an empty name, so each secret is one of these.
            let found = keys.outdated("", after, BATCH).await?;
            let own = found.iter().take_while(|secret| secret.owner == owner);
            let own: Vec<_> = own.collect();
            for secret in &own {
                if let Err(error) = vault.rewrap(owner, secret.secret, &secret.key) {
                    let secret = secret.secret;
                    unreadable.push(UnreadableSecret { owner, secret, error });
                }
            }
            let Some(last) = own.last().filter(|_| own.len() == found.len()) else {
                return Ok(unreadable);
            };
            after = Some((owner, last.secret));
        }
    }

    /// How many secrets each master key encrypts, in the order of the keys' names.
    pub async fn secrets_by_master_key(&self) -> Result<Vec<(String, u64)>, Error> {
        Ok(self.ports.stores.secret_keys.counts().await?)
    }
}
