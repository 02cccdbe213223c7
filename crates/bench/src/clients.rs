//! A client with one connection.

use std::net::SocketAddr;

use tokio::time::Instant;

use crate::{failure::Result, http::Connection, random::Random, subjects::Subjects, work::Work};

/// Sends one request after the other.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    work: Work,
    subjects: Subjects,
    random: Random,
    request: Vec<u8>,
}

/// The measurements of clients.
#[derive(Debug, Default)]
pub struct Tally {
    /// Latencies in µs of the requests in the measured interval.
    pub latencies: Vec<u64>,
    /// Number of responses other than 2xx, in and outside of the interval.
    pub refused: u64,
    /// The first such response.
    pub refusal: Option<String>,
}

impl Client {
    /// Connects. `number` seeds the requests, so that those of every client differ.
    pub async fn connect(
        address: SocketAddr,
        work: Work,
        number: u64,
        subjects: Subjects,
    ) -> Result<Self> {
        let connection = Connection::open(address).await?;
        // Different kinds of work must not create the same records.
        let random = Random::of((work as u64) << 32 | number);
        Ok(Self { connection, work, subjects, random, request: Vec::new() })
    }

    /// Sends one request. Returns a response other than 2xx as text.
    pub async fn send_request(&mut self) -> Result<Option<String>> {
        self.work.request(&mut self.random, &self.subjects, &mut self.request);
        let reply = self.connection.send_request(&self.request).await?;
        let refused = !(200..300).contains(&reply.status);
        Ok(refused.then(|| format!("{} {}", reply.status, String::from_utf8_lossy(reply.body))))
    }

    /// Sends requests until `end`, and measures from `begin` on.
    pub async fn run_until(mut self, begin: Instant, end: Instant) -> Result<Tally> {
        let mut tally = Tally { latencies: Vec::with_capacity(1 << 14), ..Tally::default() };
        loop {
            let asked = Instant::now();
            if asked >= end {
                return Ok(tally);
            }
            if let Some(refusal) = self.send_request().await? {
                tally.refused += 1;
                tally.refusal.get_or_insert(refusal);
            }
            let answered = Instant::now();
            if (begin..end).contains(&answered) {
                let took = answered.duration_since(asked).as_micros();
                tally.latencies.push(u64::try_from(took).unwrap_or(u64::MAX));
            }
        }
    }
}

impl Tally {
    /// Adds the measurements of another client.
    pub fn add(&mut self, mut other: Self) {
        self.latencies.append(&mut other.latencies);
        self.refused += other.refused;
        self.refusal = self.refusal.take().or(other.refusal);
    }

    /// Fails when a request was refused.
    pub fn checked(self) -> Result<Self> {
        match &self.refusal {
            None => Ok(self),
            Some(first) => {
                Err(format!("{} requests refused, the first: {first}", self.refused).into())
            }
        }
    }
}
