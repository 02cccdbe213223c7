use plinth_domain::{InvitationId, OrganizationId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::proof::Proof;
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
    /// To ask for a mail by which a new password can be chosen.
    Forgot,
}

impl Link {
    /// The page's name in the link's path.
    pub(super) const fn page(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::Password { .. } => "reset",
            Self::Address { .. } => "verify",
            Self::Forgot => "forgot",
        }
    }

    /// The token in the link's fragment, which browsers do not send: it is in no log of a proxy.
    pub(super) fn token(&self, key: &SigningKey, organization: OrganizationId) -> String {
        match self {
            Self::Invitation { invitation } => {
                invitation_token(key, organization, *invitation).expose().to_owned()
            }
            Self::Password { user, password_version, expires_at } => {
                Proof::of_password(*user, *password_version, *expires_at).signed(key)
            }
            Self::Address { user, email, expires_at } => {
                Proof::of_address(*user, email, *expires_at).signed(key)
            }
            Self::Forgot => String::new(),
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
