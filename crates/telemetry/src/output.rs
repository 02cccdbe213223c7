//! Lines on their way out, written in batches by a thread of its own.
//!
//! A system call a line would be a good part of what a request may cost, and a slow reader at
//! the other end of the pipe would stall requests. Nothing is thrown away: beyond
//! [`LIMIT`] those who log wait, an error waits until it is written, and [`Output`]'s end
//! writes the rest.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long a line may wait for company.
const GATHER: Duration = Duration::from_millis(5);
/// Bytes that are written without waiting for more.
const BATCH: usize = 64 * 1024;
/// Bytes that may wait; then those who log wait.
const LIMIT: usize = 1024 * 1024;
/// How long an error waits to be written, at most: a reader that hangs must not hang us.
const PATIENCE: Duration = Duration::from_millis(100);

/// The thread that writes; its end is the end of batches.
pub(crate) struct Output {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

/// What lines are handed to.
#[derive(Clone)]
pub(crate) struct Handle(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    /// There is something to write.
    filled: Condvar,
    /// Something was written.
    emptied: Condvar,
    out: Mutex<Box<dyn Write + Send>>,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    /// Bytes that were ever handed over, and how many of them are written.
    handed: u64,
    written: u64,
    is_urgent: bool,
    is_closed: bool,
}

impl Output {
    /// Starts the thread.
    pub(crate) fn start(out: Box<dyn Write + Send>) -> io::Result<Self> {
        let handle = Handle(Arc::new(Shared {
            waiting: Mutex::default(),
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
        self.handle.0.waiting().is_closed = true;
        self.handle.0.filled.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Handle {
    /// Hands over one line, its newline included. An urgent one is waited for.
    pub(crate) fn write(&self, line: &[u8], is_urgent: bool) {
        let Shared { filled, emptied, .. } = &*self.0;
        let full = |waiting: &mut Waiting| waiting.lines.len() > LIMIT && !waiting.is_closed;
        let mut waiting =
            emptied.wait_while(self.0.waiting(), full).unwrap_or_else(PoisonError::into_inner);
        if waiting.is_closed {
            drop(waiting);
            self.0.print(line);
            return;
        }
        let before = waiting.lines.len();
        waiting.lines.extend_from_slice(line);
        waiting.handed += line.len() as u64;
        waiting.is_urgent |= is_urgent;
        // The thread sleeps while there is nothing, and again while a batch gathers.
        if before == 0 || is_urgent || (before < BATCH && waiting.lines.len() >= BATCH) {
            filled.notify_one();
        }
        if is_urgent {
            let end = waiting.handed;
            let pending = |waiting: &mut Waiting| waiting.written < end;
            drop(emptied.wait_timeout_while(waiting, PATIENCE, pending));
        }
    }
}

impl Shared {
    fn run(&self) {
        let mut batch = Vec::new();
        while self.take(&mut batch) {
            self.print(&batch);
            self.waiting().written += batch.len() as u64;
            batch.clear();
            self.emptied.notify_all();
        }
    }

    /// Waits for lines and takes them; whether there are any, or ever will be.
    fn take(&self, batch: &mut Vec<u8>) -> bool {
        let idle = |waiting: &mut Waiting| waiting.lines.is_empty() && !waiting.is_closed;
        let gathering = |waiting: &mut Waiting| {
            !waiting.is_urgent && !waiting.is_closed && waiting.lines.len() < BATCH
        };
        let waiting = self.filled.wait_while(self.waiting(), idle);
        let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let (mut waiting, _) = self
            .filled
            .wait_timeout_while(waiting, GATHER, gathering)
            .unwrap_or_else(PoisonError::into_inner);
        mem::swap(batch, &mut waiting.lines);
        waiting.is_urgent = false;
        !batch.is_empty()
    }

    fn print(&self, lines: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // Where would one complain that the log cannot be written?
        let _ = out.write_all(lines).and_then(|()| out.flush());
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
