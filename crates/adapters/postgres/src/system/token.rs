//! The rows of tokens.

use plinth_ports::TokenKey;
use sea_orm::{
    ColumnTrait, Condition, Value,
    sea_query::{Expr, ExprTrait},
};

use super::AcrossTenants;
use crate::{
    records::{api_keys, invitations, sessions},
    scoped::TenantOwned,
};

/// A table whose rows are found by tokens.
pub trait WithTokens: AcrossTenants + TenantOwned {
    /// The column that says whether the token names its organization.
    fn names_organization() -> Self::Column;
}

impl WithTokens for api_keys::Entity {
    fn names_organization() -> api_keys::Column {
        api_keys::Column::NamesOrganization
    }
}

impl WithTokens for invitations::Entity {
    fn names_organization() -> invitations::Column {
        invitations::Column::NamesOrganization
    }
}

impl WithTokens for sessions::Entity {
    fn names_organization() -> sessions::Column {
        sessions::Column::NamesOrganization
    }
}

/// The condition on the row whose token has its hash in this column. It has the parameters of [`values`].
///
/// A token of an earlier version is looked for among its like only, by a partial index: a literal
/// condition, because the planner does not know the value of a parameter.
pub fn is_of<E: WithTokens>(key: &TokenKey, column: E::Column) -> Condition {
    let hash = column.eq(key.hash.as_slice());
    let Some(named) = key.organization else {
        let is_named = Expr::col((E::default(), E::names_organization()));
        return Condition::all().add(hash).add(is_named.not());
    };
    Condition::all().add(E::tenant_column().eq(named.uuid())).add(hash)
}

/// The parameters of [`is_of`], in its order.
pub fn values(key: &TokenKey) -> impl Iterator<Item = Value> {
    let organization = key.organization.map(|organization| organization.uuid().into());
    organization.into_iter().chain([key.hash.as_slice().into()])
}
