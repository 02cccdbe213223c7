use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use plinth_ports::OutgoingAddresses;
use plinth_testkit::provider::{Answer, FakeProvider};
use secrecy::SecretString;
use tokio::net::TcpListener;

use super::{SECOND, client_of, request_to};
use crate::{AddressRules, Outgoing, OutgoingError, Request, client::resolver::PublicResolver};

/// A resolver that takes 127.0.0.2 for a public address, and its number of questions. It gives the
/// n-th answer to the n-th question, and the last one from then on.
fn resolver(answers: &'static [&'static [[u8; 4]]]) -> (PublicResolver, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let lookup = move |_| -> futures::future::BoxFuture<'static, std::io::Result<Vec<IpAddr>>> {
        let question = count.fetch_add(1, Ordering::SeqCst);
        let answer = answers[question.min(answers.len() - 1)];
        Box::pin(async move { Ok(answer.iter().copied().map(IpAddr::from).collect()) })
    };
    let is_public = |address| address == IpAddr::from([127, 0, 0, 2]);
    (PublicResolver::of(Arc::new(lookup), is_public), asked)
}

/// Sends a request to `rebind.test` at a port.
async fn call(client: &Outgoing, port: u16) -> Result<(), OutgoingError> {
    let request = Request::get(format!("https://rebind.test:{port}/")).connect_within(SECOND);
    client.send(request).await.map(|_| ())
}

/// How many connections wait to be accepted.
async fn waiting(listener: &TcpListener) -> usize {
    let mut count = 0;
    while tokio::time::timeout(SECOND / 10, listener.accept()).await.is_ok() {
        count += 1;
    }
    count
}

/// A listener at a public and one at a private address, with the same port.
async fn listeners() -> (TcpListener, TcpListener, u16) {
    for _ in 0..100 {
        let public = TcpListener::bind(("127.0.0.2", 0)).await.unwrap();
        let port = public.local_addr().unwrap().port();
        if let Ok(private) = TcpListener::bind(("127.0.0.1", port)).await {
            return (public, private, port);
        }
    }
    panic!("no port is free at both addresses");
}

#[tokio::test]
async fn a_literal_address_inside_a_network_gets_no_connection() {
    let server = FakeProvider::start().await;
    let client = Outgoing::new(AddressRules::default());
    let port = server.host_port().rsplit_once(':').unwrap().1.to_owned();
    for host in [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
        "127.1",
        "0",
        "localhost",
        "LOCALHOST",
    ] {
        let request = Request::get(format!("https://{host}:{port}/v1?q=1"));
        let refused = client.send(request).await.unwrap_err();
        assert!(matches!(refused, OutgoingError::Forbidden { .. }), "{host}: {refused}");
    }
    assert_eq!(server.connections().len(), 0);
}

/// Spellings of addresses inside a network, as a user may enter them; `PORT` is that of the canary.
const FORMS: [&str; 66] = [
    "https://127.0.0.1:PORT/",
    "https://127.0.0.1.:PORT/",
    "https://127.255.255.254:PORT/",
    "https://127.1:PORT/",
    "https://127.0.1:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f000001:PORT/",
    "https://0x7f.0x0.0x0.0x1:PORT/",
    "https://0X7F.1:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://017700000001:PORT/",
    "https://00000177.1:PORT/",
    "https://0:PORT/",
    "https://0.0.0.0:PORT/",
    "https://00.00.00.00:PORT/",
    "https://%31%32%37.0.0.1:PORT/",
    "https://\u{ff11}\u{ff12}\u{ff17}.0.0.1:PORT/",
    "https://127\u{3002}0\u{3002}0\u{3002}1:PORT/",
    "https://\u{2460}\u{2461}\u{2466}.0.0.1:PORT/",
    "https://1\u{ad}27.0.0.1:PORT/",
    "https://localhost:PORT/",
    "https://localhost.:PORT/",
    "https://LOCALHOST:PORT/",
    "https://\u{ff4c}ocalhost:PORT/",
    "https://a.localhost:PORT/",
    "https://[::1]:PORT/",
    "https://[0:0:0:0:0:0:0:1]:PORT/",
    "https://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/",
    "https://[::]:PORT/",
    "https://[::127.0.0.1]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[0:0:0:0:0:FFFF:7F00:0001]:PORT/",
    "https://[::ffff:0:127.0.0.1]:PORT/",
    "https://[64:ff9b::127.0.0.1]:PORT/",
    "https://[64:ff9b::7f00:1]:PORT/",
    "https://[64:ff9b:1::7f00:1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://[2001:0:7f00:1::]:PORT/",
    "https://[::1%25lo]:PORT/",
    "https://[fe80::1]:PORT/",
    "https://[fc00::1]:PORT/",
    "https://[fd00:ec2::254]:PORT/",
    "https://[ff02::1]:PORT/",
    "https://10.0.0.1:PORT/",
    "https://172.31.255.255:PORT/",
    "https://192.168.0.1:PORT/",
    "https://100.64.0.1:PORT/",
    "https://169.254.169.254:PORT/latest/meta-data/",
    "https://0xa9fea9fe:PORT/",
    "https://198.18.0.1:PORT/",
    "https://192.0.0.192:PORT/",
    "https://224.0.0.1:PORT/",
    "https://255.255.255.255:PORT/",
    "https://240.0.0.1:PORT/",
    "https://example.com@127.0.0.1:PORT/",
    "https://127.0.0.1:PORT\\@example.com/",
    "https:127.0.0.1:PORT/",
    "https:\\\\127.0.0.1:PORT/",
    "https:///127.0.0.1:PORT/",
    " https://127.0.0.1:PORT/",
    "https://12\t7.0.0.1:PORT/",
    "http://127.0.0.1:PORT/",
    "HTTP://[::1]:PORT/",
    "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd",
];

#[tokio::test]
async fn no_spelling_of_an_inner_address_reaches_a_canary() {
    let canary = TcpListener::bind(("::", 0)).await.unwrap();
    let port = canary.local_addr().unwrap().port().to_string();
    let rules = AddressRules::default();
    let client = Outgoing::new(rules.clone());
    for form in FORMS {
        let url = form.replace("PORT", &port);
        let request = Request::get(url.clone()).connect_within(SECOND);
        let refused = client.send(request).await.unwrap_err();
        let is_name = url.to_ascii_lowercase().contains("ocalhost");
        if is_name {
            // A system may not know all of them.
            assert!(!matches!(refused, OutgoingError::Redirect { .. }), "{url:?}: {refused}");
        } else {
            assert!(matches!(refused, OutgoingError::Forbidden { .. }), "{url:?}: {refused}");
            assert!(rules.check_url(&url).is_err(), "{url:?} is refused when it is entered");
        }
    }
    assert_eq!(waiting(&canary).await, 0);
}

#[tokio::test]
async fn a_name_of_private_addresses_gets_no_connection() {
    let (public, private, port) = listeners().await;
    let (resolver, _) = resolver(&[&[[127, 0, 0, 1], [10, 0, 0, 1]]]);
    let client = Outgoing::with_resolver(AddressRules::default(), resolver);
    let refused = call(&client, port).await.unwrap_err();
    assert_eq!(refused, OutgoingError::Forbidden { reason: "has no public address".to_owned() });
    assert_eq!((waiting(&public).await, waiting(&private).await), (0, 0));
}

#[tokio::test]
async fn of_a_name_with_both_only_the_public_address_is_connected() {
    let (public, private, port) = listeners().await;
    let (resolver, _) = resolver(&[&[[127, 0, 0, 1], [127, 0, 0, 2]]]);
    let client = Outgoing::with_resolver(AddressRules::default(), resolver);
    assert_eq!(call(&client, port).await, Err(OutgoingError::ConnectTimeout));
    assert_eq!((waiting(&public).await, waiting(&private).await), (1, 0));
}

#[tokio::test]
async fn a_name_that_becomes_private_after_its_check_gets_no_connection_there() {
    let (public, private, port) = listeners().await;
    let (resolver, asked) = resolver(&[&[[127, 0, 0, 2]], &[[127, 0, 0, 1]]]);
    let client = Outgoing::with_resolver(AddressRules::default(), resolver);
    assert_eq!(call(&client, port).await, Err(OutgoingError::ConnectTimeout));
    assert_eq!(asked.load(Ordering::SeqCst), 1, "what was checked is what is connected");
    let refused = call(&client, port).await.unwrap_err();
    assert!(matches!(refused, OutgoingError::Forbidden { .. }), "{refused}");
    assert_eq!((waiting(&public).await, waiting(&private).await), (1, 0));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_secret_goes_nowhere() {
    let (first, second) = (FakeProvider::start().await, FakeProvider::start().await);
    // Not even a server that may be called.
    let client = client_of(&[&first, &second]);
    for status in [301, 302, 303, 307, 308] {
        let location = second.base_url();
        first.script([Answer::status(status).header("location", &location)]);
        let secret = SecretString::from("sk-canary");
        let request = request_to(&first).secret_header("authorization", "Bearer ", &secret);
        let refused = client.send(request.unwrap()).await.unwrap_err();
        assert_eq!(refused, OutgoingError::Redirect { status });
    }
    assert_eq!(first.requests().len(), 5);
    assert_eq!(second.connections().len(), 0);
}

#[tokio::test]
async fn a_server_that_the_operator_allows_is_called_without_tls() {
    let server = FakeProvider::start().await;
    let answer = client_of(&[&server]).send(request_to(&server)).await.unwrap();
    assert_eq!(answer.status(), 404);
    let other = FakeProvider::start().await;
    let refused = client_of(&[&server]).send(request_to(&other)).await.unwrap_err();
    assert!(matches!(refused, OutgoingError::Forbidden { .. }), "{refused}");
    assert_eq!(other.connections().len(), 0);
}
