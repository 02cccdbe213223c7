use plinth_domain::{
    Id, OrganizationId, Role, RoleMapping, RoleRef, RoleRule, SecretRef, SsoConnection, SsoIssuer,
    SsoRole, SsoValues, Text,
};
use plinth_ports::{Result, StoreError};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    row::{FromRow, Row, corrupt},
    value::{set, text},
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sso_connections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub issuer: String,
    pub client_id: String,
    pub secret_id: Option<Uuid>,
    pub secret_last_four: Option<String>,
    pub role: String,
    pub claim: Option<String>,
    pub claim_values: Vec<String>,
    pub claim_roles: Vec<String>,
    pub required: bool,
    pub proven_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();
text!(SsoIssuer: SsoIssuer::parse);

impl FromRow for SsoConnection {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let name: String = row.get(Column::Role)?;
        let values = SsoValues {
            issuer: row.value(Column::Issuer)?,
            client_id: row.value(Column::ClientId)?,
            role: role(&name).ok_or_else(|| corrupt::<Entity>(Column::Role))?,
            mapping: mapping(row)?,
            is_required: row.get(Column::Required)?,
        };
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            values,
            secret: secret(row)?,
            proven_at: row.get(Column::ProvenAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn secret(row: &Row<'_, Entity>) -> Result<Option<SecretRef>> {
    let Some(id) = row.optional_id(Column::SecretId)? else { return Ok(None) };
    Ok(Some(SecretRef { id, last_four: row.get(Column::SecretLastFour)? }))
}

fn mapping(row: &Row<'_, Entity>) -> Result<Option<RoleMapping>> {
    let Some(claim) = row.get::<Option<String>>(Column::Claim)? else { return Ok(None) };
    let values: Vec<String> = row.get(Column::ClaimValues)?;
    let roles: Vec<String> = row.get(Column::ClaimRoles)?;
    let broken = || -> StoreError { corrupt::<Entity>(Column::ClaimValues) };
    let rule = |(value, name): (&String, &String)| -> Result<RoleRule> {
        let value = Text::parse(value).map_err(|_| broken())?;
        Ok(RoleRule { value, role: role(name).ok_or_else(broken)? })
    };
    let rules = values.iter().zip(&roles).map(rule).collect::<Result<Vec<_>>>()?;
    RoleMapping::new(&claim, rules).map(Some).map_err(|_| broken())
}

/// The role of a column: the name of a built-in one, or the id of a custom one.
fn role(text: &str) -> Option<SsoRole> {
    let custom = || Uuid::parse_str(text).ok().map(|id| RoleRef::Custom(Id::from_uuid(id)));
    let role = Role::from_name(text).map(RoleRef::BuiltIn).or_else(custom)?;
    SsoRole::new(role).ok()
}

fn column(role: SsoRole) -> String {
    match role.reference() {
        RoleRef::BuiltIn(role) => role.name().to_owned(),
        RoleRef::Custom(id) => id.to_string(),
    }
}

/// A connection as a row of `organization`.
pub fn row(connection: &SsoConnection, organization: OrganizationId) -> ActiveModel {
    let values = &connection.values;
    let rules = values.mapping.as_ref().map(RoleMapping::rules).unwrap_or_default();
    let secret = connection.secret.as_ref();
    ActiveModel {
        organization_id: set(&organization),
        id: set(&connection.id),
        issuer: set(&values.issuer),
        client_id: set(&values.client_id),
        secret_id: Set(secret.map(|secret| secret.id.uuid())),
        secret_last_four: Set(secret.map(|secret| secret.last_four.clone())),
        role: Set(column(values.role)),
        claim: Set(values.mapping.as_ref().map(|mapping| mapping.claim().to_owned())),
        claim_values: Set(rules.iter().map(|rule| rule.value.as_str().to_owned()).collect()),
        claim_roles: Set(rules.iter().map(|rule| column(rule.role)).collect()),
        required: Set(values.is_required),
        proven_at: Set(connection.proven_at),
        version: Set(connection.revision.version.number()),
        created_at: Set(connection.revision.created_at),
        updated_at: Set(connection.revision.updated_at),
    }
}
