use async_trait::async_trait;
use plinth_domain::{
    AssignedRole, Grantee, Id, OrganizationId, ProjectGrant, ProjectId, Role, RoleRef, UserId,
};
use plinth_ports::{InProject, ProjectGrantReader, ProjectGrants, Result};
use sea_orm::{Condition, QueryOrder, Set, entity::prelude::*};
use sqlx::postgres::PgRow;

use super::roles;
use crate::{
    row::{FromRow, Row, corrupt, named, stored},
    scoped::ScopedTx,
    value::set,
};

/// The roles of a member, and of the member's teams, each with the permissions that a custom one has.
const ROLES: &str = "
    SELECT g.project_id, g.role, g.role_id, r.permissions
    FROM project_grants g
    LEFT JOIN roles r ON r.organization_id = g.organization_id AND r.id = g.role_id
    WHERE g.organization_id = $1 AND g.user_id = $2
    UNION ALL
    SELECT g.project_id, g.role, g.role_id, r.permissions
    FROM team_members t
    JOIN project_grants g ON g.organization_id = t.organization_id AND g.team_id = t.team_id
    LEFT JOIN roles r ON r.organization_id = g.organization_id AND r.id = g.role_id
    WHERE t.organization_id = $1 AND t.user_id = $2";

/// The PDF of an invoice is none that a project opens. It is one from its first commit on.
const OF_DOCUMENT: &str = "SELECT project_id FROM documents
    WHERE organization_id = $1 AND id = $2 AND NOT EXISTS (SELECT FROM invoice_pdfs p
        WHERE p.organization_id = $1 AND p.document_id = documents.id)";
const OF_CONTRACT: &str = "SELECT project_id FROM contracts
    WHERE organization_id = $1 AND id = $2";
const HOLD_DOCUMENT: &str = "SELECT project_id FROM documents
    WHERE organization_id = $1 AND id = $2 AND NOT EXISTS (SELECT FROM invoice_pdfs p
        WHERE p.organization_id = $1 AND p.document_id = documents.id) FOR NO KEY UPDATE";
const HOLD_CONTRACT: &str = "SELECT project_id FROM contracts
    WHERE organization_id = $1 AND id = $2 FOR NO KEY UPDATE";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "project_grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub user_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub role: Option<String>,
    pub role_id: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for ProjectGrant {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let member = row.optional_id(Column::UserId)?.map(Grantee::Member);
        let team = row.optional_id(Column::TeamId)?.map(Grantee::Team);
        let built_in: Option<Role> = row.value(Column::Role)?;
        let custom = row.optional_id(Column::RoleId)?.map(RoleRef::Custom);
        let role = built_in.map(RoleRef::BuiltIn).or(custom);
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            project: row.value(Column::ProjectId)?,
            grantee: member.or(team).ok_or_else(|| corrupt::<Entity>(Column::UserId))?,
            role: role.ok_or_else(|| corrupt::<Entity>(Column::Role))?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn to_row(grant: &ProjectGrant, organization: OrganizationId) -> ActiveModel {
    ActiveModel {
        organization_id: set(&organization),
        id: set(&grant.id),
        project_id: set(&grant.project),
        user_id: set(&grant.grantee.member()),
        team_id: set(&grant.grantee.team()),
        role: set(&grant.role.built_in()),
        role_id: set(&grant.role.custom()),
        version: Set(grant.revision.version.number()),
        created_at: Set(grant.revision.created_at),
        updated_at: Set(grant.revision.updated_at),
    }
}

/// Grants to a member or a team.
fn to(grantee: Grantee) -> Condition {
    Condition::all().add(match grantee {
        Grantee::Member(user) => Column::UserId.eq(user.uuid()),
        Grantee::Team(team) => Column::TeamId.eq(team.uuid()),
    })
}

/// A project, and a role on it.
fn role(row: &PgRow) -> Result<(ProjectId, AssignedRole)> {
    let project = stored(row, "project_id")?;
    if let Some(role) = stored::<Option<Role>>(row, "role")? {
        return Ok((project, role.into()));
    }
    let (id, names): (Uuid, Vec<String>) = (named(row, "role_id")?, named(row, "permissions")?);
    let permissions = roles::permissions(&names).set();
    Ok((project, AssignedRole::Custom { id: Id::from_uuid(id), permissions }))
}

#[async_trait]
impl ProjectGrantReader for ScopedTx {
    async fn of_project(&mut self, project: ProjectId) -> Result<Vec<ProjectGrant>> {
        let of = self.select::<Entity>().filter(Column::ProjectId.eq(project.uuid()));
        of.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all().await
    }

    async fn grant(
        &mut self,
        project: ProjectId,
        grantee: Grantee,
    ) -> Result<Option<ProjectGrant>> {
        let of = self.select::<Entity>().filter(Column::ProjectId.eq(project.uuid()));
        of.filter(to(grantee)).one().await
    }

    async fn roles_of(&mut self, user: UserId) -> Result<Vec<(ProjectId, AssignedRole)>> {
        Ok(self.ask_within(ROLES, vec![user.uuid().into()], usize::MAX, role).await?.items)
    }

    async fn project_of(&mut self, record: InProject) -> Result<Option<ProjectId>> {
        project_of(self, record, OF_DOCUMENT, OF_CONTRACT).await
    }
}

#[async_trait]
impl ProjectGrants for ScopedTx {
    async fn of_grantee(&mut self, grantee: Grantee) -> Result<Vec<ProjectGrant>> {
        let of = self.select::<Entity>().filter(to(grantee));
        of.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all().await
    }

    async fn hold_project_of(&mut self, record: InProject) -> Result<Option<ProjectId>> {
        project_of(self, record, HOLD_DOCUMENT, HOLD_CONTRACT).await
    }

    async fn give(&mut self, grant: &ProjectGrant) -> Result<()> {
        let row = to_row(grant, self.organization());
        self.add(row).await
    }

    async fn change(&mut self, grant: &ProjectGrant) -> Result<()> {
        let row = to_row(grant, self.organization());
        self.save(row, grant.id.uuid(), grant.revision.previous()).await
    }

    async fn withdraw(&mut self, grant: &ProjectGrant) -> Result<()> {
        let (id, version) = (grant.id.uuid(), grant.revision.version);
        Self::remove::<Entity>(self, id, version).await
    }
}

async fn project_of(
    tx: &mut ScopedTx,
    record: InProject,
    of_document: &'static str,
    of_contract: &'static str,
) -> Result<Option<ProjectId>> {
    let (sql, id) = match record {
        InProject::Project(project) => return Ok(Some(project)),
        InProject::Document(document) => (of_document, document.uuid()),
        InProject::Contract(contract) => (of_contract, contract.uuid()),
    };
    let row = tx.ask(sql, vec![id.into()]).await?;
    Ok(row.map(|row| stored::<Option<ProjectId>>(&row, "project_id")).transpose()?.flatten())
}
