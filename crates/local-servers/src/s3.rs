//! A private object storage that speaks S3: SeaweedFS, all of it in one process.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::home::programs;
use crate::port::free_ports;
use crate::secret::random_hex;
use crate::server_user::ServerUser;
use crate::watchdog::Watchdog;
use crate::{Error, home};

/// The program that `scripts/s3` fetches, below [`programs`].
const FETCHED: &str = "seaweedfs-4.48/weed";
const READY_WITHIN: Duration = Duration::from_secs(30);
/// Another process may take a port in between.
const ATTEMPTS: u32 = 3;
/// The components, each with its own port.
const SERVICES: [&str; 10] = [
    "s3.port",
    "master.port",
    "volume.port",
    "filer.port",
    "admin.port",
    "s3.port.grpc",
    "master.port.grpc",
    "volume.port.grpc",
    "filer.port.grpc",
    "admin.port.grpc",
];
/// Disabled features: tests do not need them, and no data is sent to the vendor.
const WITHOUT: [&str; 7] = [
    "-admin.ui=false",
    "-webdav=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.iam=false",
    "-s3.autoCreateBucket=false",
    "-master.telemetry=false",
];

/// A running object storage that only this machine can reach. It stops when this is dropped, and
/// when the process ends or is killed, and its files are removed.
#[derive(Debug)]
pub struct S3 {
    server: Child,
    /// Ends the server and removes its directory.
    watchdog: Option<Watchdog>,
    directory: PathBuf,
    port: u16,
    access_key: String,
    secret_key: String,
}

impl S3 {
    /// The bucket that exists from the start.
    pub const BUCKET: &str = "plinth";

    /// Starts the program that `scripts/s3` fetched, and waits until it responds.
    pub fn start() -> Result<Self, Error> {
        let program = programs()?.join(FETCHED);
        if !program.is_file() {
            return Err(Error::NoS3(program));
        }
        let mut attempt = 1;
        loop {
            let mut s3 = Self::spawn(&program)?;
            match s3.wait_until_ready() {
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                result => return result.map(|()| s3),
            }
        }
    }

    /// The server's URL, with the keys as user and password.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}:{}@127.0.0.1:{}", self.access_key, self.secret_key, self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops the server and waits until it has ended.
    pub fn stop(self) {
        drop(self);
    }

    fn spawn(program: &Path) -> Result<Self, Error> {
        let user = ServerUser::for_servers()?;
        let directory = home()?.join(format!("s3-{}", random_hex(4)?));
        fs::create_dir(&directory).map_err(Error::io("create", &directory))?;
        user.own(&directory)?;
        let (access_key, secret_key) = (random_hex(10)?, random_hex(20)?);
        write_keys(&directory.join("keys.json"), user, &access_key, &secret_key)?;
        let ports = free_ports::<{ SERVICES.len() }>()?;

        let log = directory.join("log");
        let log = || File::options().append(true).create(true).open(&log);
        let opened = |log: std::io::Result<File>| log.map_err(Error::io("create", &directory));
        let mut command = Command::new(program);
        command
            .args(arguments(&directory, &ports))
            .env("HOME", &directory)
            .current_dir(&directory)
            .stdin(Stdio::null())
            .stdout(opened(log())?)
            .stderr(opened(log())?)
            // Ctrl-C at the terminal must not reach the server.
            .process_group(0);
        let server = user.run(&mut command).spawn().map_err(Error::io("run", program))?;
        let watchdog = Some(Watchdog::of_s3(&directory, &server, &ports)?);
        Ok(Self { server, watchdog, directory, port: ports[0], access_key, secret_key })
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + READY_WITHIN;
        while Instant::now() < deadline && matches!(self.server.try_wait(), Ok(None)) {
            if self.answers() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        let log = self.directory.join("log");
        Err(Error::NotStarted { server: "SeaweedFS", tail: self.log(), log })
    }

    /// Whether our server responds. It prints its ports last, because it uses other ports if some
    /// were taken.
    fn answers(&self) -> bool {
        let announced = format!("S3 Endpoint:     http://127.0.0.1:{}\n", self.port);
        let exchange = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            write!(stream, "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        self.log().contains(&announced)
            && exchange().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.watchdog = None;
        let _ = self.server.wait();
    }
}

/// In a file, because every user can see arguments.
fn write_keys(file: &Path, user: ServerUser, access: &str, secret: &str) -> Result<(), Error> {
    File::create(file).map_err(Error::io("create", file))?;
    user.own(file)?;
    let keys = format!(
        r#"{{"identities": [{{"name": "plinth", "actions": ["Admin"],
            "credentials": [{{"accessKey": "{access}", "secretKey": "{secret}"}}]}}]}}"#
    );
    fs::write(file, keys).map_err(Error::io("write", file))
}

fn arguments(directory: &Path, ports: &[u16]) -> Vec<String> {
    let within = |name: &str| directory.join(name).display().to_string();
    let mut arguments = vec![
        "mini".to_owned(),
        "-ip=127.0.0.1".to_owned(),
        "-ip.bind=127.0.0.1".to_owned(),
        format!("-dir={}", directory.display()),
        format!("-s3.config={}", within("keys.json")),
        format!("-s3.localSocket={}", within("s3.sock")),
        format!("-filer.localSocket={}", within("filer.sock")),
        format!("-bucket={}", S3::BUCKET),
        // Each bucket has its own volumes, which are as large as their content.
        "-volume.max=10000".to_owned(),
    ];
    arguments.extend(WITHOUT.map(str::to_owned));
    arguments.extend(SERVICES.iter().zip(ports).map(|(name, port)| format!("-{name}={port}")));
    arguments
}
