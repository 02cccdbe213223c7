use crate::{
    Id, InvalidTransition, Name, OrganizationId, PermissionSet, Revision, Role, Timestamp, UserId,
};

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
}

/// The values of a new API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyDraft {
    /// The name.
    pub name: Name,
    /// The granted permissions.
    pub grant: Grant,
    /// The time from which it is invalid; `None` for never.
    pub expires_at: Option<Timestamp>,
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
    /// The user who created it. Their permissions limit the key's.
    pub created_by: UserId,
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

    /// Revokes the key, once.
    pub fn revoke(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.revoked_at.is_some() {
            return Err(InvalidTransition { from: "revoked", attempted: "revoke" });
        }
        Ok(Self { revoked_at: Some(at), revision: self.revision.next(at), ..self })
    }
}
