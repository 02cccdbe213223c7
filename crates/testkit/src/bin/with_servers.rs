//! `with-servers COMMAND…`: runs a command with PostgreSQL, Redis and object storage for tests.
//!
//! Starts private servers unless `DATABASE_URL`, `REDIS_URL` and `S3_URL`
//! (`http://key:secret@host:port`) name others, passes their URLs to the command in `PLINTH_TEST_*`
//! variables, and exits with the command's exit code. The servers are stopped then.

use std::error::Error;
use std::ffi::OsString;
use std::io::{IsTerminal, stderr, stdin};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitCode, ExitStatus};

use plinth_local_servers::{Postgres, Redis, S3};
use plinth_testkit::{
    DATABASE_URL_VARIABLE, REDIS_URL_VARIABLE, S3_URL_VARIABLE, TEMPLATE_VARIABLE, Template,
};
use tokio::signal::unix::{SignalKind, signal};

/// Enough for as many test processes as there are cores, each with some pools.
const MAX_CONNECTIONS: u16 = 300;

/// The variables that select existing servers.
const DEVELOPERS: [&str; 5] =
    ["DATABASE_URL", "PLINTH_DATABASE__URL", "REDIS_URL", "PLINTH_REDIS__URL", "S3_URL"];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: with-servers COMMAND [ARGUMENT…]");
        return ExitCode::from(2);
    };
    match run(&program, arguments.collect()) {
        Ok(status) => exit_code(status),
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(program: &OsString, arguments: Vec<OsString>) -> Result<ExitStatus> {
    let given_postgres = variable("DATABASE_URL");
    // The servers stop when they are dropped, at the latest when this process ends.
    let postgres = match given_postgres {
        Some(_) => None,
        None => Some(Postgres::start_temporary(MAX_CONNECTIONS, say)?),
    };
    let redis = match variable("REDIS_URL") {
        Some(_) => None,
        None => Some(Redis::start()?),
    };
    let s3 = match variable("S3_URL") {
        Some(_) => None,
        None => Some(S3::start()?),
    };
    let database_url =
        given_postgres.or_else(|| Some(postgres.as_ref()?.url("postgres"))).unwrap_or_default();
    let redis_url =
        variable("REDIS_URL").or_else(|| Some(redis.as_ref()?.url())).unwrap_or_default();
    let s3_url = variable("S3_URL").or_else(|| Some(s3.as_ref()?.url())).unwrap_or_default();

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let template = runtime.block_on(Template::create(&database_url))?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env(DATABASE_URL_VARIABLE, &database_url)
        .env(REDIS_URL_VARIABLE, redis_url)
        .env(S3_URL_VARIABLE, s3_url)
        .env(TEMPLATE_VARIABLE, template.name());
    // Tests must not use the developer's servers.
    for developers in DEVELOPERS {
        command.env_remove(developers);
    }
    let status = runtime.block_on(async {
        // Before the command starts, so that no signal is missed.
        let signals = Signals::listen()?;
        let child = command
            .spawn()
            .map_err(|error| format!("cannot run {}: {error}", program.display()))?;
        signals.pass_on_until_end_of(child).await
    });
    if postgres.is_none() {
        runtime.block_on(template.remove())?;
    }
    status
}

/// The signals that end a run.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn pass_on_until_end_of(mut self, mut child: Child) -> Result<ExitStatus> {
        let process = child.id();
        let mut ended = tokio::task::spawn_blocking(move || child.wait());
        // A terminal sends Ctrl-C to the command too; a second one would make nextest kill tests.
        let terminal = stdin().is_terminal() || stderr().is_terminal();
        loop {
            tokio::select! {
                status = &mut ended => return Ok(status??),
                _ = self.interrupt.recv() => if !terminal { send("INT", process) },
                _ = self.terminate.recv() => send("TERM", process),
            }
        }
    }
}

/// Sends a signal with the shell's `kill`: the standard library has none.
fn send(signal: &str, process: u32) {
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", signal])
        .arg(process.to_string())
        .status();
}

/// The exit code of the command; 128 plus the signal if a signal ended it, like in shells.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status
        .code()
        .or_else(|| Some(128 + status.signal()?))
        .and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

fn say(step: &str) {
    eprintln!("==> {step}");
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
