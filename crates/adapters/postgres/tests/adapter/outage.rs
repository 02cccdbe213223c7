//! Outages of the database.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use plinth_ports::{Health, Store, StoreError, SystemStore};
use plinth_postgres::{PgStore, PoolOptions};
use sqlx::postgres::PgConnectOptions;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};

use crate::support::{World, project, until};

/// The state of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Up,
    /// Bytes are accepted but never delivered.
    Silent,
}

/// A proxy to the database that a test can interrupt. It runs on a separate thread, because
/// dropping the test's database blocks.
struct Wire {
    address: SocketAddr,
    server: SocketAddr,
    network: watch::Sender<Network>,
    tasks: JoinSet<()>,
}

impl Wire {
    async fn to(url: &str) -> Self {
        let options: PgConnectOptions = url.parse().unwrap();
        let server = tokio::net::lookup_host((options.get_host(), options.get_port()))
            .await
            .unwrap()
            .next()
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (network, _) = watch::channel(Network::Up);
        let mut wire = Self { address, server, network, tasks: JoinSet::new() };
        wire.serve(listener);
        wire
    }

    fn serve(&mut self, listener: TcpListener) {
        let (server, network) = (self.server, self.network.subscribe());
        self.tasks.spawn(async move {
            let mut links = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                links.spawn(carry(client, server, network.clone()));
            }
        });
    }

    /// Ends every connection and refuses new ones.
    async fn cut(&mut self) {
        self.tasks.shutdown().await;
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    /// The URL of the database through the proxy.
    fn url(&self, direct: &str) -> String {
        let server = direct.split('@').nth(1).unwrap().split('/').next().unwrap();
        direct.replace(server, &self.address.to_string())
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, mut network: watch::Receiver<Network>) {
    let mut server = TcpStream::connect(server).await.unwrap();
    loop {
        if *network.borrow_and_update() == Network::Up {
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
                _ = network.changed() => {}
            }
        } else if network.changed().await.is_err() {
            return;
        }
    }
}

fn assert_unavailable<T>(outcome: Result<T, StoreError>) {
    match outcome {
        Err(StoreError::Unavailable(_)) => {}
        Err(other) => panic!("not unavailable: {other:?}"),
        Ok(_) => panic!("it answered"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_recovers_from_an_outage_by_itself() {
    let mut world = World::new().await;
    let mut wire = Wire::to(world.database.url()).await;
    let url = wire.url(world.database.url());
    wire.cut().await;

    // The store is created while the database is unavailable.
    let store = PgStore::connect(PoolOptions::new(&url)).unwrap();
    assert_unavailable(SystemStore::begin(&store).await);
    store.check().await.unwrap_err();
    wire.mend().await;
    assert_eq!(store.check().await.unwrap(), "ok");

    world.store = store;
    let tenant = world.tenant().await;
    let first = project(&tenant, "P-1");
    world.insert(&tenant, &first).await.unwrap();

    // During a unit of work.
    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    wire.cut().await;
    assert_unavailable(unit.projects().insert(&project(&tenant, "P-2")).await);
    drop(unit);
    assert_unavailable(world.store.read(tenant.scope).await);
    wire.mend().await;
    assert_eq!(world.find(&tenant, &first).await.unwrap(), Some(first));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_died_in_the_pool_are_replaced_unnoticed() {
    let world = World::new().await;
    let tenant = world.tenant().await;
    let mut admin = world.admin().await;
    for is_deferred in [false, true] {
        let held = [world.store.read(tenant.scope).await, world.store.read(tenant.scope).await];
        drop(held);
        until("all wait in the pool", async || {
            let status = world.store.pool_status();
            status.idle >= 2 && status.idle == status.size
        })
        .await;
        sqlx::query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE application_name = 'plinth' AND datname = current_database()",
        )
        .execute(&mut admin)
        .await
        .unwrap();
        if is_deferred {
            // It trusts a connection that has just been used.
            tokio::time::sleep(Duration::from_millis(1100)).await;
            world.insert_deferred(&tenant, &project(&tenant, "P-2")).await.unwrap();
        } else {
            world.insert(&tenant, &project(&tenant, "P-1")).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_server_is_given_up_and_its_connections_are_not_used_again() {
    let mut world = World::new().await;
    let wire = Wire::to(world.database.url()).await;
    let url = wire.url(world.database.url());
    let statement_timeout = Duration::from_millis(500);
    let store =
        PgStore::connect(PoolOptions { statement_timeout, ..PoolOptions::new(&url) }).unwrap();
    world.store = store;
    let world = Arc::new(world);
    let tenant = world.tenant().await;

    let mut unit = Store::begin(&world.store, tenant.scope).await.unwrap();
    wire.network.send(Network::Silent).unwrap();
    let started = Instant::now();
    assert_unavailable(unit.projects().insert(&project(&tenant, "P-1")).await);
    drop(unit);
    assert_unavailable(world.store.read(tenant.scope).await);
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());

    wire.network.send(Network::Up).unwrap();
    until("it answers again", async || world.store.check().await.is_ok()).await;
    let project = project(&tenant, "P-2");
    world.insert(&tenant, &project).await.unwrap();
    assert_eq!(world.find(&tenant, &project).await.unwrap().as_ref(), Some(&project));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_that_are_dropped_while_the_server_is_silent_leave_no_connection_behind() {
    let mut world = World::new().await;
    let tenant = world.tenant().await;
    let wire = Wire::to(world.database.url()).await;
    let url = wire.url(world.database.url());
    let statement_timeout = Duration::from_secs(1);
    world.store =
        PgStore::connect(PoolOptions { statement_timeout, ..PoolOptions::new(&url) }).unwrap();
    let mut units = Vec::new();
    for _ in 0..3 {
        units.push(world.store.read(tenant.scope).await.unwrap());
    }
    wire.network.send(Network::Silent).unwrap();
    // The caller's timeout is much shorter than the store's.
    let impatient = Duration::from_millis(20);
    for mut unit in units {
        tokio::time::timeout(impatient, unit.organization().find()).await.unwrap_err();
    }
    until("every connection is closed", async || world.store.pool_status().size == 0).await;
}
