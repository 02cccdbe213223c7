use plinth_domain::{
    CommentId, InvitationId, OrganizationExportId, OrganizationId, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};

use super::{
    email_move::{End, Move, StoredMove},
    proof::Proof,
};
use crate::{SigningKey, Token, job_kind::id};

/// Where the button of a mail leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "page")]
pub(crate) enum Link {
    /// To accept an invitation.
    Invitation {
        #[serde(with = "id")]
        invitation: InvitationId,
    },
    /// To choose a new password.
    Password {
        #[serde(with = "id")]
        user: UserId,
        password_version: i64,
        expires_at: Timestamp,
    },
    /// To prove that an address is the account's.
    Address {
        #[serde(with = "id")]
        user: UserId,
        email: String,
        expires_at: Timestamp,
    },
    /// To choose the password of an account that was registered, and so to complete it.
    Registration {
        #[serde(with = "id")]
        user: UserId,
        password_version: i64,
        expires_at: Timestamp,
    },
    /// To confirm one end of a change of address.
    Email {
        end: End,
        #[serde(flatten)]
        asked: StoredMove,
    },
    /// To ask for a mail by which a new password can be chosen.
    Forgot,
    /// To an export of the organization. It needs a login.
    Export {
        #[serde(with = "id")]
        export: OrganizationExportId,
    },
    /// To a comment. It needs a login.
    Comment {
        #[serde(with = "id")]
        comment: CommentId,
    },
    /// To the unread notifications. It needs a login.
    Notifications,
}

impl Link {
    /// To confirm one end of a change of address.
    pub(crate) fn of_move(end: End, asked: Move) -> Self {
        Self::Email { end, asked: asked.into() }
    }

    /// Where it leads, below the address of the installation.
    pub(super) fn url(
        &self,
        installation: &str,
        key: &SigningKey,
        organization: OrganizationId,
    ) -> String {
        if let Some(path) = self.below_api() {
            return format!("{installation}/api/v1/{path}");
        }
        format!("{installation}/account/{}#{}", self.page(), self.token(key, organization))
    }

    /// Where it leads below the API; `None` where it leads to a page.
    fn below_api(&self) -> Option<String> {
        match self {
            Self::Export { export } => Some(format!("organization/exports/{export}")),
            Self::Comment { comment } => Some(format!("comments/{comment}")),
            Self::Notifications => Some("notifications?unread=true".to_owned()),
            Self::Invitation { .. }
            | Self::Password { .. }
            | Self::Address { .. }
            | Self::Registration { .. }
            | Self::Email { .. }
            | Self::Forgot => None,
        }
    }

    /// The page's name in the link's path; empty where it leads to no page.
    const fn page(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::Password { .. } => "reset",
            Self::Address { .. } => "verify",
            Self::Registration { .. } => "register",
            Self::Email { .. } => "email",
            Self::Forgot => "forgot",
            Self::Export { .. } | Self::Comment { .. } | Self::Notifications => "",
        }
    }

    /// The token in the link's fragment, which browsers do not send: it is in no log of a proxy.
    fn token(&self, key: &SigningKey, organization: OrganizationId) -> String {
        match self {
            Self::Invitation { invitation } => {
                invitation_token(key, organization, *invitation).expose().to_owned()
            }
            Self::Email { end, asked } => asked.token(*end, key),
            Self::Password { user, password_version, expires_at }
            | Self::Registration { user, password_version, expires_at } => {
                Proof::of_password(*user, *password_version, *expires_at).signed(key)
            }
            Self::Address { user, email, expires_at } => {
                Proof::of_address(*user, email, *expires_at).signed(key)
            }
            Self::Forgot | Self::Export { .. } | Self::Comment { .. } | Self::Notifications => {
                String::new()
            }
        }
    }
}

/// The token of an invitation that is sent by mail: the same one whenever it is asked for.
pub(crate) fn invitation_token(
    key: &SigningKey,
    organization: OrganizationId,
    invitation: InvitationId,
) -> Token {
    let bits = key.sign("invitation token", invitation.uuid().as_bytes());
    Token::of_bits(Token::INVITATION, organization, &bits)
}
