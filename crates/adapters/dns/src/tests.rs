//! A server of the domain name system on loopback, which answers by what the name says.

use tokio::{net::UdpSocket, task::JoinHandle};

use super::*;

/// A server. It ends when this is dropped.
struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 512];
            while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
                if let Some(reply) = reply(&buffer[..length]) {
                    socket.send_to(&reply, client).await.unwrap();
                }
            }
        });
        Self { address, task }
    }

    async fn ask(&self, name: &str) -> Result<Vec<String>, TxtError> {
        Dns::at(self.address).txt(name).await
    }
}

/// The labels of a question (RFC 1035, section 4.1.2), and where it ends.
fn question(query: &[u8]) -> (Vec<String>, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..=at + length]).into_owned());
        at += length + 1;
    }
    // The zero, the type and the class.
    (labels, at + 5)
}

/// The answer to a question for TXT records; `None` where the server is silent.
fn reply(query: &[u8]) -> Option<Vec<u8>> {
    let (labels, end) = question(query);
    assert_eq!(query[end - 4..end], [0, 16, 0, 1], "only TXT is asked for");
    assert_eq!(labels[0], "_plinth-challenge");
    let records: &[&[&[u8]]] = match labels[1].as_str() {
        "one" => &[&[b"plinth-domain=abc"]],
        "many" => &[&[b"v=spf1 -all"], &[b"plinth-", b"domain=", b"abc"], &[b"\xff"]],
        "silent" => return None,
        _ => &[],
    };
    let code: u8 = match labels[1].as_str() {
        "unknown" => 3,
        "broken" => 2,
        _ => 0,
    };
    let count = u8::try_from(records.len()).unwrap();
    let mut reply = query[..2].to_vec();
    reply.extend([0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    reply.extend(&query[12..end]);
    for parts in records {
        let data: Vec<u8> = parts
            .iter()
            .flat_map(|part| {
                let length = u8::try_from(part.len()).unwrap();
                std::iter::once(length).chain(part.iter().copied())
            })
            .collect();
        // The name of the question, TXT, IN, no time to live.
        reply.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0]);
        reply.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        reply.extend(data);
    }
    Some(reply)
}

#[tokio::test]
async fn the_texts_of_all_records_are_told_with_their_parts_joined() {
    let server = Server::start().await;
    let texts = server.ask("_plinth-challenge.one.example").await.unwrap();
    assert_eq!(texts, ["plinth-domain=abc"]);
    let texts = server.ask("_plinth-challenge.many.example").await.unwrap();
    assert_eq!(texts, ["v=spf1 -all", "plinth-domain=abc"]);
}

#[tokio::test]
async fn a_name_without_records_and_one_that_does_not_exist_tell_nothing() {
    let server = Server::start().await;
    for name in ["_plinth-challenge.empty.example", "_plinth-challenge.unknown.example"] {
        assert_eq!(server.ask(name).await.unwrap(), Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_server_that_fails_or_is_silent_is_no_answer() {
    let server = Server::start().await;
    for name in ["_plinth-challenge.broken.example", "_plinth-challenge.silent.example"] {
        assert!(server.ask(name).await.is_err(), "{name}");
    }
}
