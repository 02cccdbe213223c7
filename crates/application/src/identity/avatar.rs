//! The picture of a user, which the members of the user's organizations see.

use bytes::Bytes;
use futures::{StreamExt, stream};
use plinth_domain::{ContentType, Id, Invalid, Principal, ThumbnailSize, UserId};
use plinth_ports::{MAX_AVATAR_BYTES, UserAvatar, UserAvatarId};

use crate::{
    Application, Caller, Error,
    execute::{detached, use_case_span},
    members::GetMember,
};

plinth_domain::codes! {
    AVATAR_UNREADABLE = "avatar.unreadable",
        "The file is no PNG, JPEG or WebP that can be read, or it has too many pixels.";
}

/// The user has no picture.
const NO_PICTURE: Error = Error::NotFound("avatar");

impl Application {
    /// Makes the caller's picture of a PNG, a JPEG or a WebP, in place of the one before: upright, at
    /// most 256 pixels wide and high, and without the metadata of the file. The file is read in a
    /// confined process.
    pub async fn change_avatar(&self, caller: &Caller, content: Bytes) -> Result<(), Error> {
        let user = caller.session_user()?;
        let content = self.picture_of(caller, content).await?;
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.change_avatar"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, _) = app.lock_caller(&mut *unit, &caller).await?;
            let created_at = unit.now();
            let id = Id::from_uuid(app.ports.ids.at(created_at));
            unit.put_avatar(&UserAvatar { id, user, content, created_at }).await?;
            let (places, action) = (&account.places, "user.avatar_changed");
            app.record_everywhere(&mut *unit, places, action, &caller.origin).await?;
            app.commit(unit).await
        })
        .await
    }

    /// Removes the caller's picture. Without one nothing is stored.
    pub async fn remove_avatar(&self, caller: &Caller) -> Result<(), Error> {
        let (app, caller) = (self.clone(), caller.clone());
        detached(use_case_span("user.remove_avatar"), async move {
            let mut unit = app.ports.stores.system.begin_for(caller.access.organization()).await?;
            let (account, _) = app.lock_caller(&mut *unit, &caller).await?;
            if !unit.remove_avatar(account.login.user.id).await? {
                return Ok(());
            }
            let (places, action) = (&account.places, "user.avatar_removed");
            app.record_everywhere(&mut *unit, places, action, &caller.origin).await?;
            app.commit(unit).await
        })
        .await
    }

    /// The picture of a member of the caller's organization, or of the caller: its id, and its content
    /// unless `is_known` says that the client needs none.
    pub async fn avatar(
        &self,
        caller: &Caller,
        user: UserId,
        is_known: impl FnOnce(UserAvatarId) -> bool,
    ) -> Result<(UserAvatarId, Option<Bytes>), Error> {
        if caller.access.principal() != Principal::User(user) {
            self.query(caller, GetMember { user }).await?;
        }
        let mut unit = self.ports.stores.system.begin_for(caller.access.organization()).await?;
        let id = unit.avatar_id(user).await?.ok_or(NO_PICTURE)?;
        if is_known(id) {
            return Ok((id, None));
        }
        // Another picture may have come meanwhile.
        let UserAvatar { id, content, .. } = unit.avatar(user).await?.ok_or(NO_PICTURE)?;
        Ok((id, Some(content)))
    }

    /// The picture that is stored of a file.
    async fn picture_of(&self, caller: &Caller, content: Bytes) -> Result<Bytes, Error> {
        let content_type = ContentType::sniff(&content);
        if !content_type.is_inline() {
            return Err(unreadable("the file is no PNG, JPEG or WebP"));
        }
        let _place = self.readings.enter(caller.access.organization())?.start().await;
        let content = stream::once(async move { Ok(content) }).boxed();
        let inspected = self.ports.pictures.inspect(content, content_type, &|_| ()).await;
        let inspected = inspected.map_err(|error| Error::Unavailable(error.into()))?;
        let findings = inspected.findings.map_err(|why| unreadable(why.detail))?;
        let small = findings.thumbnails.into_iter().find(|made| made.size == ThumbnailSize::Small);
        let small = small.ok_or_else(|| unreadable("no picture can be made of the file"))?;
        if small.bytes.len() > MAX_AVATAR_BYTES {
            return Err(unreadable("the picture is too large"));
        }
        Ok(small.bytes)
    }
}

/// The body cannot become a picture.
fn unreadable(detail: impl Into<String>) -> Error {
    Error::field("", Invalid::new(AVATAR_UNREADABLE, detail))
}
