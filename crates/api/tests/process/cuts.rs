//! A resumable upload is cut, in every way that an upload can be cut: at most the bytes of one
//! second or 256 KiB are lost, and the rest arrives.

use std::{
    fmt::Write as _,
    io::{ErrorKind, Read, Write as _},
    net::{Shutdown, TcpStream},
    thread,
    time::{Duration, Instant},
};

use plinth_testkit::TestDatabase;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    server::Api,
    wire::{Person, RawRequest, RawResponse},
};

/// The bytes that a cut may cost.
const LOSS: usize = 256 * 1024;

/// The rate of the slow line, in bytes per second.
const RATE: usize = 100_000;

/// How long the server may take to notice that the connection has ended, and to save.
const NOTICED: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Fin,
    Rst,
    HalfClose,
    Kill,
    Terminate,
}

impl Cut {
    const ALL: [Self; 5] = [Self::Fin, Self::Rst, Self::HalfClose, Self::Kill, Self::Terminate];
}

struct Installation {
    database: TestDatabase,
    folder: TempDir,
    api: Api,
    person: Person,
}

impl Installation {
    async fn start() -> Self {
        let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
        let api = serve(&database, &folder);
        let person = Person::register(&api).await;
        Self { database, folder, api, person }
    }

    fn ask(&self, method: &str, path: &str, more: &[(&str, String)]) -> RawResponse {
        let headers = [&[("Tus-Resumable", "1.0.0".to_owned())], more].concat();
        let sending = RawRequest { method, path, headers: &headers, body: &[] };
        self.person.send(&self.api.address, &sending, &0.into()).unwrap()
    }

    fn begin(&self, length: usize) -> String {
        let wanted = [
            ("Upload-Length", length.to_string()),
            ("Upload-Metadata", "filename cGxhbi5wZGY=".to_owned()),
        ];
        let begun = self.ask("POST", "/uploads", &wanted);
        begun.header("location").unwrap().strip_prefix("/api/v1").unwrap().to_owned()
    }

    fn offset(&self, upload: &str) -> usize {
        let head = self.ask("HEAD", upload, &[]);
        assert_eq!(head.status, 204, "{head:?}");
        head.header("upload-offset").unwrap().parse().unwrap()
    }

    /// Begins a `PATCH` of all bytes from `offset`, of which only some will be sent.
    fn append(&self, upload: &str, offset: usize, rest: usize) -> TcpStream {
        let mut stream = TcpStream::connect(&self.api.address).unwrap();
        let mut head = format!("PATCH /api/v1{upload} HTTP/1.1\r\nHost: localhost\r\n");
        write!(head, "{}", self.person.authorization()).unwrap();
        write!(
            head,
            "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n\
             Upload-Offset: {offset}\r\nContent-Length: {rest}\r\n\r\n"
        )
        .unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    /// Cuts the connection, and starts the server again if that has ended.
    fn cut(&mut self, stream: TcpStream, cut: Cut) {
        match cut {
            Cut::Fin => drop(stream),
            Cut::Rst => {
                socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
                drop(stream);
            }
            Cut::HalfClose => {
                stream.shutdown(Shutdown::Write).unwrap();
                closed(stream);
            }
            Cut::Kill => {
                self.api.kill();
                self.api = serve(&self.database, &self.folder);
            }
            Cut::Terminate => {
                let asked = Instant::now();
                self.api.terminate();
                assert_eq!(self.api.exit_code(), Some(0), "{}", self.api.log());
                let took = asked.elapsed();
                assert!(took < Duration::from_secs(5), "it waits for a slow body: {took:?}");
                self.api = serve(&self.database, &self.folder);
            }
        }
    }

    /// The offset once the server has noticed the cut.
    fn offset_after(&self, upload: &str, cut: Cut, sent: usize) -> usize {
        let deadline = Instant::now() + NOTICED;
        loop {
            let offset = self.offset(upload);
            assert!(offset <= sent, "{offset} of {sent}");
            if sent - offset <= LOSS || Instant::now() > deadline || cut == Cut::Kill {
                return offset;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends what is missing, and compares the document.
    async fn resume(&self, upload: &str, bytes: &[u8]) {
        let deadline = Instant::now() + NOTICED;
        let done = loop {
            let offset = self.offset(upload);
            let headers = [
                ("Tus-Resumable", "1.0.0".to_owned()),
                ("Content-Type", "application/offset+octet-stream".to_owned()),
                ("Upload-Offset", offset.to_string()),
            ];
            let body = [&bytes[offset..]];
            let rest = RawRequest { method: "PATCH", path: upload, headers: &headers, body: &body };
            let answer = self.person.send(&self.api.address, &rest, &0.into()).unwrap();
            // The cut request may still be saving.
            if answer.status != 409 || Instant::now() > deadline {
                break answer;
            }
        };
        assert_eq!(done.status, 204, "{done:?}");
        let path = done.header("plinth-document").unwrap().strip_prefix("/api/v1").unwrap();
        let document = self.person.get(&self.api, path).await;
        let document: serde_json::Value = document.json().await.unwrap();
        assert_eq!(document["current"]["sha256"], hex(bytes));
        let stored = self.person.get(&self.api, &format!("{path}/content")).await;
        assert!(stored.bytes().await.unwrap() == bytes);
    }

    /// The number of files in the storage.
    fn files(&self) -> usize {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files += 1 }
            }
        }
        files
    }
}

fn serve(database: &TestDatabase, folder: &TempDir) -> Api {
    let variables = [
        ("PLINTH_STORAGE__PATH", folder.path().to_str().unwrap()),
        // A busy machine may read a head late, after which the answer would be 408.
        ("PLINTH_SERVER__HEADER_TIMEOUT_SECONDS", "60"),
    ];
    Api::start(database.url(), &variables)
}

/// Waits until the server has closed the connection.
fn closed(mut stream: TcpStream) {
    stream.set_read_timeout(Some(NOTICED)).unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
}

/// Waits until the server has read what was sent: a reset removes what waits in the kernel.
fn consumed(stream: &TcpStream) {
    let port = |address: std::net::SocketAddr| format!("0100007F:{:04X}", address.port());
    let ours = port(stream.local_addr().unwrap());
    let theirs = port(stream.peer_addr().unwrap());
    crate::server::eventually("the server reads what was sent", || {
        // sl, local and remote address, state, bytes to send and to read (proc(5), /proc/net/tcp)
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let waiting = |local: &str, remote: &str| {
            let mut found = lines.clone().filter(|line| line[1] == local && line[2] == remote);
            // A table that is read in pieces may miss a line while other connections come and go.
            found.next().is_none_or(|line| line[4] != "00000000:00000000")
        };
        !waiting(&ours, &theirs) && !waiting(&theirs, &ours)
    });
}

/// A file that begins like a PDF.
fn content(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let rest = (bytes.len()..length).map(|place| u8::try_from(place * place % 251).unwrap());
    bytes.extend(rest);
    bytes
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Sends bytes at the rate of the slow line.
fn send_slowly(stream: &mut TcpStream, bytes: &[u8]) {
    let began = Instant::now();
    for (number, piece) in (1..).zip(bytes.chunks(RATE / 20)) {
        stream.write_all(piece).unwrap();
        let due = began + Duration::from_millis(50) * number;
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_upload_loses_at_most_256_kib_or_one_second_and_goes_on() {
    let mut installation = Installation::start().await;
    let mut documents = 0;
    for length in [1_000_000, 4_000_000, 20_000_000] {
        let bytes = content(length);
        for cut in Cut::ALL {
            let upload = installation.begin(length);
            // In the middle, and again behind that.
            for sent in [length / 2, length / 2 + length / 4] {
                let offset = installation.offset(&upload);
                let mut stream = installation.append(&upload, offset, length - offset);
                stream.write_all(&bytes[offset..sent]).unwrap();
                consumed(&stream);
                if cut == Cut::Kill {
                    // What came in before the last second is not lost.
                    let deadline = Instant::now() + NOTICED;
                    while installation.offset(&upload) + LOSS < sent && Instant::now() < deadline {
                        thread::sleep(Duration::from_millis(20));
                    }
                }
                installation.cut(stream, cut);
                let kept = installation.offset_after(&upload, cut, sent);
                assert!(sent - kept <= LOSS, "{cut:?} of {length} at {sent}: {kept} kept");
            }
            installation.resume(&upload, &bytes).await;
            documents += 1;
        }
    }
    // The tails are gone, also those that a kill left behind.
    assert_eq!(installation.files(), documents);
    installation.database.drop().await;
}

/// The connection stays open: the client has moved to another network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_vanished_without_a_word_goes_on_at_once() {
    let installation = Installation::start().await;
    let bytes = content(4_000_000);
    let upload = installation.begin(bytes.len());
    let mut vanished = installation.append(&upload, 0, bytes.len());
    vanished.write_all(&bytes[..2_000_000]).unwrap();
    let asked = Instant::now();
    installation.resume(&upload, &bytes).await;
    assert!(asked.elapsed() < NOTICED, "{:?}", asked.elapsed());
    drop(vanished);
    installation.database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_that_receive_one_upload_do_not_mix_their_bytes() {
    let mut installation = Installation::start().await;
    let bytes = content(4_000_000);
    let upload = installation.begin(bytes.len());
    let mut vanished = installation.append(&upload, 0, bytes.len());
    vanished.write_all(&bytes[..1_000_000]).unwrap();
    let deadline = Instant::now() + NOTICED;
    while installation.offset(&upload) < 1_000_000 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
    }
    // These bytes come to the first replica while the second one has taken over.
    let second = serve(&installation.database, &installation.folder);
    let first = std::mem::replace(&mut installation.api, second);
    let mut other = installation.append(&upload, 1_000_000, 3_000_000);
    other.write_all(&bytes[1_000_000..1_500_000]).unwrap();
    vanished.write_all(&bytes[1_000_000..2_500_000]).unwrap();
    while installation.offset(&upload) == 1_000_000 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
    }
    drop((vanished, other));
    installation.resume(&upload, &bytes).await;
    drop(first);
    assert_eq!(installation.files(), 1);
    installation.database.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_at_100_kb_a_second_is_killed_at_any_moment_and_goes_on() {
    let mut installation = Installation::start().await;
    let bytes = content(1_000_000);
    let upload = installation.begin(bytes.len());
    for (cut, more) in [(Cut::Kill, 430_000), (Cut::Terminate, 270_000), (Cut::Fin, 80_000)] {
        let offset = installation.offset(&upload);
        let sent = offset + more;
        let mut stream = installation.append(&upload, offset, bytes.len() - offset);
        send_slowly(&mut stream, &bytes[offset..sent]);
        installation.cut(stream, cut);
        let kept = installation.offset_after(&upload, cut, sent);
        // One piece may be on its way.
        assert!(sent - kept <= LOSS + RATE / 20, "{cut:?} at {sent}: {kept} kept");
    }
    installation.resume(&upload, &bytes).await;
    assert_eq!(installation.files(), 1);
    installation.database.drop().await;
}
