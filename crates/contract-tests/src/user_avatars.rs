//! A user has one picture, which goes with the account.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::UserId;
use plinth_ports::{MAX_AVATAR_BYTES, UserAvatar};

use crate::{
    Stores,
    fixture::{at, id},
    outcome::{assert_conflict, assert_kept},
};

fn picture(user: UserId, bytes: &[u8]) -> UserAvatar {
    UserAvatar { id: id(), user, content: bytes.to_vec().into(), created_at: at(3) }
}

async fn put(stores: &Stores, avatar: &UserAvatar) {
    let mut unit = stores.across().await;
    unit.put_avatar(avatar).await.unwrap();
    unit.commit().await.unwrap();
}

async fn found(stores: &Stores, user: UserId) -> Option<UserAvatar> {
    let mut unit = stores.across().await;
    let (id, found) = (unit.avatar_id(user).await.unwrap(), unit.avatar(user).await.unwrap());
    assert_eq!(id, found.as_ref().map(|avatar| avatar.id));
    found
}

pub async fn a_picture_replaces_the_one_before_until_it_is_removed(stores: &Stores) {
    let (one, other) = (stores.tenant().await.owner.id, stores.tenant().await.owner.id);
    assert_eq!(found(stores, one).await, None);
    let (first, second) = (picture(one, b"first"), picture(one, &vec![7; MAX_AVATAR_BYTES]));
    let kept = picture(other, b"first");
    put(stores, &kept).await;
    for avatar in [&first, &second] {
        put(stores, avatar).await;
        assert_eq!(found(stores, one).await.as_ref(), Some(avatar));
    }
    let mut unit = stores.across().await;
    assert!(unit.remove_avatar(one).await.unwrap());
    assert!(!unit.remove_avatar(one).await.unwrap());
    unit.commit().await.unwrap();
    assert_eq!(found(stores, one).await, None);
    assert_eq!(found(stores, other).await, Some(kept));
}

pub async fn a_picture_is_of_a_user_and_has_a_bound(stores: &Stores) {
    let user = stores.tenant().await.owner.id;
    let stranger = picture(id(), b"x");
    let refused = stores.across().await.put_avatar(&stranger).await;
    assert_conflict(refused, "user_avatars_user_id_fkey");
    for bytes in [vec![], vec![7; MAX_AVATAR_BYTES + 1]] {
        let refused = stores.across().await.put_avatar(&picture(user, &bytes)).await;
        assert_kept(refused);
    }
}
