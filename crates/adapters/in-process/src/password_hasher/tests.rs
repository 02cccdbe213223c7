use std::{future::poll_fn, pin::pin, task::Poll};

use super::*;

fn password() -> Password {
    Password::attempt("correct horse battery".to_owned()).unwrap()
}

fn client() -> AddressBlock {
    AddressBlock::of(None)
}

#[tokio::test]
async fn a_hash_has_the_cost_that_owasp_recommends() {
    let hash =
        Argon2Hasher::new(Argon2Cost::OWASP).unwrap().hash(password(), client()).await.unwrap();
    assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn a_password_that_was_hashed_at_another_cost_still_matches_and_is_outdated() {
    let new = Argon2Hasher::new(Argon2Cost::CHEAPEST).unwrap();
    for old in [
        Argon2Cost { memory_kib: 16, ..Argon2Cost::CHEAPEST },
        Argon2Cost { passes: 2, ..Argon2Cost::CHEAPEST },
        Argon2Cost { memory_kib: 16, lanes: 2, passes: 1 },
    ] {
        let hash = Argon2Hasher::new(old).unwrap().hash(password(), client()).await.unwrap();
        let found = new.verify(password(), Some(hash.clone()), client()).await.unwrap();
        assert_eq!(found, Match::Outdated, "{old:?}");
        let wrong = Password::attempt("another".to_owned()).unwrap();
        assert_eq!(new.verify(wrong, Some(hash), client()).await.unwrap(), Match::No);
    }
    let hash = new.hash(password(), client()).await.unwrap();
    assert_eq!(new.verify(password(), Some(hash), client()).await.unwrap(), Match::Yes);
}

#[test]
fn a_cost_that_argon2_does_not_know_is_refused() {
    for cost in [
        Argon2Cost { memory_kib: 7, ..Argon2Cost::CHEAPEST },
        Argon2Cost { passes: 0, ..Argon2Cost::CHEAPEST },
        Argon2Cost { lanes: 0, ..Argon2Cost::CHEAPEST },
    ] {
        assert!(Argon2Hasher::new(cost).is_err(), "{cost:?}");
    }
}

#[tokio::test]
async fn abandoned_work_still_counts_against_the_cores() {
    let hasher = Argon2Hasher::new(Argon2Cost::OWASP).unwrap();
    {
        let mut abandoned = pin!(hasher.hash(password(), client()));
        let polled = poll_fn(|context| Poll::Ready(abandoned.as_mut().poll(context))).await;
        assert!(polled.is_pending());
    }
    assert_eq!(hasher.load().running, 1);
}

#[tokio::test]
async fn beyond_its_queue_a_hasher_refuses_at_once() {
    let hasher = Argon2Hasher::new(Argon2Cost::OWASP).unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let hasher = hasher.clone();
        calls.spawn(async move { hasher.hash(password(), client()).await });
    }
    let (done, refused): (Vec<_>, Vec<_>) =
        calls.join_all().await.into_iter().partition(Result::is_ok);
    assert!(!done.is_empty() && refused.len() > 100, "{} and {}", done.len(), refused.len());
    assert!(refused.iter().all(|refusal| matches!(refusal, Err(HasherError::Busy))));
    assert_eq!(usize::try_from(hasher.load().refused).unwrap(), refused.len());
}
