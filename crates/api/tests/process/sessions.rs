//! No session survives its revocation: two servers, clients that refresh without a pause, and a
//! logout, a new password or a replayed token beside them.

use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};

use crate::{
    caller::{Caller, PASSWORD, text},
    replicas::Replicas,
};

/// The rounds of each test.
const ROUNDS: usize = 50;

/// How long a refreshing client goes on after the revocation was answered.
const AFTER: Duration = Duration::from_millis(300);

/// How soon a revocation takes effect at the other server's cache.
const REVOKED: Duration = Duration::from_secs(5);

/// Logs in at one server with this password.
async fn log_in(at: &Caller, password: &str) -> (u16, Value) {
    let body = json!({"email": "ada@example.com", "password": password});
    at.try_post("/auth/login", body).await
}

async fn session(at: &Caller) -> Caller {
    let (status, reply) = log_in(at, PASSWORD).await;
    assert_eq!(status, 200, "{reply}");
    at.signed_in(&reply)
}

/// Exchanges the refresh token of `session` at this server.
async fn refresh(at: &Caller, session: &Caller) -> (u16, Value) {
    at.try_post("/auth/refresh", json!({"refresh_token": session.refresh_token})).await
}

/// Refreshes at one server after the other until it is refused, or until `until` answers the time
/// to stop. Returns every session that it had.
async fn refresh_on(
    servers: [Caller; 2],
    first: Caller,
    until: tokio::sync::watch::Receiver<Option<Instant>>,
) -> Vec<Caller> {
    let mut had = vec![first];
    for server in servers.iter().cycle() {
        let over = until.borrow().is_some_and(|end| end.elapsed() > AFTER);
        let (status, reply) = refresh(server, &had[had.len() - 1]).await;
        if status != 200 || over {
            assert!([200, 401].contains(&status), "{status}: {reply}");
            return had;
        }
        had.push(server.signed_in(&reply));
    }
    had
}

/// Counts the sessions of which a token still has an effect, at either server.
async fn survivors(servers: &[Caller; 2], had: &[Caller], since: Instant) -> usize {
    let mut alive = 0;
    let newest = had.iter().rev().take(3);
    for session in newest {
        let mut lives = false;
        for server in servers {
            let caller = server.with_token_of(session);
            loop {
                let admitted = caller.get("/me").await.0 == 200;
                // The other server's cache may take a moment.
                lives |= admitted && since.elapsed() > REVOKED;
                if !admitted || lives {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
        alive += usize::from(lives);
    }
    // Refreshing is last: it may be a replay, which ends the family.
    alive + usize::from(refresh(&servers[0], &had[had.len() - 1]).await.0 == 200)
}

/// Two clients without a credential, one for each server.
fn anonymous(replicas: &Replicas) -> [Caller; 2] {
    replicas.servers.each_ref().map(|server| replicas.here.anonymous().at(server))
}

/// Runs `ROUNDS` rounds: a client refreshes, `revoke` ends its session meanwhile, and no token may
/// be of use afterwards.
async fn no_survivor(revoke: impl AsyncFn(&[Caller; 2], &Caller, usize)) {
    let replicas = Replicas::start().await;
    let servers = anonymous(&replicas);
    let (mut survived, mut rotations) = (Vec::new(), 0);
    for round in 0..ROUNDS {
        let first = session(&servers[round % 2]).await;
        let (stop, until) = tokio::sync::watch::channel(None);
        let looping = tokio::spawn(refresh_on(servers.clone(), first.clone(), until));
        // The moment differs from round to round.
        tokio::time::sleep(Duration::from_millis(5 + (round as u64 * 7) % 40)).await;
        revoke(&servers, &first, round).await;
        let revoked = Instant::now();
        stop.send_replace(Some(revoked));
        let had = looping.await.unwrap();
        rotations += had.len() - 1;
        if survivors(&servers, &had, revoked).await > 0 {
            survived.push(round);
        }
    }
    assert!(rotations > ROUNDS, "only {rotations} refreshes: nothing was proved");
    assert!(survived.is_empty(), "sessions survived in the rounds {survived:?}");
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_survives_its_logout() {
    no_survivor(async |servers, first, round| {
        // The first access token is valid for its whole time, also after a refresh.
        let caller = servers[(round + 1) % 2].with_token_of(first);
        let (status, reply) = caller.try_post("/auth/logout", json!({})).await;
        assert_eq!(status, 204, "{reply}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_survives_the_replay_of_its_refresh_token() {
    no_survivor(async |servers, first, round| {
        // Until it is a replay: the loop uses the token, too.
        while refresh(&servers[(round + 1) % 2], first).await.0 != 401 {}
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_survives_a_change_of_the_password() {
    no_survivor(async |servers, first, round| {
        let caller = servers[(round + 1) % 2].with_token_of(first);
        let (before, after) = (PASSWORD, "another horse battery");
        let change = |from: &str, to: &str| json!({"current_password": from, "new_password": to});
        let (status, reply) = caller.try_post("/auth/password", change(before, after)).await;
        assert_eq!(status, 200, "{reply}");
        // Back to the password of the other rounds.
        let next = caller.signed_in(&reply);
        let (status, reply) = next.try_post("/auth/password", change(after, before)).await;
        assert_eq!(status, 200, "{reply}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_login_with_the_old_password_survives_its_change_and_of_many_changes_one_holds() {
    let replicas = Replicas::start().await;
    let servers = anonymous(&replicas);
    let mut password = PASSWORD.to_owned();
    for round in 0..ROUNDS {
        let (status, reply) = log_in(&servers[0], &password).await;
        assert_eq!(status, 200, "{reply}");
        let caller = servers[0].signed_in(&reply);
        let logins = (0..4).map(|n| log_in(&servers[n % 2], &password));
        let changes = (0..4).map(|n| {
            let new = format!("password {round} of {n}");
            let caller = servers[n % 2].with_token_of(&caller);
            let body = json!({"current_password": password, "new_password": new});
            async move { (caller.try_post("/auth/password", body).await, new) }
        });
        let (logins, changes) = tokio::join!(join_all(logins), join_all(changes));

        let (held, refused): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|((status, _), _)| *status == 200);
        assert_eq!(held.len(), 1, "of {} changes, in round {round}", held.len() + refused.len());
        for ((status, reply), _) in refused {
            assert_eq!(status, 401, "{reply}");
        }
        let ((_, reply), new) = held.into_iter().next().unwrap();
        let (changed, mine) = (Instant::now(), servers[0].signed_in(&reply));
        assert_eq!(mine.get("/me").await.0, 200, "the session of the change, in round {round}");
        for (status, reply) in logins {
            if status == 200 {
                let opened = servers[0].signed_in(&reply);
                let alive = survivors(&servers, &[opened], changed).await;
                assert_eq!(alive, 0, "a login with the old password, in round {round}");
            } else {
                assert_eq!(
                    (status, text(&reply["code"]).as_str()),
                    (401, "auth.invalid_credentials")
                );
            }
        }
        password = new;
    }
    replicas.stop().await;
}
