//! Writes log lines in batches, on a separate thread.
//!
//! A system call per line would be a considerable part of the cost of a request, and a slow reader
//! of the pipe would stall requests. No line is dropped: beyond [`MAX_PENDING_BYTES`] the logging
//! thread waits, a line of level error waits until it is written, and dropping [`Output`] writes
//! the rest.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a line waits for further lines of its batch.
const BATCH_DELAY: Duration = Duration::from_millis(5);
/// A batch of this size is written without delay.
const BATCH_BYTES: usize = 64 * 1024;
/// Bytes that may be pending before the logging threads wait.
const MAX_PENDING_BYTES: usize = 1024 * 1024;
/// How long the thread that logs an error waits until it is written: a blocked pipe must not block
/// the process.
const ERROR_TIMEOUT: Duration = Duration::from_millis(100);

/// The writing thread. After it is dropped, each line is written at once.
pub(crate) struct Output {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

/// Accepts lines. Clones share the thread.
#[derive(Clone)]
pub(crate) struct Handle(Arc<Shared>);

struct Shared {
    pending: Mutex<Pending>,
    /// Signals that there are lines to write.
    filled: Condvar,
    /// Signals that a batch was written.
    emptied: Condvar,
    out: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct Pending {
    lines: Vec<u8>,
    /// Bytes accepted since the start.
    accepted: u64,
    /// Bytes written since the start.
    written: u64,
    /// Whether the batch is written without delay.
    is_urgent: bool,
    is_closed: bool,
}

impl Output {
    /// Starts the thread.
    pub(crate) fn start(out: Box<dyn Write + Send>) -> io::Result<Self> {
        let handle = Handle(Arc::new(Shared {
            pending: Mutex::default(),
            filled: Condvar::new(),
            emptied: Condvar::new(),
            out: Mutex::new(out),
        }));
        let shared = Arc::clone(&handle.0);
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || shared.run())?;
        Ok(Self { handle, thread: Some(thread) })
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.handle.0.pending().is_closed = true;
        self.handle.0.filled.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Handle {
    /// Accepts one line, its newline included. Returns once an urgent line is written, or after
    /// [`ERROR_TIMEOUT`].
    pub(crate) fn write(&self, line: &[u8], is_urgent: bool) {
        let Shared { filled, emptied, .. } = &*self.0;
        let full =
            |pending: &mut Pending| pending.lines.len() > MAX_PENDING_BYTES && !pending.is_closed;
        let mut pending =
            emptied.wait_while(self.0.pending(), full).unwrap_or_else(PoisonError::into_inner);
        if pending.is_closed {
            drop(pending);
            self.0.print(line);
            return;
        }
        let before = pending.lines.len();
        pending.lines.extend_from_slice(line);
        pending.accepted += line.len() as u64;
        pending.is_urgent |= is_urgent;
        // The thread sleeps while nothing is pending, and again for [`BATCH_DELAY`].
        if before == 0 || is_urgent || (before < BATCH_BYTES && pending.lines.len() >= BATCH_BYTES)
        {
            filled.notify_one();
        }
        if is_urgent {
            let end = pending.accepted;
            let unwritten = |pending: &mut Pending| pending.written < end;
            drop(emptied.wait_timeout_while(pending, ERROR_TIMEOUT, unwritten));
        }
    }
}

impl Shared {
    fn run(&self) {
        let mut batch = Vec::new();
        while self.take(&mut batch) {
            self.print(&batch);
            self.pending().written += batch.len() as u64;
            batch.clear();
            self.emptied.notify_all();
        }
    }

    /// Waits for lines and moves them into `batch`; `false` when the output is closed and empty.
    fn take(&self, batch: &mut Vec<u8>) -> bool {
        let idle = |pending: &mut Pending| pending.lines.is_empty() && !pending.is_closed;
        let gathering = |pending: &mut Pending| {
            !pending.is_urgent && !pending.is_closed && pending.lines.len() < BATCH_BYTES
        };
        let pending = self.filled.wait_while(self.pending(), idle);
        let pending = pending.unwrap_or_else(PoisonError::into_inner);
        let (mut pending, _) = self
            .filled
            .wait_timeout_while(pending, BATCH_DELAY, gathering)
            .unwrap_or_else(PoisonError::into_inner);
        mem::swap(batch, &mut pending.lines);
        pending.is_urgent = false;
        !batch.is_empty()
    }

    fn print(&self, lines: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A failure to write the log cannot be logged.
        let _ = out.write_all(lines).and_then(|()| out.flush());
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
