//! A hash matches only its own password.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::join_all;
use plinth_domain::{AddressBlock, Password};
use plinth_ports::{Match, PasswordHash, PasswordHasher};

fn password(text: &str) -> Password {
    Password::attempt(text.to_owned()).unwrap()
}

fn client() -> AddressBlock {
    AddressBlock::of(None)
}

pub async fn the_same_password_matches_and_another_does_not(hasher: Arc<dyn PasswordHasher>) {
    let hash = hasher.hash(password("correct horse battery"), client()).await.unwrap();
    for (attempt, matches) in [
        ("correct horse battery", true),
        ("correct horse battery ", false),
        ("Correct horse battery", false),
        ("", false),
    ] {
        let verified =
            hasher.verify(password(attempt), Some(hash.clone()), client()).await.unwrap();
        assert_eq!(verified == Match::Yes, matches, "{attempt:?}: {verified:?}");
    }
}

pub async fn a_hash_is_salted_argon2id_and_hides_the_password(hasher: Arc<dyn PasswordHasher>) {
    let text = "correct horse battery";
    let first = hasher.hash(password(text), client()).await.unwrap();
    let second = hasher.hash(password(text), client()).await.unwrap();
    assert_ne!(first, second);
    assert!(first.0.starts_with("$argon2id$v=19$") && !first.0.contains("horse"));
}

pub async fn no_password_matches_a_missing_hash(hasher: Arc<dyn PasswordHasher>) {
    for attempt in ["correct horse battery", "another", ""] {
        let verified = hasher.verify(password(attempt), None, client()).await.unwrap();
        assert_eq!(verified, Match::No, "{attempt:?}");
    }
}

pub async fn an_unknown_account_takes_as_long_as_a_known_one(hasher: Arc<dyn PasswordHasher>) {
    let hash = hasher.hash(password("correct horse battery"), client()).await.unwrap();
    let quickest = async |hash: Option<PasswordHash>| {
        let mut quickest = Duration::MAX;
        for _ in 0..7 {
            let start = Instant::now();
            hasher.verify(password("wrong horse battery"), hash.clone(), client()).await.unwrap();
            quickest = quickest.min(start.elapsed());
        }
        quickest
    };
    let (known, unknown) = (quickest(Some(hash)).await, quickest(None).await);
    // Without a hash to compute, the call would be thousands of times faster. A factor of four
    // tolerates a busy machine.
    assert!(unknown > known / 4 && known > unknown / 4, "{known:?} and {unknown:?}");
}

pub async fn a_malformed_hash_is_an_error_and_not_a_wrong_password(
    hasher: Arc<dyn PasswordHasher>,
) {
    for text in ["", "plain", "$argon2id$v=19$", "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$!!"] {
        let garbled = Some(PasswordHash(text.to_owned()));
        let verified = hasher.verify(password("correct horse battery"), garbled, client()).await;
        assert!(verified.is_err(), "{text:?}: {verified:?}");
    }
}

pub async fn concurrent_calls_each_get_their_own_result(hasher: Arc<dyn PasswordHasher>) {
    let hash = hasher.hash(password("correct horse battery"), client()).await.unwrap();
    let attempts = (0..12).map(|n| {
        let (hasher, hash) = (Arc::clone(&hasher), hash.clone());
        let text = if n % 3 == 0 { "correct horse battery" } else { "wrong" };
        tokio::spawn(async move {
            hasher.verify(password(text), Some(hash), client()).await.unwrap() == Match::Yes
        })
    });
    for (n, verified) in join_all(attempts).await.into_iter().enumerate() {
        assert_eq!(verified.unwrap(), n % 3 == 0);
    }
}
