//! One of the connections that ask.

use std::net::SocketAddr;

use tokio::time::Instant;

use crate::{failure::Result, http::Connection, random::Random, subjects::Subjects, work::Work};

/// What a client asks for, the next request once the last one is answered.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    work: Work,
    subjects: Subjects,
    random: Random,
    request: Vec<u8>,
}

/// What clients saw.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many µs each request took that was answered while it counted.
    pub latencies: Vec<u64>,
    /// How many requests were not answered with 2xx, at any time.
    pub refused: u64,
    /// The first such answer.
    pub refusal: Option<String>,
}

impl Client {
    /// Connects. `number` makes this client's questions differ from all others'.
    pub async fn connect(
        address: SocketAddr,
        work: Work,
        number: u64,
        subjects: Subjects,
    ) -> Result<Self> {
        let connection = Connection::open(address).await?;
        // Nor may one work create what another one did.
        let random = Random::of((work as u64) << 32 | number);
        Ok(Self { connection, work, subjects, random, request: Vec::new() })
    }

    /// Asks once. An answer that is not 2xx comes back as a text.
    pub async fn ask(&mut self) -> Result<Option<String>> {
        self.work.request(&mut self.random, &self.subjects, &mut self.request);
        let reply = self.connection.ask(&self.request).await?;
        let refused = !(200..300).contains(&reply.status);
        Ok(refused.then(|| format!("{} {}", reply.status, String::from_utf8_lossy(reply.body))))
    }

    /// Asks until `end`, and counts from `begin` on.
    pub async fn ask_until(mut self, begin: Instant, end: Instant) -> Result<Tally> {
        let mut tally = Tally { latencies: Vec::with_capacity(1 << 14), ..Tally::default() };
        loop {
            let asked = Instant::now();
            if asked >= end {
                return Ok(tally);
            }
            if let Some(refusal) = self.ask().await? {
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
    /// Takes in what another client saw.
    pub fn add(&mut self, mut other: Self) {
        self.latencies.append(&mut other.latencies);
        self.refused += other.refused;
        self.refusal = self.refusal.take().or(other.refusal);
    }

    /// Fails when anything was refused.
    pub fn checked(self) -> Result<Self> {
        match &self.refusal {
            None => Ok(self),
            Some(first) => {
                Err(format!("{} requests refused, the first: {first}", self.refused).into())
            }
        }
    }
}
