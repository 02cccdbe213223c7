use std::time::Duration;

use plinth_testkit::provider::{Answer, FakeProvider};
use secrecy::SecretString;
use tokio::{io::AsyncWriteExt, net::TcpListener};

use super::{PATIENCE, SECOND, client_of, request_to};
use crate::{AddressRules, Outgoing, OutgoingError, Request, UnsendableHeader};

#[tokio::test]
async fn a_head_that_does_not_come_is_waited_for_until_the_caller_gives_up() {
    let server = FakeProvider::start().await;
    let slow = Answer::raw("HTTP/1.1 200 OK\r\n").endless("x-slow: 1\r\n", SECOND / 50);
    server.script([Answer::never(), slow]);
    let client = client_of(&[&server]);
    for count in 1..=2 {
        let sent = client.send(request_to(&server));
        let arrived = server.wait_for(|server| server.requests().len() == count, PATIENCE);
        tokio::select! {
            answer = sent => panic!("{answer:?}"),
            arrived = arrived => assert!(arrived),
        }
        assert!(server.wait_for(|server| server.open_connections() == 0, PATIENCE).await);
        assert_eq!(server.connections().len(), count);
    }
}

#[tokio::test]
async fn tls_belongs_to_the_time_of_connecting() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let client = Outgoing::new(AddressRules::new([address.parse().unwrap()]));
    let limit = Duration::from_millis(100);
    let request = Request::get(format!("https://{address}/")).connect_within(limit);
    let started = std::time::Instant::now();
    assert_eq!(client.send(request).await.unwrap_err(), OutgoingError::ConnectTimeout);
    assert!(started.elapsed() >= limit && started.elapsed() < PATIENCE);
}

#[tokio::test]
async fn a_server_without_tls_or_without_a_listener_is_unreachable() {
    let server = FakeProvider::start().await;
    server.script([Answer::raw(""), Answer::raw("SSH-2.0-server\r\n")]);
    let plain = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = plain.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let allowed = [server.host_port(), address.clone()].map(|server| server.parse().unwrap());
    let client = Outgoing::new(AddressRules::new(allowed));
    let tls = Request::get(format!("https://{address}/"));
    let closed = client.send(request_to(&server)).await;
    let garbage = client.send(request_to(&server)).await;
    let encrypted = client.send(tls).await;
    let gone = request_to(&server);
    drop(server);
    for failed in [closed, garbage, encrypted, client.send(gone).await] {
        let error = failed.unwrap_err();
        assert!(matches!(error, OutgoingError::Unreachable { .. }), "{error}");
        assert!(!error.to_string().contains("http"), "{error}");
    }
}

#[test]
fn a_secret_header_is_not_shown_and_takes_no_line_break() {
    let secret = SecretString::from("sk-canary");
    let request = Request::get("https://a.example".to_owned());
    let request = request.secret_header("authorization", "Bearer ", &secret).unwrap();
    assert!(!format!("{request:?}").contains("canary"));
    let broken = SecretString::from("sk-canary\r\nx-more: 1");
    let refused = request.secret_header("authorization", "Bearer ", &broken);
    assert_eq!(refused.unwrap_err(), UnsendableHeader);
}
