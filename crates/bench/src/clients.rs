//! A client with one connection.

use std::{cell::Cell, fmt::Debug, net::SocketAddr, rc::Rc};

use tokio::time::Instant;

use crate::{failure::Result, http::Connection};

/// The requests of one client.
pub trait Requests: Debug {
    /// Writes the next one. `false` when there are no more.
    fn next(&mut self, into: &mut Vec<u8>) -> bool;
}

/// Sends one request after the other.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    requests: Box<dyn Requests>,
    request: Vec<u8>,
}

/// The answer to one request.
#[derive(Debug)]
pub enum Answer {
    /// 2xx.
    Done,
    /// Another status, and the body.
    Refused(String),
    /// There was no request to send.
    NoMore,
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
    /// Connects.
    pub async fn connect(address: SocketAddr, requests: Box<dyn Requests>) -> Result<Self> {
        let connection = Connection::open(address).await?;
        Ok(Self { connection, requests, request: Vec::new() })
    }

    /// Sends one request.
    pub async fn send_request(&mut self) -> Result<Answer> {
        self.request.clear();
        if !self.requests.next(&mut self.request) {
            return Ok(Answer::NoMore);
        }
        let reply = self.connection.send_request(&self.request).await?;
        if (200..300).contains(&reply.status) {
            return Ok(Answer::Done);
        }
        let body = String::from_utf8_lossy(reply.body);
        Ok(Answer::Refused(format!("{} {body}", reply.status)))
    }

    /// Sends requests until `end`, which a client without more requests brings forward, and measures
    /// from `begin` on.
    pub async fn run_until(mut self, begin: Instant, end: Rc<Cell<Instant>>) -> Result<Tally> {
        let mut tally = Tally { latencies: Vec::with_capacity(1 << 14), ..Tally::default() };
        loop {
            let asked = Instant::now();
            if asked >= end.get() {
                return Ok(tally);
            }
            match self.send_request().await? {
                Answer::Done => {}
                Answer::Refused(refusal) => {
                    tally.refused += 1;
                    tally.refusal.get_or_insert(refusal);
                }
                Answer::NoMore => {
                    end.set(asked);
                    return Ok(tally);
                }
            }
            let answered = Instant::now();
            if (begin..end.get()).contains(&answered) {
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
