use std::{future::poll_fn, pin::pin, task::Poll};

use super::*;

fn password() -> Password {
    Password::attempt("correct horse battery".to_owned()).unwrap()
}

#[tokio::test]
async fn a_hash_has_the_cost_that_owasp_recommends() {
    let hash = Argon2Hasher::new(Argon2Cost::OWASP).unwrap().hash(password()).await.unwrap();
    assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[tokio::test]
async fn a_password_that_was_hashed_at_another_cost_still_matches() {
    let (old, new) = (Argon2Cost { passes: 2, ..Argon2Cost::CHEAPEST }, Argon2Cost::CHEAPEST);
    let hash = Argon2Hasher::new(old).unwrap().hash(password()).await.unwrap();
    assert!(Argon2Hasher::new(new).unwrap().verify(password(), Some(hash)).await.unwrap());
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
    let cores = hasher.cores.available_permits();
    {
        let mut abandoned = pin!(hasher.hash(password()));
        let polled = poll_fn(|context| Poll::Ready(abandoned.as_mut().poll(context))).await;
        assert!(polled.is_pending());
    }
    assert_eq!(hasher.cores.available_permits(), cores - 1);
}
