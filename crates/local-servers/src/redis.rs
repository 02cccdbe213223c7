//! A private Redis.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::port::free_port;
use crate::secret::random_hex;
use crate::server_user::ServerUser;
use crate::watchdog::Watchdog;
use crate::{Error, home};

const READY_WITHIN: Duration = Duration::from_secs(10);
/// Another process may take the port in between.
const ATTEMPTS: u32 = 3;

/// A running Redis without data on disk, reachable only from this machine. It stops when this is
/// dropped, and when the process ends or is killed.
#[derive(Debug)]
pub struct Redis {
    server: Child,
    /// Ends the server and removes its directory.
    watchdog: Option<Watchdog>,
    directory: PathBuf,
    port: u16,
    password: String,
}

impl Redis {
    /// Starts the `redis-server` of PATH on a free port and waits until it responds.
    pub fn start() -> Result<Self, Error> {
        let program = find_program().ok_or(Error::NoRedis)?;
        let mut attempt = 1;
        loop {
            let mut redis = Self::spawn(&program, free_port()?, random_hex(24)?)?;
            match redis.wait_until_ready() {
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                result => return result.map(|()| redis),
            }
        }
    }

    /// The server's URL, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://:{}@127.0.0.1:{}", self.password, self.port)
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

    /// Suspends the server: it accepts connections but does not respond.
    pub fn pause(&self) -> Result<(), Error> {
        self.signal("STOP")
    }

    /// Resumes a suspended server.
    pub fn resume(&self) -> Result<(), Error> {
        self.signal("CONT")
    }

    /// Kills the server, as a power failure would, until [`Redis::restart`].
    pub fn kill(&mut self) {
        self.watchdog = None;
        let _ = self.server.wait();
    }

    /// Restarts the server at the same address, without data.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.kill();
        let program = find_program().ok_or(Error::NoRedis)?;
        *self = Self::spawn(&program, self.port, self.password.clone())?;
        self.wait_until_ready()
    }

    /// By the shell's `kill`: the standard library has none.
    fn signal(&self, name: &str) -> Result<(), Error> {
        Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", name, &self.server.id().to_string()])
            .status()
            .map(drop)
            .map_err(Error::io("run", Path::new("sh")))
    }

    fn spawn(program: &Path, port: u16, password: String) -> Result<Self, Error> {
        let user = ServerUser::for_servers()?;
        let directory = home()?.join(format!("redis-{}", random_hex(4)?));
        fs::create_dir(&directory).map_err(Error::io("create", &directory))?;
        user.own(&directory)?;

        let config = directory.join("redis.conf");
        // In a file, because every user can see arguments.
        File::create(&config).map_err(Error::io("create", &config))?;
        user.own(&config)?;
        let directory_text = directory.display();
        let settings = format!(
            "bind 127.0.0.1\nport {port}\nrequirepass {password}\n\
             dir \"{directory_text}\"\nsave \"\"\nappendonly no\ndaemonize no\n"
        );
        fs::write(&config, settings).map_err(Error::io("write", &config))?;

        let log = directory.join("log");
        let log = File::create(&log).map_err(Error::io("create", &log))?;
        let mut command = Command::new(program);
        command
            .arg(&config)
            .current_dir(&directory)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(Stdio::null())
            // Ctrl-C at the terminal must not reach the server.
            .process_group(0);
        let server = user.run(&mut command).spawn().map_err(Error::io("run", program))?;
        Ok(Self {
            watchdog: Some(Watchdog::of_process(&directory, &server)?),
            server,
            directory,
            port,
            password,
        })
    }

    fn wait_until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + READY_WITHIN;
        // It ends at once if another process has taken its port.
        while Instant::now() < deadline && matches!(self.server.try_wait(), Ok(None)) {
            if self.answers() {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        let log = self.directory.join("log");
        Err(Error::NotStarted {
            server: "Redis",
            tail: fs::read_to_string(&log).unwrap_or_default(),
            log,
        })
    }

    /// Whether our server responds, and not another one on the same port.
    fn answers(&self) -> bool {
        let exchange = || -> std::io::Result<[u8; 12]> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            write!(stream, "AUTH {}\r\nPING\r\n", self.password)?;
            let mut answer = [0; 12];
            stream.read_exact(&mut answer)?;
            Ok(answer)
        };
        exchange().is_ok_and(|answer| &answer == b"+OK\r\n+PONG\r\n")
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `redis-server` on PATH, or where package managers put it that PATH may lack.
fn find_program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map(PathBuf::from))
        .map(|directory| directory.join("redis-server"))
        .find(|program| program.is_file())
}
