//! Invitations: offers of membership.

use plinth_domain::{
    Email, Id, Invitation, InvitationId, InvitationState, OrganizationId, Permission, Revision,
    Role, RoleRef,
};
use plinth_ports::{Counted, InvitationSort, MailKind, Page, PageRequest};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Application, AuditRecord, Command, Context, Error, Expected, Query, Reading, Recorded,
    SendMail, Token, View,
    mail::{Link, invitation_token},
    resource::{Found, Resource},
};

pub use plinth_ports::records::invitations::INVITATION_OPEN;

plinth_domain::codes! {
    INVITATION_WITHDRAWN = "invitation.withdrawn",
        "Who created the invitation may no longer offer its role.";
}

impl Resource for Invitation {
    const KIND: &'static str = "invitation";
    const TOPIC: &'static str = "invitations";
    const READ: Permission = Permission::InvitationRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        json!({
            "email": self.email.as_str(),
            "role": self.role.built_in().map(Role::name),
            "role_id": self.role.custom().map(Id::uuid),
            "expires_at": self.expires_at,
            "status": self.status(self.revision.updated_at),
            "version": self.revision.version.number(),
        })
    }
}

/// Lists the invitations.
#[derive(Debug, Clone)]
pub struct ListInvitations {
    /// The order and the position.
    pub page: PageRequest<InvitationSort>,
}

impl Query for ListInvitations {
    const NAME: &'static str = "invitation.list";
    const PERMISSION: Permission = Permission::InvitationRead;
    type Output = Page<Invitation>;

    fn reading(&self) -> Reading {
        Reading::page(&self.page, false)
    }

    async fn run(self, view: &mut View<'_>) -> Result<Page<Invitation>, Error> {
        Ok(view.unit.invitations().list(&(), &self.page).await?)
    }
}

/// Invites a person to the organization.
#[derive(Debug, Clone)]
pub struct CreateInvitation {
    /// The address of the person.
    pub email: Email,
    /// The role offered.
    pub role: RoleRef,
}

/// A new invitation.
#[derive(Debug)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The token that accepts it, which is shown only now; `None` where it is sent by mail.
    pub token: Option<Token>,
}

impl Command for CreateInvitation {
    const NAME: &'static str = "invitation.create";
    const PERMISSION: Permission = Permission::InvitationCreate;
    type Output = CreatedInvitation;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<CreatedInvitation>, Error> {
        // What the caller has lost meanwhile is noticed when the invitation is accepted. A custom role
        // that is being removed is not offered any more.
        if self.role.custom().is_some() {
            ctx.lock_rights(Self::PERMISSION).await?;
        }
        let role = ctx.named_role(self.role).await?;
        ctx.access.check_role(role)?;
        ctx.check_proof_for(&[role])?;
        let api_key = ctx.access.principal().api_key();
        let invitation = Invitation {
            id: ctx.id(),
            organization: ctx.organization(),
            email: self.email,
            role: self.role,
            invited_by: ctx.person()?,
            api_key,
            // Without mail, the response shows the token to the inviter.
            proves_address: ctx.mail.is_some(),
            expires_at: ctx.now + ctx.policy.invitation,
            state: InvitationState::Pending,
            revision: Revision::first(ctx.now),
        };
        let token = match ctx.mail {
            Some(_) => invitation_token(ctx.key, ctx.organization(), invitation.id),
            None => ctx.token(Token::INVITATION),
        };
        let expired = ctx.close_expired_invitations().await?;
        ctx.make_room::<Invitation>().await?;
        ctx.make_room_for(Counted::OpenInvitations, 1).await?;
        ctx.make_room_for(Counted::Members, 1).await?;
        let invitations = ctx.unit.invitations();
        invitations.insert(&invitation, &token.hash()).await.map_err(Error::write::<Invitation>)?;
        let token = if ctx.mail.is_some() {
            ctx.send_invitation(&invitation).await?;
            None
        } else {
            Some(token)
        };
        let audit = AuditRecord::created("invitation.created", &invitation)?;
        Ok(Recorded::new(CreatedInvitation { invitation, token }, audit).along_with(expired))
    }
}

impl Application {
    /// The token of an invitation that is sent by mail.
    #[must_use]
    pub fn invitation_token(&self, organization: OrganizationId, id: InvitationId) -> Token {
        invitation_token(&self.ports.security.key, organization, id)
    }
}

impl Context<'_> {
    /// Enqueues the mail with the token of an invitation.
    async fn send_invitation(&mut self, invitation: &Invitation) -> Result<(), Error> {
        let (organization, inviter) = self.mail_parties(invitation.invited_by).await?;
        let language = organization.settings.locale.language();
        let days = (invitation.expires_at - self.now).num_days().to_string();
        let role = match invitation.role {
            RoleRef::BuiltIn(role) => role.name().to_owned(),
            RoleRef::Custom(id) => self.unit.roles().get(id).await?.name.as_str().to_owned(),
        };
        let mail = SendMail::new(MailKind::Invitation, &invitation.email, language)
            .saying("organization", organization.name.as_str())
            .saying("inviter", inviter.name.as_str())
            .saying("role", role)
            .saying("days", days)
            .leading_to(Link::Invitation { invitation: invitation.id });
        self.enqueue(mail).await.map(drop)
    }
}

/// Revokes an invitation.
#[derive(Debug, Clone)]
pub struct RevokeInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for RevokeInvitation {
    const NAME: &'static str = "invitation.revoke";
    const PERMISSION: Permission = Permission::InvitationRevoke;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let before = ctx.unit.invitations().expect(self.id, &self.expected).await?;
        let after = before.clone().revoke(ctx.now)?;
        ctx.unit.invitations().update(&after).await?;
        Ok(Recorded::new((), AuditRecord::changed("invitation.revoked", &before, &after)?))
    }
}
