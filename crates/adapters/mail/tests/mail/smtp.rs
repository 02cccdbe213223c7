use std::time::{Duration, Instant};

use plinth_mail::{SmtpMailer, SmtpOptions, SmtpTls};
use plinth_ports::{Mailer, MailerError};
use plinth_testkit::SmtpServer;

use crate::{mail_to, sender};

const LOGIN: &str = "plinth:secret";

fn options(server: &SmtpServer, tls: SmtpTls) -> SmtpOptions {
    SmtpOptions {
        host: "localhost".to_owned(),
        port: server.port,
        tls,
        ca_file: server.authority.clone(),
        login: None,
        timeout: Duration::from_secs(2),
    }
}

fn mailer(options: &SmtpOptions) -> SmtpMailer {
    SmtpMailer::new(sender(), options).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_with_its_sender_and_its_identity() {
    let mut server = SmtpServer::start(&[]).await;
    let mailer = mailer(&options(&server, SmtpTls::None));
    mailer.check().await.unwrap();
    let mail = mail_to("ada@example.com");
    mailer.send(&mail).await.unwrap();
    let received = server.next().await;
    assert_eq!(received["sender"], "no-reply@plinth.example");
    assert_eq!(received["to"][0], "ada@example.com");
    let message = received["message"].as_str().unwrap();
    assert!(message.contains(&format!("<{}@plinth.example>", mail.id)), "{message}");
}

#[tokio::test]
async fn an_answer_of_5yz_refuses_for_good_and_one_of_4yz_for_now() {
    let mut server = SmtpServer::start(&[]).await;
    let mailer = mailer(&options(&server, SmtpTls::None));
    for address in ["refused@example.com", "full@example.com"] {
        let refused = mailer.send(&mail_to(address)).await.unwrap_err();
        let MailerError::Refused(answer) = refused else { panic!("{address}: {refused:?}") };
        assert!(answer.contains("mailbox"), "{answer}");
    }
    let later = mail_to("later@example.com");
    let postponed = mailer.send(&later).await.unwrap_err();
    assert!(matches!(postponed, MailerError::Unavailable(_)), "{postponed:?}");
    mailer.send(&later).await.unwrap();
    assert_eq!(server.next().await["to"][0], "later@example.com");
}

#[tokio::test]
async fn a_server_that_stalls_or_is_away_is_given_up_in_time() {
    let server = SmtpServer::start(&[]).await;
    let mut options = options(&server, SmtpTls::None);
    let begun = Instant::now();
    let stalled = mailer(&options).send(&mail_to("stalled@example.com")).await.unwrap_err();
    assert!(matches!(stalled, MailerError::Unavailable(_)), "{stalled:?}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    options.port = free.port();
    let away = mailer(&options).send(&mail_to("ada@example.com")).await.unwrap_err();
    assert!(matches!(away, MailerError::Unavailable(_)), "{away:?}");
}

#[tokio::test]
async fn mails_are_encrypted_and_the_account_is_named_only_then() {
    for (name, tls) in [("starttls", SmtpTls::StartTls), ("implicit", SmtpTls::Implicit)] {
        let mut server = SmtpServer::start(&["--tls", name, "--login", LOGIN]).await;
        let login = |password: &str| Some(("plinth".to_owned(), password.to_owned().into()));
        let known = SmtpOptions { login: login("secret"), ..options(&server, tls) };
        mailer(&known).send(&mail_to("ada@example.com")).await.unwrap();
        assert_eq!(server.next().await["encrypted"], true, "{name}");
        let other = SmtpOptions { login: login("wrong"), ..options(&server, tls) };
        let refused = mailer(&other).send(&mail_to("ada@example.com")).await.unwrap_err();
        assert!(matches!(refused, MailerError::Refused(_)), "{name}: {refused:?}");
        // The certificate is of an authority that the system does not know.
        let unknown = SmtpOptions { ca_file: None, ..known };
        let untrusted = mailer(&unknown).send(&mail_to("ada@example.com")).await.unwrap_err();
        assert!(matches!(untrusted, MailerError::Unavailable(_)), "{name}: {untrusted:?}");
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail() {
    let server = SmtpServer::start(&[]).await;
    let plain =
        mailer(&options(&server, SmtpTls::StartTls)).send(&mail_to("ada@example.com")).await;
    assert!(plain.is_err());
}
