use async_trait::async_trait;
use plinth_domain::UserId;
use plinth_ports::{MAX_AVATAR_BYTES, Result, UserAvatar, UserAvatarId, UserAvatars};

use super::system_unit::SystemDraft;

#[async_trait]
impl UserAvatars for SystemDraft {
    async fn avatar_id(&mut self, user: UserId) -> Result<Option<UserAvatarId>> {
        Ok(self.0.tables.avatars.get(&user).map(|avatar| avatar.id))
    }

    async fn avatar(&mut self, user: UserId) -> Result<Option<UserAvatar>> {
        Ok(self.0.tables.avatars.get(&user).cloned())
    }

    async fn put_avatar(&mut self, avatar: &UserAvatar) -> Result<()> {
        let no_user = !self.0.tables.users.contains(&avatar.user);
        let length = avatar.content.len();
        self.0.forbid(no_user, "user_avatars_user_id_fkey")?;
        self.0.check(length == 0 || length > MAX_AVATAR_BYTES, "a picture has a bound")?;
        self.0.tables.avatars.insert(avatar.user, avatar.clone());
        Ok(())
    }

    async fn remove_avatar(&mut self, user: UserId) -> Result<bool> {
        let had_one = self.0.tables.avatars.contains(&user);
        self.0.tables.avatars.remove(&user);
        Ok(had_one)
    }
}
