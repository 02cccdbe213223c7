//! A TCP proxy to the database that a test can close or stall; all tests share the database server.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

/// Forwards connections to a database while it is open.
pub struct Bridge {
    pub url: String,
    gate: Sender<bool>,
    is_stalled: Arc<AtomicBool>,
}

impl Bridge {
    /// Closed at first: nothing listens on the port of its URL.
    pub fn to(url: &str) -> Self {
        let parts = url.rsplit_once('@').unwrap();
        let (server, database) = parts.1.split_once('/').unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let bridged = format!("{}@127.0.0.1:{port}/{database}", parts.0);
        let (gate, commands) = mpsc::channel();
        let is_stalled = Arc::new(AtomicBool::new(false));
        let stalled = Arc::clone(&is_stalled);
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
                    open.extend(connect(client, &server, &stalled));
                }
            }
        });
        Self { url: bridged, gate, is_stalled }
    }

    pub fn open(&self) {
        self.gate.send(true).unwrap();
    }

    pub fn close(&self) {
        self.gate.send(false).unwrap();
    }

    /// Cuts the network without a word: connections stay open, and no byte passes until
    /// [`go_on`](Self::go_on).
    pub fn stall(&self) {
        self.is_stalled.store(true, Ordering::SeqCst);
    }

    pub fn go_on(&self) {
        self.is_stalled.store(false, Ordering::SeqCst);
    }
}

/// Forwards bytes in both directions and returns both connections.
fn connect(client: TcpStream, server: &str, stalled: &Arc<AtomicBool>) -> [TcpStream; 2] {
    client.set_nonblocking(false).unwrap();
    let server = TcpStream::connect(server).unwrap();
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
        let stalled = Arc::clone(stalled);
        thread::spawn(move || {
            let _ = forward(&from, &to, &stalled);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    [client, server]
}

/// Copies bytes until one end closes.
fn forward(mut from: &TcpStream, mut to: &TcpStream, stalled: &AtomicBool) -> io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    loop {
        let length = from.read(&mut buffer)?;
        while stalled.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(10));
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&buffer[..length])?;
    }
}
