mod bound_prompts;

use uuid::Uuid;

use crate::{
    Id, InvalidTransition, Name, OrganizationId, PermissionSet, Revision, Role, Timestamp, UserId,
};

pub use bound_prompts::BoundPrompts;

/// What an API key may do, before it is limited by its creator's permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// All permissions of a role.
    Role(Role),
    /// Exactly these permissions.
    Permissions(PermissionSet),
}

impl Grant {
    /// The permissions granted.
    #[must_use]
    pub fn permissions(self) -> PermissionSet {
        match self {
            Self::Role(role) => role.permissions(),
            Self::Permissions(permissions) => permissions,
        }
    }

    /// Whether it allows all that `other` allows, now and later. A list of permissions includes no
    /// role, because a later version may give the role more permissions.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Permissions(_), Self::Role(_)) => false,
            _ => self.permissions().includes(other.permissions()),
        }
    }
}

/// The values of a new API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyDraft {
    /// The name.
    pub name: Name,
    /// The granted permissions.
    pub grant: Grant,
    /// The prompts that it executes, and nothing else; `None` for all, and messages.
    pub prompts: Option<BoundPrompts>,
    /// The time from which it is invalid; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// Why an API key cannot create another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DelegationError {
    /// The new key would be allowed more.
    #[error("a key cannot be allowed more than the key that creates it")]
    ExceedsParent,
    /// The new key would be valid for longer.
    #[error("a key cannot expire later than the key that creates it")]
    OutlivesParent,
}

impl ApiKeyDraft {
    /// The values of a key that `parent` creates: allowed no more, bound to no other prompts, and valid
    /// no longer. Without a time, it expires together with its parent; without prompts, it is bound to
    /// those of its parent.
    pub fn created_by_key(self, parent: &ApiKey) -> Result<Self, DelegationError> {
        if !parent.grant.includes(self.grant) {
            return Err(DelegationError::ExceedsParent);
        }
        let prompts = match (self.prompts, &parent.prompts) {
            (Some(own), Some(all)) if !all.includes(&own) => {
                return Err(DelegationError::ExceedsParent);
            }
            (own, all) => own.or_else(|| all.clone()),
        };
        match (self.expires_at, parent.expires_at) {
            (Some(end), Some(last)) if end > last => Err(DelegationError::OutlivesParent),
            (end, last) => Ok(Self { prompts, expires_at: end.or(last), ..self }),
        }
    }
}

/// The identity of an API key.
pub type ApiKeyId = Id<ApiKey>;

/// A credential for machines. It does not hold the secret, which is shown once;
/// only its hash is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The identity.
    pub id: ApiKeyId,
    /// The organization that it gives access to.
    pub organization: OrganizationId,
    /// The name.
    pub name: Name,
    /// The secret's last four characters, to tell keys apart.
    pub last_four: String,
    /// The granted permissions.
    pub grant: Grant,
    /// The prompts that it executes, and nothing else; `None` for all, and messages.
    pub prompts: Option<BoundPrompts>,
    /// The user who created it, or whose key did; or the service account that it acts as. Their
    /// permissions limit the key's.
    pub created_by: UserId,
    /// The key that created it, and that it is revoked with; `None` if a person did.
    pub parent: Option<ApiKeyId>,
    /// The run of an agent that it was made for.
    pub agent_run: Option<Uuid>,
    /// The time from which it is invalid; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// The time of its last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The time of its revocation.
    pub revoked_at: Option<Timestamp>,
    /// The revision.
    pub revision: Revision,
}

impl ApiKey {
    /// Whether the key is valid at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// The key with another secret and end, for the next part of its run.
    #[must_use]
    pub fn renew(self, last_four: String, expires_at: Timestamp, at: Timestamp) -> Self {
        let (expires_at, revision) = (Some(expires_at), self.revision.next(at));
        Self { last_four, expires_at, revision, ..self }
    }

    /// Revokes the key, once.
    pub fn revoke(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.revoked_at.is_some() {
            return Err(InvalidTransition { from: "revoked", attempted: "revoke" });
        }
        Ok(Self { revoked_at: Some(at), revision: self.revision.next(at), ..self })
    }
}
