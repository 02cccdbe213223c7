//! Organizations whose members log in by their provider of identities only.

use std::borrow::Cow;

use plinth_domain::{Membership, Organization, OrganizationId, User};
use plinth_ports::{MailKind, Origin, SystemUnit};

use super::SSO_REQUIRED;
use crate::{Application, AuditRecord, Error, identity::tokens::Means};

const REQUIRED: Error = Error::Refused {
    code: SSO_REQUIRED,
    detail: Cow::Borrowed(
        "members of the organization log in by its provider of identities only, \
         and owners also with a second factor",
    ),
};

impl Application {
    /// Refuses a new session of an organization by these means, where its connection does not admit
    /// them. The connection stays as it is until commit. The login of an owner without a connection that
    /// is required is audited, and the other owners hear of it.
    pub(in crate::identity) async fn admit_means(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        by: Means,
        origin: &Origin,
    ) -> Result<(), Error> {
        let connection = unit.lock_sso(membership.organization).await?;
        if let Some(id) = by.connection() {
            let is_there = connection.is_some_and(|connection| connection.id == id);
            return if is_there { Ok(()) } else { Err(Error::INVALID_TOKEN) };
        }
        if !connection.is_some_and(|connection| connection.values.is_required) {
            return Ok(());
        }
        match by {
            Means::Session(_) if membership.role.is_owner() => Ok(()),
            Means::Factor if membership.role.is_owner() => {
                self.break_glass(unit, membership, origin).await
            }
            // A session of an owner who is none any more.
            Means::Session(_) => Err(Error::INVALID_TOKEN),
            _ => Err(REQUIRED),
        }
    }

    /// Refuses an owner without a second factor where the organization requires its connection: that is
    /// the exception for the day on which the provider does not work.
    pub(in crate::identity) async fn admit_owner(
        unit: &mut dyn SystemUnit,
        organization: OrganizationId,
        has_proved_factor: bool,
    ) -> Result<(), Error> {
        let connection = unit.lock_sso(organization).await?;
        let is_required = connection.is_some_and(|connection| connection.values.is_required);
        if is_required && !has_proved_factor { Err(REQUIRED) } else { Ok(()) }
    }

    async fn break_glass(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        origin: &Origin,
    ) -> Result<(), Error> {
        let audit = AuditRecord::of("session.break_glass", "user", Some(membership.user.uuid()));
        self.record(unit, membership, audit, origin).await?;
        let places = unit.affiliations(membership.user).await?;
        let home =
            places.into_iter().find(|place| place.organization.id == membership.organization);
        let Some(home) = home.map(|place| place.organization) else { return Ok(()) };
        let owners = unit.owners(membership.organization).await?;
        let own = owners.iter().find(|owner| owner.membership.user == membership.user);
        let name = own.map(|owner| owner.name.as_str().to_owned()).unwrap_or_default();
        for owner in owners.iter().filter(|owner| owner.membership.user != membership.user) {
            let Some(login) = unit.find_user(owner.membership.user).await? else { continue };
            self.tell_break_glass(unit, &home, &login.user, &name, origin).await?;
        }
        Ok(())
    }

    async fn tell_break_glass(
        &self,
        unit: &mut dyn SystemUnit,
        home: &Organization,
        to: &User,
        name: &str,
        origin: &Origin,
    ) -> Result<(), Error> {
        let time = to.clock(unit.now());
        let unknown = || "?".to_owned();
        let address = origin.address.map_or_else(unknown, |address| address.to_string());
        self.write_to(unit, Some(home), to, MailKind::BreakGlass, origin, |mail| {
            mail.saying("organization", home.name.as_str())
                .saying("owner", name)
                .saying("time", time)
                .saying("address", address)
        })
        .await
    }
}
