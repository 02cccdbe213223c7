//! The connections of a process: those that are idle, and how many more it may open.
//!
//! sqlx's pool sends a message and starts a task whenever a connection returns: a third of what a
//! small read costs. Here the state of a connection is known (see [`super::link::Link`]), so that it
//! returns at once.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, Connection, Error, PgConnection, postgres::PgConnectOptions};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::session::Session;
use crate::observer::Observer;

/// The shortest and the longest pause between two attempts to open a connection.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(500));

/// The limits of a queue.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The maximum number of connections.
    pub max: u32,
    /// The time after which an idle connection is closed.
    pub idle_timeout: Duration,
    /// The maximum age of a connection.
    pub max_lifetime: Duration,
}

/// The connections of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: PgConnectOptions,
    session: Session,
    limits: Limits,
    free: Arc<Semaphore>,
    /// The one that was used last is at the back, and is used first.
    idle: Mutex<VecDeque<Idle>>,
    open: AtomicU32,
    waiting: AtomicU32,
    is_closed: AtomicBool,
    observer: Option<Arc<dyn Observer>>,
}

#[derive(Debug)]
struct Idle {
    connection: PgConnection,
    opened: Instant,
    since: Instant,
}

impl Queue {
    pub fn new(
        options: PgConnectOptions,
        session: Session,
        limits: Limits,
        observer: Option<Arc<dyn Observer>>,
    ) -> Self {
        let max = usize::try_from(limits.max).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Shared {
            options,
            session,
            limits,
            free: Arc::new(Semaphore::new(max)),
            idle: Mutex::default(),
            open: AtomicU32::new(0),
            waiting: AtomicU32::new(0),
            is_closed: AtomicBool::new(false),
            observer,
        }))
    }

    /// An idle connection, which may be dead, or a new one.
    pub async fn acquire(&self, limit: Duration) -> Result<Pooled, Error> {
        let began = Instant::now();
        let acquired = self.acquire_until(began + limit, limit).await;
        if let Some(observer) = &self.0.observer {
            match &acquired {
                Ok(_) => observer.obtained(began.elapsed()),
                Err(Error::PoolTimedOut) => observer.timed_out(),
                Err(_) => {}
            }
        }
        acquired
    }

    async fn acquire_until(&self, deadline: Instant, limit: Duration) -> Result<Pooled, Error> {
        // Nearly always one is free. The other path has a large future, which would be part of
        // every caller's.
        let place = match Arc::clone(&self.0.free).try_acquire_owned() {
            Ok(place) => place,
            Err(_) => Box::pin(self.wait(limit)).await?,
        };
        if self.0.is_closed.load(Ordering::Acquire) {
            return Err(Error::PoolClosed);
        }
        let queue = Arc::clone(&self.0);
        if let Some(Idle { connection, opened, since }) = self.idle() {
            let connection = Some(connection);
            let (since, rests) = (Some(since), true);
            return Ok(Pooled {
                connection,
                opened,
                since,
                was_idle: true,
                rests,
                queue,
                _place: place,
            });
        }
        // Counted before it is open; it is counted back when this attempt is cut off.
        self.0.open.fetch_add(1, Ordering::Relaxed);
        let opened = Instant::now();
        let rests = true;
        let mut new = Pooled {
            connection: None,
            opened,
            since: None,
            was_idle: false,
            rests,
            queue,
            _place: place,
        };
        new.connection = Some(Box::pin(self.open(deadline)).await?);
        Ok(new)
    }

    async fn wait(&self, limit: Duration) -> Result<OwnedSemaphorePermit, Error> {
        let _waiting = Waiting::begin(&self.0.waiting);
        let place = timeout(limit, Arc::clone(&self.0.free).acquire_owned()).await;
        place.map_err(|_| Error::PoolTimedOut)?.map_err(|_| Error::PoolClosed)
    }

    /// The connection that was used last. Closes those that are too old.
    fn idle(&self) -> Option<Idle> {
        let (mut idle, now) = (self.0.idle(), Instant::now());
        let Limits { idle_timeout, max_lifetime, .. } = self.0.limits;
        let is_late = |first: &mut Idle| now.saturating_duration_since(first.since) > idle_timeout;
        while let Some(first) = idle.pop_front_if(is_late) {
            self.end(first);
        }
        loop {
            let last = idle.pop_back()?;
            if now.saturating_duration_since(last.opened) <= max_lifetime {
                return Some(last);
            }
            self.end(last);
        }
    }

    /// Closes a connection in the background.
    fn end(&self, idle: Idle) {
        let shared = Arc::clone(&self.0);
        drop(tokio::spawn(async move {
            // A server that does not hear of it sees that the socket is closed.
            let _ = idle.connection.close().await;
            shared.open.fetch_sub(1, Ordering::Relaxed);
        }));
    }

    /// A connection that counts to no limit, and does not return.
    pub async fn open_apart(&self, limit: Duration) -> Result<PgConnection, Error> {
        self.open(Instant::now() + limit).await
    }

    /// The settings of every session.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// Opens a connection, and waits for a server that starts.
    async fn open(&self, deadline: Instant) -> Result<PgConnection, Error> {
        let mut pause = PAUSES.0;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let connected = async {
                let mut connection = self.0.options.connect().await?;
                self.0.session.begin(&mut connection).await?;
                Ok(connection)
            };
            match timeout(left, connected).await {
                Err(_) => return Err(Error::PoolTimedOut),
                Ok(Err(error)) if is_passing(&error) && pause < left => sleep(pause).await,
                Ok(opened) => return opened,
            }
            pause = PAUSES.1.min(pause * 2);
        }
    }

    /// How many connections are open, those that are being opened included.
    pub fn size(&self) -> u32 {
        self.0.open.load(Ordering::Relaxed)
    }

    /// How many callers wait for a connection of those that may be open.
    pub fn num_waiting(&self) -> u32 {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// Is told how long statements take.
    pub fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.0.observer.as_ref()
    }

    /// How many connections are idle.
    pub fn num_idle(&self) -> usize {
        self.0.idle().len()
    }

    /// The maximum number of connections.
    pub fn max(&self) -> u32 {
        self.0.limits.max
    }

    /// Closes every connection, after waiting for those in use.
    pub async fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        let all = self.0.limits.max;
        let Ok(_all) = self.0.free.acquire_many(all).await else { return };
        let idle = std::mem::take(&mut *self.0.idle());
        for Idle { connection, .. } in idle {
            self.0.open.fetch_sub(1, Ordering::Relaxed);
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection could not be closed");
            }
        }
        self.0.free.close();
    }
}

/// One caller that waits, until this is dropped.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn begin(number: &'a AtomicU32) -> Self {
        number.fetch_add(1, Ordering::Relaxed);
        Self(number)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The server may accept a connection soon: it starts, or has too many at the moment.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        Error::Database(error) => error.is_transient_in_connect_phase(),
        _ => false,
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, VecDeque<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use, which returns to its queue when it is dropped, unless a transaction is open
/// on it or an answer is pending.
#[derive(Debug)]
pub struct Pooled {
    /// `None` while it is being opened, and after [`Self::discard`].
    connection: Option<PgConnection>,
    opened: Instant,
    /// Since when it has been idle; `None` for a new one, and once it was used.
    since: Option<Instant>,
    was_idle: bool,
    /// Whether no transaction is open, and no answer pending.
    rests: bool,
    queue: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Pooled {
    /// Whether it was opened for an earlier use, and may be dead.
    pub const fn was_idle(&self) -> bool {
        self.was_idle
    }

    /// How long it has been idle, until it is used.
    pub fn rested(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Is told how long statements take.
    pub fn observer(&self) -> Option<&Arc<dyn Observer>> {
        self.queue.observer.as_ref()
    }

    /// The connection, for a message. It does not return to the queue before [`Self::rest`].
    pub fn ask(&mut self) -> Result<&mut PgConnection, Error> {
        self.rests = false;
        self.since = None;
        self.connection.as_mut().ok_or(Error::PoolClosed)
    }

    /// Says that no transaction is open, and no answer pending.
    pub const fn rest(&mut self) {
        self.rests = true;
    }

    /// Closes the connection, which is of no use any more.
    pub fn discard(mut self) {
        self.connection = None;
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().filter(|_| self.rests) else {
            self.queue.open.fetch_sub(1, Ordering::Relaxed);
            return;
        };
        // Before the place is given back, so that the next one that waits finds it.
        let since = self.since.unwrap_or_else(Instant::now);
        let idle = Idle { connection, opened: self.opened, since };
        self.queue.idle().push_back(idle);
    }
}
