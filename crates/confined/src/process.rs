//! The parent's side: it starts the child, gives it the input, and reads the reply.

use std::{fs::File, io, process::Stdio, time::Duration};

use serde::Serialize;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStderr, ChildStdin, Command},
    time::timeout,
};

use crate::{Confinement, Failure, Limits, Output, Program, Verdict, ending};

/// How many bytes of standard error are kept.
const ERROR_BYTES: usize = 4096;

/// How long a child may take to report its confinement.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// What the child reads from standard input.
#[derive(Debug)]
pub enum Input {
    /// A file, at its position.
    File(File),
    /// Bytes, by way of a pipe.
    Bytes(Vec<u8>),
}

/// A child process. Dropping it kills the child.
#[derive(Debug)]
pub struct Process {
    child: Child,
    errors: ChildStderr,
    input: Option<(ChildStdin, Vec<u8>)>,
}

/// Starts `program` with `request`, as JSON, for its last argument. Its reply has at most
/// `reply_bytes`.
pub fn start(
    program: &Program,
    request: &impl Serialize,
    input: Input,
    reply_bytes: u64,
) -> Result<(Process, Output), Failure> {
    let (stdin, bytes) = match input {
        Input::File(file) => (Stdio::from(file), None),
        Input::Bytes(bytes) => (Stdio::piped(), Some(bytes)),
    };
    let mut child = Command::new(&program.path)
        .args(&program.arguments)
        .arg(serde_json::to_string(request).map_err(io::Error::from)?)
        .env_clear()
        // An allocator that keeps address space, or one arena a core, would use up its limit.
        .env("_RJEM_MALLOC_CONF", "narenas:1,retain:false")
        .current_dir("/")
        // A Ctrl-C at the terminal must reach the parent only, which finishes its work.
        .process_group(0)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(out), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
    };
    let input = bytes.and_then(|bytes| Some((child.stdin.take()?, bytes)));
    Ok((Process { child, errors, input }, Output::new(out, reply_bytes)))
}

impl Process {
    /// Waits for the end of the child, and returns what `reply` has read from its output. `reply`
    /// is `None` when the output is incomplete or invalid; then the way in which the child ended
    /// decides.
    pub async fn finish<T>(
        mut self,
        limits: &Limits,
        reply: impl Future<Output = Option<T>>,
    ) -> Result<Result<T, Verdict>, Failure> {
        if let Ok(outcome) = timeout(limits.wall_time, self.converse(limits, reply)).await {
            return outcome;
        }
        // Killing fails only when the child has already ended.
        self.child.kill().await.ok();
        Err(Failure::OutOfTime(limits.wall_time))
    }

    async fn converse<T>(
        &mut self,
        limits: &Limits,
        reply: impl Future<Output = Option<T>>,
    ) -> Result<Result<T, Verdict>, Failure> {
        let (reply, (), said) =
            tokio::join!(reply, feed(self.input.take()), drain(&mut self.errors));
        let status = self.child.wait().await?;
        match reply {
            Some(reply) => Ok(Ok(reply)),
            None => ending::judge(status, &said, limits.memory_bytes).map(Err),
        }
    }

    /// Waits for the first line of the child, which tells what the kernel enforces on it, and kills
    /// the child.
    pub async fn confinement(mut self, mut output: Output) -> Result<Confinement, Failure> {
        let first = timeout(START_TIMEOUT, output.confinement()).await;
        // Killing fails only when the child has already ended.
        self.child.kill().await.ok();
        match first {
            Ok(confinement) => confinement.ok_or(Failure::Unexpected),
            Err(_) => Err(Failure::OutOfTime(START_TIMEOUT)),
        }
    }
}

/// Writes the input. A child that ends without reading it says why in another way.
async fn feed(input: Option<(ChildStdin, Vec<u8>)>) {
    if let Some((mut pipe, bytes)) = input {
        pipe.write_all(&bytes).await.ok();
    }
}

/// Drains standard error, so that the child never blocks on it, and returns its first bytes.
async fn drain(mut errors: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut said = Vec::new();
    let mut piece = [0; 1024];
    while let Ok(length @ 1..) = errors.read(&mut piece).await {
        let room = ERROR_BYTES - said.len();
        said.extend_from_slice(&piece[..length.min(room)]);
    }
    said
}
