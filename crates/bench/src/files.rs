//! A gigabyte in and out, beside what the disk and the hash alone take.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    dataset::Organization, failure::Result, http::Connection, process, random::Random,
    server::Server,
};

/// Name in the table.
pub const NAME: &str = "1 GiB up and down";

/// How long the file is.
const LENGTH: u64 = 1024 * 1024 * 1024;

/// How much is written or read at a time.
const CHUNK: usize = 64 * 1024;

/// The measurements.
#[derive(Debug)]
pub struct Transferred {
    /// From the first byte to the answer.
    pub up: Duration,
    /// From the question to the last byte.
    pub down: Duration,
    /// `cp` of the same file on the same disk, and `sync` of the copy.
    pub copy: Duration,
    /// `sha256sum` of it.
    pub hash: Duration,
    /// The most memory that the server had meanwhile beyond what it had before, in KiB.
    pub memory: Option<u64>,
}

impl Transferred {
    /// MiB a second.
    pub fn rate(took: Duration) -> f64 {
        let mebibytes = f64::from(u32::try_from(LENGTH >> 20).unwrap_or(u32::MAX));
        mebibytes / took.as_secs_f64()
    }
}

/// Uploads a file, downloads it again, and lets others do their part of that work.
pub async fn run(server: &Server, directory: &Path) -> Result<Transferred> {
    let file = Scratch::filled(directory.join("file.bin"))?;
    let copied = Scratch(directory.join("copy.bin"));
    let copy = timed(Command::new("cp").arg(&file.0).arg(&copied.0))?
        + timed(Command::new("sync").arg(&copied.0))?;
    let hash = timed(Command::new("sha256sum").arg(&file.0).stdout(std::process::Stdio::null()))?;
    drop(copied);
    let token = Organization::first().token();
    let before = process::memory(server.process());
    process::forget_peak(server.process());
    let started = Instant::now();
    let id = upload(server, &token, &file.0).await?;
    let up = started.elapsed();
    let started = Instant::now();
    download(server, &token, &id).await?;
    let down = started.elapsed();
    let peak = process::peak(server.process());
    let memory = peak.zip(before).map(|(peak, before)| peak.saturating_sub(before.rss));
    Ok(Transferred { up, down, copy, hash, memory })
}

/// Sends the file as a form, as a browser does, and answers the document's identity.
async fn upload(server: &Server, token: &str, file: &Path) -> Result<String> {
    let front = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.bin\"\r\n\r\n";
    let back = "\r\n--b--\r\n";
    let length = LENGTH + (front.len() + back.len()) as u64;
    let head = format!(
        "POST /api/v1/documents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer pla_{token}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n\r\n{front}"
    );
    let mut connection = Connection::open(server.address).await?;
    connection.send(head.as_bytes()).await?;
    let mut file = tokio::fs::File::open(file).await?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = file.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        connection.send(&chunk[..read]).await?;
    }
    let reply = connection.send_request(back.as_bytes()).await?;
    let text = str::from_utf8(reply.body)?;
    if reply.status != 201 {
        return Err(format!("the upload was answered {}: {text}", reply.status).into());
    }
    let document: serde_json::Value = serde_json::from_str(text)?;
    Ok(document["id"].as_str().ok_or("the document has no id")?.to_owned())
}

/// Reads the file, and throws it away.
async fn download(server: &Server, token: &str, id: &str) -> Result<()> {
    let mut stream = TcpStream::connect(server.address).await?;
    let head = format!(
        "GET /api/v1/documents/{id}/content HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer pla_{token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let (mut total, mut chunk) = (0, vec![0; CHUNK]);
    loop {
        let read = stream.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        total += read as u64;
    }
    if total < LENGTH {
        return Err(format!("the download ended after {total} bytes").into());
    }
    Ok(())
}

/// How long a command takes.
fn timed(command: &mut Command) -> Result<Duration> {
    let started = Instant::now();
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(started.elapsed())
}

/// A file that is gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    /// Fills it with what no file system makes smaller.
    fn filled(path: PathBuf) -> Result<Self> {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        let scratch = Self(path);
        let mut random = Random::of(0xF11E);
        for _ in 0..LENGTH / 8 {
            file.write_all(&random.up_to(u64::MAX - 1).to_ne_bytes())?;
        }
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It may never have been made.
        let _ = std::fs::remove_file(&self.0);
    }
}
