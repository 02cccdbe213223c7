//! The pictures of users.

use async_trait::async_trait;
use plinth_domain::{Id, UserId};
use plinth_ports::{Result, UserAvatar, UserAvatarId, UserAvatars};

use super::SystemTx;
use crate::{row::named, sql::Sql};

const FIND_ID: &str = "SELECT id FROM user_avatars WHERE user_id = $1";
const FIND: &str = "SELECT id, content, created_at FROM user_avatars WHERE user_id = $1";
const PUT: &str = "INSERT INTO user_avatars (id, user_id, content, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, content = excluded.content,
        created_at = excluded.created_at, updated_at = excluded.updated_at,
        version = user_avatars.version + 1";
const REMOVE: &str = "DELETE FROM user_avatars WHERE user_id = $1";

#[async_trait]
impl UserAvatars for SystemTx {
    async fn avatar_id(&mut self, user: UserId) -> Result<Option<UserAvatarId>> {
        let rows = self.rows(Sql::fixed(FIND_ID, vec![user.uuid().into()])).await?;
        rows.first().map(|row| named(row, "id").map(Id::from_uuid)).transpose()
    }

    async fn avatar(&mut self, user: UserId) -> Result<Option<UserAvatar>> {
        let rows = self.rows(Sql::fixed(FIND, vec![user.uuid().into()])).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(UserAvatar {
            id: Id::from_uuid(named(row, "id")?),
            user,
            content: named::<Vec<u8>>(row, "content")?.into(),
            created_at: named(row, "created_at")?,
        }))
    }

    async fn put_avatar(&mut self, avatar: &UserAvatar) -> Result<()> {
        let values = vec![
            avatar.id.uuid().into(),
            avatar.user.uuid().into(),
            avatar.content.to_vec().into(),
            avatar.created_at.into(),
        ];
        self.execute(Sql::fixed(PUT, values)).await.map(drop)
    }

    async fn remove_avatar(&mut self, user: UserId) -> Result<bool> {
        Ok(self.execute(Sql::fixed(REMOVE, vec![user.uuid().into()])).await? == 1)
    }
}
