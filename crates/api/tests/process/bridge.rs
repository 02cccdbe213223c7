//! A TCP proxy to the database that a test can close; all tests share the database server.

use std::{
    io,
    net::{Shutdown, TcpListener, TcpStream},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

/// Forwards connections to a database while it is open.
pub struct Bridge {
    pub url: String,
    gate: Sender<bool>,
}

impl Bridge {
    /// Closed at first: nothing listens on the port of its URL.
    pub fn to(url: &str) -> Self {
        let parts = url.rsplit_once('@').unwrap();
        let (server, database) = parts.1.split_once('/').unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let bridged = format!("{}@127.0.0.1:{port}/{database}", parts.0);
        let (gate, commands) = mpsc::channel();
        let server = server.to_owned();
        thread::spawn(move || {
            let mut listener: Option<TcpListener> = None;
            let mut open: Vec<TcpStream> = Vec::new();
            loop {
                match commands.recv_timeout(Duration::from_millis(10)) {
                    Ok(true) => {
                        let bound = TcpListener::bind(("127.0.0.1", port)).unwrap();
                        bound.set_nonblocking(true).unwrap();
                        listener = Some(bound);
                    }
                    Ok(false) => {
                        listener = None;
                        open.drain(..).for_each(|end| drop(end.shutdown(Shutdown::Both)));
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                while let Some(Ok((client, _))) = listener.as_ref().map(TcpListener::accept) {
                    open.extend(connect(client, &server));
                }
            }
        });
        Self { url: bridged, gate }
    }

    pub fn open(&self) {
        self.gate.send(true).unwrap();
    }

    pub fn close(&self) {
        self.gate.send(false).unwrap();
    }
}

/// Forwards bytes in both directions and returns both connections.
fn connect(client: TcpStream, server: &str) -> [TcpStream; 2] {
    client.set_nonblocking(false).unwrap();
    let server = TcpStream::connect(server).unwrap();
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    [client, server]
}
