//! Two servers on one database: events and revocations of one reach the other.

use std::time::{Duration, Instant};

use plinth_local_servers::Redis;
use plinth_testkit::TestDatabase;

use crate::{
    caller::Caller,
    health::{WELL, WITHOUT, becomes},
    server::Api,
    subscriber::Subscriber,
    system::variables,
};

/// How soon a revocation takes effect everywhere.
const REVOKED: Duration = Duration::from_secs(5);

/// How soon an event arrives everywhere. Polling is slower, so only signals achieve it.
const SOON: Duration = Duration::from_secs(1);

/// Two servers, and a client of the organization's owner for each.
pub struct Replicas {
    database: TestDatabase,
    redis: Redis,
    pub servers: [Api; 2],
    pub here: Caller,
    there: Caller,
}

impl Replicas {
    pub async fn start() -> Self {
        let (database, redis) = (TestDatabase::create().await, Redis::start().unwrap());
        let variables = variables(&redis);
        let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
        let servers = [(); 2].map(|()| Api::start(database.url(), &variables));
        let here = Caller::register(&servers[0]).await;
        let there = here.at(&servers[1]);
        let replicas = Self { database, redis, servers, here, there };
        replicas.say((200, WELL)).await;
        replicas
    }

    /// Waits until both report this health.
    async fn say(&self, healthz: (u16, &str)) {
        for server in &self.servers {
            becomes(server, "/healthz", healthz).await;
        }
    }

    pub async fn stop(self) {
        for mut server in self.servers {
            server.terminate();
            assert_eq!(server.exit_code(), Some(0), "{}", server.log());
        }
        self.database.drop().await;
    }
}

/// How long an event of a write here takes to reach a subscriber there.
async fn delay(here: &Caller, subscriber: &Subscriber, code: &str) -> Duration {
    let project = here.project(code).await;
    let written = Instant::now();
    subscriber.until("project.created", &[project]).await;
    written.elapsed()
}

/// The median of several delays.
async fn usual_delay(here: &Caller, subscriber: &Subscriber, code: &str) -> Duration {
    let mut delays = Vec::new();
    for n in 0..11 {
        delays.push(delay(here, subscriber, &format!("{code}-{n}")).await);
    }
    delays.sort_unstable();
    delays[5]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_at_one_replica_soon_reaches_subscribers_of_the_other() {
    let replicas = Replicas::start().await;
    let (here, there) = (&replicas.here, &replicas.there);
    let (subscriber, others) =
        (Subscriber::by_socket(here).await, Subscriber::by_socket(there).await);
    for (usual, from) in [
        (usual_delay(here, &others, "A").await, "here"),
        (usual_delay(there, &subscriber, "B").await, "there"),
    ] {
        assert!(usual < SOON, "{usual:?} from {from}");
    }

    // Without Redis it takes longer; afterwards it is fast again.
    replicas.redis.pause().unwrap();
    replicas.say((503, WITHOUT)).await;
    delay(here, &others, "C").await;
    delay(there, &subscriber, "D").await;
    replicas.redis.resume().unwrap();
    replicas.say((200, WELL)).await;
    for (usual, from) in [
        (usual_delay(here, &others, "E").await, "here"),
        (usual_delay(there, &subscriber, "F").await, "there"),
    ] {
        assert!(usual < SOON, "{usual:?} from {from} after the fault");
    }
    replicas.stop().await;
}

/// Revokes an API key and a membership here that are in use there, and asserts that both are
/// refused there soon.
async fn revoke(replicas: &Replicas, name: &str, meanwhile: impl FnOnce(&Redis)) {
    let (here, [_, there]) = (&replicas.here, &replicas.servers);
    let (key, machine) = here.api_key().await;
    let member = here.invite(&format!("{name}@example.com")).await;
    let mut subscribers = Vec::new();
    for caller in [machine.at(there), member.at(there)] {
        assert_eq!(caller.get("/projects").await.0, 200);
        subscribers.push((Subscriber::by_socket(&caller).await, caller));
    }
    meanwhile(&replicas.redis);
    here.delete(&format!("/api-keys/{key}")).await;
    here.delete(&format!("/members/{}", member.user)).await;
    let revoked = Instant::now();
    for (_, caller) in &subscribers {
        while caller.get("/projects").await.0 != 401 {
            assert!(revoked.elapsed() < REVOKED, "it is of use for longer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    for (subscriber, _) in &subscribers {
        assert_eq!(subscriber.end().await, Some(4401));
        let took = revoked.elapsed();
        assert!(took < REVOKED, "{took:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_at_one_replica_takes_effect_at_the_other_within_five_seconds() {
    let mut replicas = Replicas::start().await;
    revoke(&replicas, "well", |_| {}).await;
    // Redis stalls just before, so that no process has noticed it yet.
    revoke(&replicas, "stalled", |redis| redis.pause().unwrap()).await;
    replicas.redis.resume().unwrap();
    replicas.say((200, WELL)).await;
    replicas.redis.kill();
    revoke(&replicas, "away", |_| {}).await;
    replicas.redis.restart().unwrap();
    replicas.say((200, WELL)).await;
    revoke(&replicas, "back", |_| {}).await;
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_is_closed_in_time_regardless_of_its_last_credential_check() {
    let replicas = Replicas::start().await;
    let (key, machine) = replicas.here.api_key().await;
    let machine = machine.at(&replicas.servers[1]);
    let mut sockets = Vec::new();
    // Each checks its credential every three seconds, at different moments.
    for _ in 0..15 {
        sockets.push(Subscriber::by_socket(&machine).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    replicas.redis.pause().unwrap();
    replicas.here.delete(&format!("/api-keys/{key}")).await;
    let revoked = Instant::now();
    for socket in &sockets {
        assert_eq!(socket.end().await, Some(4401));
    }
    let took = revoked.elapsed();
    assert!(took < REVOKED, "{took:?}");
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_right_that_was_taken_away_here_never_counts_there_after_the_answer() {
    let replicas = Replicas::start().await;
    let (here, [_, there]) = (&replicas.here, &replicas.servers);
    let member = here.invite("member@example.com").await;
    let elsewhere = member.at(there);
    let role = async |role: &str| {
        here.change_role(&member.user, role).await;
    };
    for round in 0..50 {
        role("member").await;
        elsewhere.project(&format!("P-{round}")).await;
        let (key, machine) = here.api_key().await;
        let machine = machine.at(there);
        assert_eq!(machine.get("/projects").await.0, 200);
        role("viewer").await;
        let refused = elsewhere.try_project(&format!("Q-{round}")).await;
        assert_eq!(refused, 403, "round {round}: the old role");
        here.delete(&format!("/api-keys/{key}")).await;
        assert_eq!(machine.get("/projects").await.0, 401, "round {round}: the revoked key");
    }
    replicas.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_rights_succeeds_promptly_although_redis_stands_still() {
    let mut replicas = Replicas::start().await;
    let member = replicas.here.invite("member@example.com").await;
    let change = async |replicas: &Replicas, role: &str| {
        let asked = Instant::now();
        replicas.here.change_role(&member.user, role).await;
        let took = asked.elapsed();
        assert!(took < SOON, "{took:?}");
    };
    replicas.redis.pause().unwrap();
    change(&replicas, "viewer").await;
    change(&replicas, "member").await;
    replicas.redis.resume().unwrap();
    replicas.redis.kill();
    change(&replicas, "viewer").await;
    replicas.redis.restart().unwrap();
    replicas.say((200, WELL)).await;
    change(&replicas, "member").await;
    replicas.stop().await;
}
