use chrono::{DateTime, Utc};
use plinth_application::{
    identity::AcceptInvitation,
    invitations::{CreateInvitation, CreatedInvitation},
};
use plinth_domain::{Email, Invitation, Name, Password, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    json::{Faults, Form},
    values::{InvitationStatusName, RoleName, role},
};

/// An offer of membership.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationView {
    id: Uuid,
    #[schema(format = Email)]
    email: String,
    #[schema(value_type = RoleName)]
    role: &'static str,
    #[schema(value_type = InvitationStatusName)]
    status: &'static str,
    invited_by: Uuid,
    expires_at: DateTime<Utc>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl InvitationView {
    /// The invitation as it is at this moment.
    pub(crate) fn at(now: Timestamp, invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.uuid(),
            email: invitation.email.as_str().to_owned(),
            role: invitation.role.name(),
            status: invitation.status(now),
            invited_by: invitation.invited_by.uuid(),
            expires_at: invitation.expires_at,
            version: invitation.revision.version.number(),
            created_at: invitation.revision.created_at,
            updated_at: invitation.revision.updated_at,
        }
    }
}

/// A new invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewInvitationView {
    #[serde(flatten)]
    invitation: InvitationView,
    /// Accepts the invitation. It is shown this once; in a replayed answer it
    /// is `null`.
    #[schema(example = "pli_…")]
    token: Option<String>,
}

impl NewInvitationView {
    pub(crate) fn of(created: &CreatedInvitation, show_token: bool) -> Self {
        let at = created.invitation.revision.created_at;
        Self {
            invitation: InvitationView::at(at, &created.invitation),
            token: show_token.then(|| created.token.expose().to_owned()),
        }
    }
}

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitation {
    #[schema(max_length = 254, format = Email)]
    email: String,
    #[schema(value_type = RoleName)]
    role: String,
}

impl Form for NewInvitation {
    type Value = CreateInvitation;

    fn check(self, faults: &mut Faults) -> Option<CreateInvitation> {
        let email = faults.check("/email", Email::parse(&self.email));
        let role = faults.check("/role", role(&self.role));
        Some(CreateInvitation { email: email?, role: role? })
    }
}

/// What the addressee of an invitation says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    #[schema(max_length = 100, example = "pli_…")]
    token: String,
    /// The password of the account, or the one that a new account gets.
    #[schema(max_length = 128, format = Password)]
    password: String,
    /// What they are called; needed for a new account.
    #[schema(max_length = 200)]
    name: Option<String>,
}

impl Form for Acceptance {
    type Value = AcceptInvitation;

    fn check(self, faults: &mut Faults) -> Option<AcceptInvitation> {
        let password = faults.check("/password", Password::attempt(self.password));
        let name = faults.check_some("/name", self.name, |text| Name::parse(&text));
        Some(AcceptInvitation { token: self.token, password: password?, name: name? })
    }
}
