//! Upload and download of 1 GiB, compared with the disk and the hash alone.

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

/// Length of the file in bytes.
const LENGTH: u64 = 1024 * 1024 * 1024;

/// Bytes that are written or read at a time.
const CHUNK: usize = 64 * 1024;

/// The measurements.
#[derive(Debug)]
pub struct Transferred {
    /// From the first byte to the response.
    pub up: Duration,
    /// From the request to the last byte.
    pub down: Duration,
    /// `cp` of the same file on the same disk, and `sync` of the copy.
    pub copy: Duration,
    /// `sha256sum` of it.
    pub hash: Duration,
    /// The server's peak memory above that before the transfer, in KiB.
    pub memory: Option<u64>,
}

impl Transferred {
    /// MiB per second.
    pub fn rate(took: Duration) -> f64 {
        let mebibytes = f64::from(u32::try_from(LENGTH >> 20).unwrap_or(u32::MAX));
        mebibytes / took.as_secs_f64()
    }
}

/// Uploads a file, downloads it, and measures `cp` and `sha256sum` of the same file.
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

/// Sends the file as a form, like a browser, and returns the document's identity.
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

/// Downloads the file and discards it.
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

/// Runs a command and returns its duration.
fn timed(command: &mut Command) -> Result<Duration> {
    let started = Instant::now();
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(started.elapsed())
}

/// A file that is removed on drop.
struct Scratch(PathBuf);

impl Scratch {
    /// Creates the file with random bytes, which no file system compresses.
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
        // The file may not exist.
        let _ = std::fs::remove_file(&self.0);
    }
}
