//! What operators of the installation do. Each use case that changes something writes an entry into the
//! log of operators, in the transaction of the change. None has a scope of an organization: only the
//! operators' own server may call them.

mod announcements;
mod jobs;
mod organizations;
mod plans;
mod sso;
mod state;
mod support;

use plinth_domain::{Id, OperatorName, OperatorReason, OrganizationId, Timestamp};
use plinth_ports::{
    Actor, ErasureCertificate, NewestFirst, OperatorEntry, Origin, Page, SystemUnit,
};
use uuid::Uuid;

use crate::{Application, AuditRecord, Error};

pub use announcements::NewAnnouncement;
pub use organizations::OrganizationChange;
pub use support::{BegunSession, NewSession};

plinth_domain::codes! {
    SUPPORT_ACCESS_MISSING = "support_access.missing",
        "The organization has not consented, or its consent has ended.";
    SUPPORT_SESSION_TOO_MANY = "support_session.too_many",
        "The organization has as many live support sessions as it may.";
    ANNOUNCEMENT_TIME = "announcement.time",
        "An announcement ends after it begins, in the future, and lasts 31 days at most.";
}

/// An operator, and the request in which they act.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The name of the operator's key.
    pub name: OperatorName,
    /// The request.
    pub origin: Origin,
}

/// What an operator did, for the log.
struct Deed {
    action: &'static str,
    organization: Option<OrganizationId>,
    target: Option<Uuid>,
    reason: Option<OperatorReason>,
}

impl Deed {
    /// Something that was done to an organization as a whole.
    const fn to(
        action: &'static str,
        organization: OrganizationId,
        reason: OperatorReason,
    ) -> Self {
        Self { action, organization: Some(organization), target: None, reason: Some(reason) }
    }
}

impl Application {
    /// Lists the log of operators.
    pub async fn operator_entries(&self, page: &NewestFirst) -> Result<Page<OperatorEntry>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        Ok(unit.operator_entries(page).await?)
    }

    /// Lists what is left of removed organizations.
    pub async fn erasure_certificates(
        &self,
        page: &NewestFirst,
    ) -> Result<Page<ErasureCertificate>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        Ok(unit.erasure_certificates(page).await?)
    }

    /// Appends to the log of operators.
    async fn log_deed(
        &self,
        unit: &mut dyn SystemUnit,
        operator: &Operator,
        deed: Deed,
    ) -> Result<(), Error> {
        let now = unit.now();
        let Operator { name, origin } = operator;
        let entry = OperatorEntry {
            id: Id::from_uuid(self.ports.ids.at(now)),
            at: now,
            operator: *name,
            action: deed.action.to_owned(),
            organization: deed.organization,
            target: deed.target,
            reason: deed.reason.map(|reason| reason.as_str().to_owned()),
            request_id: origin.request_id.clone(),
            address: origin.address.map(|address| address.to_string()),
        };
        Ok(unit.append_operator_entry(&entry).await?)
    }

    /// Appends to an organization's audit log what an operator did there. The address of the operator
    /// stays in the log of operators.
    async fn tell_organization(
        &self,
        unit: &mut dyn SystemUnit,
        operator: &Operator,
        organization: OrganizationId,
        (audit, session): (AuditRecord, Option<Uuid>),
    ) -> Result<(), Error> {
        let at: Timestamp = unit.now();
        let audit = audit.beside("operator", operator.name.as_str().into())?;
        let origin = Origin { address: None, ..operator.origin.clone() };
        let entry = audit.entry(Actor::Operator(session), origin, &*self.ports.ids, at);
        Ok(unit.append(organization, &entry).await?)
    }
}
