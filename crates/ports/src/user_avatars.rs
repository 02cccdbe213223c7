use async_trait::async_trait;
use bytes::Bytes;
use plinth_domain::{Id, Timestamp, UserId};

use crate::Result;

/// The most bytes of a stored picture: 512 KiB.
pub const MAX_AVATAR_BYTES: usize = 512 * 1024;

/// The id of a picture of a user.
pub type UserAvatarId = Id<UserAvatar>;

/// The picture of a user, made anew from what the user has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAvatar {
    /// The id; another picture has another one.
    pub id: UserAvatarId,
    /// The user.
    pub user: UserId,
    /// A JPEG or, where it is transparent, a PNG; at most [`MAX_AVATAR_BYTES`].
    pub content: Bytes,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The pictures of users, in a transaction across organizations. A unit that changes one has locked the
/// user.
#[async_trait]
pub trait UserAvatars: Send {
    /// The id of the picture of a user, without its content.
    async fn avatar_id(&mut self, user: UserId) -> Result<Option<UserAvatarId>>;
    /// The picture of a user.
    async fn avatar(&mut self, user: UserId) -> Result<Option<UserAvatar>>;
    /// Stores a picture, in place of the one that the user has.
    async fn put_avatar(&mut self, avatar: &UserAvatar) -> Result<()>;
    /// Removes the picture of a user. Returns whether there was one.
    async fn remove_avatar(&mut self, user: UserId) -> Result<bool>;
}
