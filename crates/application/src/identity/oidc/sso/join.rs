use std::borrow::Cow;

use plinth_domain::{
    AssignedRole, Id, Membership, Name, Slug, SsoConnection, SsoIdentity, Timestamp, User, UserId,
};
use plinth_ports::{
    Affiliation, Login, Member, Origin, SSO_IDENTITY_TAKEN, SystemUnit,
    records::members::ALREADY_MEMBER,
};

use super::{
    super::{IDENTITY_TAKEN, INVALID_STATE},
    SSO_ROLE_GONE,
    enter::{NO_PLACE, SsoUser, is_wanted},
};
use crate::{
    Application, AuditRecord, Error,
    identity::{SignedIn, account::Account, register::taken},
    members::MEMBER_EXISTS,
    roles::find_role_of,
    room::Room,
};

impl Application {
    /// Makes an account without a password, a member of the organization, and opens a session. The
    /// address is proven by the provider of its domain.
    pub(super) async fn join_new(
        &self,
        user: &SsoUser,
        wanted: Option<&Slug>,
        origin: &Origin,
    ) -> Result<SignedIn, Error> {
        let now = self.ports.clock.now();
        let (email, id) = (user.email.clone(), Id::from_uuid(self.ports.ids.at(now)));
        let new = User::new(id, email, name_of(user)?, now);
        let new = User { email_verified_at: Some(now), ..new };
        self.claim(&new, None, None).await.map_err(taken)?;
        let mut unit = self.ports.stores.system.begin_for(user.connection.organization).await?;
        unit.insert_user(&new, None).await.map_err(taken)?;
        let connection = self.hold_sso(&mut *unit, user).await?;
        let mut account = Account { login: Login::new(new, None), places: Vec::new() };
        self.join_by_connection(&mut *unit, &mut account, user, origin).await?;
        let identity = self.new_sso_identity(user, account.login.user.id, unit.now());
        insert(&mut *unit, &identity).await?;
        let place = account.places.first().filter(|place| is_wanted(place, wanted)).cloned();
        let place = place.ok_or(NO_PLACE)?;
        let signed_in =
            self.open_sso(&mut *unit, &account, &place, &connection, user, origin).await?;
        self.commit(unit).await?;
        Ok(signed_in)
    }

    /// Links a new identity to the locked account of its address, which becomes a member unless it is
    /// one. An account that had only claimed the address is taken back.
    pub(super) async fn link_sso(
        &self,
        unit: &mut dyn SystemUnit,
        account: &mut Account,
        user: &SsoUser,
        origin: &Origin,
    ) -> Result<(), Error> {
        if account.login.user.email != user.email {
            // The account got another address in the moment between.
            return Err(INVALID_STATE);
        }
        if account.login.user.email_verified_at.is_none() {
            self.take_back_account(unit, account, origin).await?;
        }
        let (id, organization) = (account.login.user.id, user.connection.organization);
        if let Some(place) = account.place(organization) {
            let audit = AuditRecord::of("user.identity_linked", "user", Some(id.uuid()));
            self.record(unit, &place.membership, audit, origin).await?;
        } else if is_member(unit, id, user).await? {
            // A suspended member stays one.
            return Err(NO_PLACE);
        } else {
            self.join_by_connection(unit, account, user, origin).await?;
        }
        let identity = self.new_sso_identity(user, id, unit.now());
        insert(unit, &identity).await?;
        let (to, issuer) = (&account.login.user, user.connection.values.issuer.as_str());
        let home = account.places.first().map(|place| &place.organization);
        self.tell_identity_linked(unit, home, to, issuer, origin).await
    }

    /// Makes a locked or new user a member, with the role that the claims give.
    async fn join_by_connection(
        &self,
        unit: &mut dyn SystemUnit,
        account: &mut Account,
        by: &SsoUser,
        origin: &Origin,
    ) -> Result<(), Error> {
        let (user, organization) = (&account.login.user, by.connection.organization);
        let role = role_of(unit, &by.connection, &by.confirmed.values).await?;
        let (id, now) = (Id::from_uuid(self.ports.ids.at(unit.now())), unit.now());
        let membership = Membership { role, ..Membership::found(id, organization, user.id, now) };
        let member = Member::of(membership, user);
        let room = Room {
            organization,
            limits: self.policy.limits,
            plans: &self.ports.plans,
            allowances: &self.allowances,
            now,
        };
        let warning = room.make_for_member(unit).await?;
        let detail = "the account is a member already";
        unit.insert_membership(&member).await.map_err(Error::on_conflict(
            ALREADY_MEMBER,
            MEMBER_EXISTS,
            detail,
        ))?;
        let audit = AuditRecord::created("member.joined", &member)?;
        self.record(unit, &membership, audit, origin).await?;
        if let Some(warning) = warning {
            self.record(unit, &membership, warning, origin).await?;
        }
        let places: Vec<Affiliation> = unit.affiliations(user.id).await?;
        // None in an organization that is suspended.
        if !places.iter().any(|place| place.organization.id == organization) {
            return Err(NO_PLACE);
        }
        account.places = places;
        Ok(())
    }

    fn new_sso_identity(&self, by: &SsoUser, user: UserId, now: Timestamp) -> SsoIdentity {
        SsoIdentity {
            id: Id::from_uuid(self.ports.ids.at(now)),
            organization: by.connection.organization,
            connection: by.connection.id,
            subject: by.confirmed.subject.clone(),
            user,
            created_at: now,
        }
    }
}

async fn insert(unit: &mut dyn SystemUnit, identity: &SsoIdentity) -> Result<(), Error> {
    let detail = "the identity is linked to another account";
    let stored = unit.insert_sso_identity(identity).await;
    stored.map_err(Error::on_conflict(SSO_IDENTITY_TAKEN, IDENTITY_TAKEN, detail))
}

async fn is_member(unit: &mut dyn SystemUnit, id: UserId, by: &SsoUser) -> Result<bool, Error> {
    let organization = by.connection.organization;
    let memberships = unit.memberships(id).await?;
    Ok(memberships.iter().any(|membership| membership.organization == organization))
}

/// The name at the provider, or else what is before the `@` of the address.
fn name_of(user: &SsoUser) -> Result<Name, Error> {
    let told = user.confirmed.name.as_deref().and_then(|name| Name::parse(name).ok());
    let local = user.email.as_str().split('@').next().unwrap_or_default();
    told.map_or_else(|| Name::parse(local).map_err(Error::internal), Ok)
}

const ROLE_GONE: Error = Error::Refused {
    code: SSO_ROLE_GONE,
    detail: Cow::Borrowed("the connection gives a role that does not exist any more"),
};

/// The role for the values of the claim.
async fn role_of(
    unit: &mut dyn SystemUnit,
    connection: &SsoConnection,
    values: &[String],
) -> Result<AssignedRole, Error> {
    let mapped = connection.values.mapping.as_ref().and_then(|mapping| mapping.role(values));
    let role = mapped.unwrap_or(connection.values.role).reference();
    let found = find_role_of(connection.organization, role, unit).await?;
    found.ok_or(ROLE_GONE)
}
