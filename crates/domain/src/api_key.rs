use crate::{
    ApiKeyId, InvalidTransition, Name, OrganizationId, PermissionSet, Revision, Role, Timestamp,
    UserId,
};

/// What an API key may do, before its creator's own rights bound it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// All that a role allows.
    Role(Role),
    /// A list of its own.
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

/// What a new API key is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyDraft {
    /// What it is called.
    pub name: Name,
    /// What it may do.
    pub grant: Grant,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A credential for machines. The secret is not here: it is shown once, and
/// only its hash is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names it.
    pub id: ApiKeyId,
    /// The organization that it acts in.
    pub organization: OrganizationId,
    /// What it is called.
    pub name: Name,
    /// The secret's last four characters, to tell keys apart.
    pub last_four: String,
    /// What it may do.
    pub grant: Grant,
    /// Who made it.
    pub created_by: UserId,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was last seen, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When and how often it was written.
    pub revision: Revision,
}

impl ApiKey {
    /// Whether it is to be believed.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Ends it for good.
    pub fn revoke(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        if self.revoked_at.is_some() {
            return Err(InvalidTransition { from: "revoked", attempted: "revoke" });
        }
        Ok(Self { revoked_at: Some(at), revision: self.revision.next(at), ..self })
    }
}
