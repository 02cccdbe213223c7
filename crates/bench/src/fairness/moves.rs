//! What one connection of an attack sends.

use std::{net::SocketAddr, time::Duration};

use serde_json::json;
use tokio::time::sleep;

use super::{attack::Attack, attacker::Attacker, request::Caller};
use crate::{failure::Result, http::Connection, random::Random, requests};

/// A file of an upload.
const LARGE: usize = 4 * 1024 * 1024;

/// Opens a connection and uses it until it breaks. `round` goes on over all connections.
pub async fn attack(
    attack: Attack,
    server: SocketAddr,
    attacker: &Attacker,
    (number, round): (usize, &mut u64),
    mut count: impl FnMut(u16),
) -> Result<()> {
    let mut connection = Connection::open(server).await?;
    let caller = attacker.caller(number);
    let mut random = Random::of(number as u64 ^ (*round << 20));
    loop {
        *round += 1;
        let status = match attack {
            Attack::Requests => {
                connection.send_request(&caller.get("/projects?limit=200")).await?.status
            }
            Attack::Searches => {
                let path = search(&mut random);
                connection.send_request(&caller.get(&path)).await?.status
            }
            Attack::Uploads => {
                let request = caller.upload("a.bin", &vec![7; LARGE], 0);
                connection.send_request(&request).await?.status
            }
            Attack::Jobs => {
                let request = caller.upload("a.bin", b"one more job", 0);
                connection.send_request(&request).await?.status
            }
            Attack::Logins => {
                let request = login(number, *round);
                connection.send_request(&request).await?.status
            }
            Attack::SlowUploads => return trickle(&mut connection, caller).await,
            Attack::Streams if number == 0 => {
                let body = requests::project(&mut random);
                connection.send_request(&caller.post("/projects", &body)).await?.status
            }
            Attack::Streams => {
                connection.send(&caller.get("/events/stream")).await?;
                count(connection.status().await?);
                return connection.drain().await;
            }
            Attack::Sockets => {
                connection.send(HANDSHAKE).await?;
                count(connection.status().await?);
                return connection.drain().await;
            }
        };
        count(status);
    }
}

/// A search that finds little in much, over projects, documents and the audit log.
fn search(random: &mut Random) -> String {
    let word = random.up_to(999_999);
    match random.up_to(3) {
        1 => format!("/projects?q=crane%20{word}"),
        2 => format!("/documents?q=crane%20{word}"),
        _ => format!("/audit-logs?action=never.{word}"),
    }
}

/// A login with a wrong password to accounts that exist, from few addresses.
fn login(number: usize, round: u64) -> Vec<u8> {
    let address = format!("2001:db8:{:x}::{round:x}", number % 16);
    let caller = Caller { token: String::new(), address };
    let email = format!("{}@bench.example", 1 + round % 900);
    let body = json!({"email": email, "password": "not the password"});
    caller.post("/auth/login", &body.to_string())
}

/// An upload as slow as the server allows.
async fn trickle(connection: &mut Connection, caller: &Caller) -> Result<()> {
    connection.send(&caller.upload("a.bin", &vec![7; LARGE], LARGE)).await?;
    loop {
        sleep(Duration::from_millis(500)).await;
        connection.send(&[7; 1024]).await?;
    }
}

const HANDSHAKE: &[u8] = b"GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\n\
    X-Forwarded-For: 198.51.100.7\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
