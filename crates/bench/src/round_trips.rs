//! How often the server waits for PostgreSQL in one request, counted by a proxy between both.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::{
    clients::{Answer, Client, Requests},
    failure::Result,
    private::Private,
    server::Server,
};

/// Requests before counting starts: they open connections and prepare statements.
pub const WARM_UP: u64 = 60;
/// Requests that are counted.
pub const COUNTED: u64 = 200;

/// A proxy between server and database that counts round trips.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    trips: Arc<AtomicU64>,
    serving: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy in front of a PostgreSQL.
    pub async fn before(database: &Private) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let target = SocketAddr::from((Ipv4Addr::LOCALHOST, database.postgres().port()));
        let trips = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&trips);
        let serving = tokio::spawn(async move {
            // Dropping the set closes all connections.
            let mut relays = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                relays.spawn(relay(client, target, Arc::clone(&counter)));
            }
        });
        Ok(Self { port, trips, serving })
    }

    /// The URL of a database through the proxy.
    pub fn url(&self, database: &Private, name: &str) -> String {
        let port = database.postgres().port();
        database.url(name).replace(&format!(":{port}/"), &format!(":{}/", self.port))
    }

    /// Round trips of one such request, on a server that connects through the proxy.
    pub async fn count(&self, requests: Box<dyn Requests>, server: &Server) -> Result<f64> {
        let mut client = Client::connect(server.address, requests).await?;
        self.send_request(&mut client, WARM_UP).await?;
        let trips = self.send_request(&mut client, COUNTED).await?;
        // The precision is sufficient for numbers of this size.
        Ok(f64::from(u32::try_from(trips)?) / f64::from(u32::try_from(COUNTED)?))
    }

    async fn send_request(&self, client: &mut Client, times: u64) -> Result<u64> {
        let before = self.trips.load(Ordering::Relaxed);
        for _ in 0..times {
            match client.send_request().await? {
                Answer::Done => {}
                Answer::Refused(refusal) => return Err(format!("refused: {refusal}").into()),
                Answer::NoMore => return Err("there are too few requests to count".into()),
            }
        }
        // Messages of the pool after the response count as well.
        sleep(Duration::from_millis(50)).await;
        Ok(self.trips.load(Ordering::Relaxed) - before)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Forwards bytes in both directions. A message of the server after one of the database starts a
/// round trip, regardless of the number of messages and packets.
async fn relay(
    mut server: TcpStream,
    target: SocketAddr,
    trips: Arc<AtomicU64>,
) -> std::io::Result<()> {
    let mut database = TcpStream::connect(target).await?;
    server.set_nodelay(true)?;
    database.set_nodelay(true)?;
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut waiting = false;
    loop {
        tokio::select! {
            length = server.read(&mut asked) => {
                let length = length?;
                if length == 0 {
                    return Ok(());
                }
                if !waiting {
                    trips.fetch_add(1, Ordering::Relaxed);
                }
                waiting = true;
                database.write_all(&asked[..length]).await?;
            }
            length = database.read(&mut answered) => {
                let length = length?;
                if length == 0 {
                    return Ok(());
                }
                waiting = false;
                server.write_all(&answered[..length]).await?;
            }
        }
    }
}
