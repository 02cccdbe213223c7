use async_trait::async_trait;
use plinth_domain::{TeamId, TeamMember, UserId};
use plinth_ports::{Page, PageRequest, Result, TeamMemberReader, TeamMemberSort, TeamMembers};
use sea_orm::entity::prelude::*;

use crate::{
    list,
    row::{FromRow, Row, named, stored},
    scoped::ScopedTx,
};

const COUNT: &str = "SELECT count(*) AS members FROM team_members
    WHERE organization_id = $1 AND team_id = $2";

const TEAMS: &str = "SELECT team_id FROM team_members
    WHERE organization_id = $1 AND user_id = $2 ORDER BY team_id";

const ADD: &str = "INSERT INTO team_members
        (organization_id, team_id, user_id, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $4) ON CONFLICT (organization_id, team_id, user_id) DO NOTHING";

const TAKE_OUT: &str = "DELETE FROM team_members
    WHERE organization_id = $1 AND team_id = $2 AND user_id = $3";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub team_id: Uuid,
    pub user_id: Uuid,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for TeamMember {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            team: row.value(Column::TeamId)?,
            user: row.value(Column::UserId)?,
            added_at: row.get(Column::CreatedAt)?,
        })
    }
}

#[async_trait]
impl TeamMemberReader for ScopedTx {
    async fn members(
        &mut self,
        team: TeamId,
        page: &PageRequest<TeamMemberSort>,
    ) -> Result<Page<TeamMember>> {
        let column = match page.sort.by {
            TeamMemberSort::CreatedAt => Column::CreatedAt,
        };
        let of = list::times::<Entity>(page.times).add(Column::TeamId.eq(team.uuid()));
        list::page(self, None, of, page, Some(column), Column::UserId).await
    }
}

#[async_trait]
impl TeamMembers for ScopedTx {
    async fn count(&mut self, team: TeamId) -> Result<u64> {
        let row = self.ask(COUNT, vec![team.uuid().into()]).await?;
        Ok(row.map(|row| named::<i64>(&row, "members")).transpose()?.map_or(0, i64::unsigned_abs))
    }

    async fn teams_of(&mut self, user: UserId) -> Result<Vec<TeamId>> {
        let values = vec![user.uuid().into()];
        let read = |row: &_| stored(row, "team_id");
        Ok(self.ask_within(TEAMS, values, usize::MAX, read).await?.items)
    }

    async fn add(&mut self, member: &TeamMember) -> Result<bool> {
        let values =
            vec![member.team.uuid().into(), member.user.uuid().into(), member.added_at.into()];
        Ok(self.write(ADD, values).await? > 0)
    }

    async fn take_out(&mut self, team: TeamId, user: UserId) -> Result<bool> {
        let values = vec![team.uuid().into(), user.uuid().into()];
        Ok(self.write(TAKE_OUT, values).await? > 0)
    }
}
