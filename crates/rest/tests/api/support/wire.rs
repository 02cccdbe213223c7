use std::net::SocketAddr;

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// A proxy to the database that a test can interrupt.
pub struct Wire {
    server: String,
    address: SocketAddr,
    tasks: JoinSet<()>,
}

impl Wire {
    /// A proxy to the server of a URL.
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut wire = Self { server: host(url).to_owned(), address, tasks: JoinSet::new() };
        wire.serve(listener);
        wire
    }

    /// The URL through the proxy.
    pub fn url(&self, direct: &str) -> String {
        direct.replace(host(direct), &self.address.to_string())
    }

    /// Ends every connection and refuses new ones.
    pub async fn cut(&mut self) {
        self.tasks.shutdown().await;
    }

    /// Accepts connections again.
    pub async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let server = self.server.clone();
        self.tasks.spawn(async move {
            let mut links = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                links.spawn(carry(client, server.clone()));
            }
        });
    }
}

async fn carry(mut client: TcpStream, server: String) {
    let mut server = TcpStream::connect(server).await.unwrap();
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

/// `host:port` of a URL.
fn host(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap();
    let authority = rest.split(['/', '?']).next().unwrap();
    authority.rsplit('@').next().unwrap()
}
