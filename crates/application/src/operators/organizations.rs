use plinth_domain::{OperatorReason, OrganizationId};
use plinth_ports::{NewestFirst, OrganizationFigures, Page};

use super::{
    Operator,
    state::{By, State},
};
use crate::{Application, Error};

/// A change of an organization by an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationChange {
    /// Its members and keys lose all access, and its jobs wait.
    Suspend,
    /// It has access again. A removal that an owner has asked for is taken back.
    Resume,
    /// Nothing may remove it.
    Hold,
    /// It may be removed again.
    Release,
}

impl Application {
    /// Lists organizations in any state, with how much they have.
    pub async fn list_organizations(
        &self,
        name: Option<&str>,
        page: &NewestFirst,
    ) -> Result<Page<OrganizationFigures>, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        Ok(unit.list_organizations(name, page).await?)
    }

    /// Reads an organization in any state.
    pub async fn organization_figures(
        &self,
        organization: OrganizationId,
    ) -> Result<OrganizationFigures, Error> {
        let mut unit = self.ports.stores.system.begin().await?;
        let found = unit.organization_figures(organization).await?;
        found.ok_or(Error::NotFound("organization"))
    }

    /// Changes an organization. One that is in this state already stays as it is.
    pub async fn change_by_operator(
        &self,
        operator: &Operator,
        organization: OrganizationId,
        change: OrganizationChange,
        reason: OperatorReason,
    ) -> Result<OrganizationFigures, Error> {
        self.check_here(organization).await?;
        let state = match change {
            OrganizationChange::Suspend => State::Suspended,
            OrganizationChange::Resume => State::Active,
            OrganizationChange::Hold => State::Held(true),
            OrganizationChange::Release => State::Held(false),
        };
        let by = By::Operator(operator.clone(), reason);
        self.set_state(organization, state, by).await?;
        self.organization_figures(organization).await
    }
}
