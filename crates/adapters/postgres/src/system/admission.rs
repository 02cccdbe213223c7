//! Who a credential belongs to, in one statement: the credential, the
//! membership that it rests on, and only when person and organization are
//! active.

use domain::{ApiKey, OrganizationStatus, Session, UserStatus};
use ports::{Admission, Result, StoreError, TokenHash};
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationDef, RelationTrait,
    Select,
};

use super::{AcrossTenants, SystemTx};
use crate::entity::{api_key, membership, organization, session, user};

impl SystemTx {
    /// Finds the session of an access token.
    pub async fn session(&self, access: &TokenHash) -> Result<Option<Admission<Session>>> {
        let session =
            session::Entity::find().filter(session::Column::AccessHash.eq(access.as_slice()));
        self.admission(session, session::Relation::Membership.def()).await
    }

    /// Finds an API key.
    pub async fn api_key(&self, secret: &TokenHash) -> Result<Option<Admission<ApiKey>>> {
        let key = api_key::Entity::find().filter(api_key::Column::SecretHash.eq(secret.as_slice()));
        self.admission(key, api_key::Relation::Creator.def()).await
    }

    async fn admission<E, C>(
        &self,
        credential: Select<E>,
        membership: RelationDef,
    ) -> Result<Option<Admission<C>>>
    where
        E: AcrossTenants,
        C: TryFrom<E::Model, Error = StoreError>,
    {
        let live = credential
            .join(JoinType::InnerJoin, membership)
            .join(JoinType::InnerJoin, membership::Relation::User.def())
            .join(JoinType::InnerJoin, membership::Relation::Organization.def())
            .filter(user::Column::Status.eq(UserStatus::Active.name()))
            .filter(organization::Column::Status.eq(OrganizationStatus::Active.name()));
        let found = self.pairs::<E, membership::Entity>(live).await?.pop();
        let Some((credential, Some(membership))) = found else { return Ok(None) };
        Ok(Some(Admission {
            credential: credential.try_into()?,
            membership: membership.try_into()?,
        }))
    }
}
