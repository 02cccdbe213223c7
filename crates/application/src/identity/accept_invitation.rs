use plinth_domain::{
    Id, Invalid, Invitation, Membership, Name, Password, Revision, User, UserStatus, codes,
};
use plinth_ports::{
    Login, Origin, PasswordHash, SystemUnit, TokenHash, records::members::ALREADY_MEMBER,
};

use super::{
    account::Account,
    login::WRONG,
    register::taken,
    tokens::{Descent, SignedIn},
};
use crate::{
    Application, AuditRecord, Error, Token,
    execute::{detached, use_case_span},
    members::MEMBER_EXISTS,
};

/// The acceptance of an invitation.
#[derive(Debug, Clone)]
pub struct AcceptInvitation {
    /// The invitation's token.
    pub token: String,
    /// The password of the account, or of the new one.
    pub password: Password,
    /// The user's name; required for a new account.
    pub name: Option<Name>,
}

/// The account of the new member.
enum Newcomer {
    /// An account whose password was verified.
    Known(Login),
    /// An account that does not exist yet.
    New(User, PasswordHash),
}

impl Application {
    /// Accepts an invitation and creates the membership. The token proves the address; an existing
    /// account also needs its password.
    pub async fn accept_invitation(
        &self,
        origin: &Origin,
        accept: AcceptInvitation,
    ) -> Result<SignedIn, Error> {
        self.throttle_address(origin).await?;
        let hash = Self::token_hash(&accept.token, Token::INVITATION)?;
        let (app, origin) = (self.clone(), origin.clone());
        detached(use_case_span("invitation.accept"), async move {
            let mut unit = app.ports.stores.system.begin().await?;
            let invitation = app.pending(&mut *unit, &hash).await?;
            let found = unit.find_login(&invitation.email).await?;
            // Hashing is slow, so no lock or connection is held during it.
            drop(unit);
            let newcomer = app.newcomer(found, accept, &invitation, &origin).await?;
            app.join(newcomer, &hash, &origin).await
        })
        .await
    }

    async fn pending(
        &self,
        unit: &mut dyn SystemUnit,
        hash: &TokenHash,
    ) -> Result<Invitation, Error> {
        let invitation = unit.lock_invitation(hash).await?.ok_or(Error::INVALID_TOKEN)?;
        // Checked here, so that the response does not reveal whether an account exists.
        let now = self.ports.clock.now();
        invitation.clone().accept(now)?;
        self.check_inviter(unit, &invitation, now).await?;
        Ok(invitation)
    }

    async fn newcomer(
        &self,
        found: Option<Login>,
        accept: AcceptInvitation,
        invitation: &Invitation,
        origin: &Origin,
    ) -> Result<Newcomer, Error> {
        if found.is_some() {
            self.throttle_login(origin, &invitation.email).await?;
            return Ok(Newcomer::Known(self.verify(found, accept.password, origin).await?));
        }
        let Some(name) = accept.name else {
            let missing = Invalid::new(codes::FIELD_REQUIRED, "is needed for a new account");
            return Err(Error::field("/name", missing));
        };
        let password = Password::parse(accept.password.expose().to_owned())
            .map_err(|invalid| Error::field("/password", invalid))?;
        let user = User {
            id: Id::from_uuid(self.ports.ids.next()),
            email: invitation.email.clone(),
            name,
            status: UserStatus::Active,
            revision: Revision::first(self.ports.clock.now()),
        };
        Ok(Newcomer::New(user, self.ports.security.hasher.hash(password).await?))
    }

    async fn join(
        &self,
        newcomer: Newcomer,
        hash: &TokenHash,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let now = self.ports.clock.now();
        // The account before the invitation: the order of locks.
        let user = match newcomer {
            Newcomer::Known(verified) => {
                let account = Account::lock(&mut *unit, verified.user.id).await?.ok_or(WRONG)?;
                if !account.still_has_password_of(&verified) {
                    return Err(WRONG);
                }
                account.login.user
            }
            Newcomer::New(user, password) => {
                unit.insert_user(&user, &password).await.map_err(taken)?;
                user
            }
        };
        let before = self.pending(&mut *unit, hash).await?;
        let membership = Membership {
            role: before.role,
            ..Membership::found(
                Id::from_uuid(self.ports.ids.next()),
                before.organization,
                user.id,
                now,
            )
        };
        unit.insert_membership(&membership).await.map_err(Error::on_conflict(
            ALREADY_MEMBER,
            MEMBER_EXISTS,
            "the account is a member already",
        ))?;
        let after = before.clone().accept(now)?;
        unit.update_invitation(&after).await?;
        let tokens = self.open_session(&mut *unit, &membership, Descent::Login, now).await?;
        let audit = AuditRecord::changed("invitation.accepted", &before, &after)?;
        self.record(&mut *unit, &membership, audit, origin, now).await?;
        let places = unit.affiliations(user.id).await?;
        let here = places.into_iter().find(|place| place.organization.id == before.organization);
        let organization = here.ok_or(Error::INVALID_TOKEN)?.organization;
        self.commit(unit).await?;
        Ok(SignedIn { tokens, user, organization, membership })
    }
}
