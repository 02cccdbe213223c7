//! Mails of `plinth dev`: files in a folder, written by its worker.

use std::{fs, path::Path};

use plinth_testkit::SmtpServer;
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    running::Running,
    support::{Scratch, eventually},
};

/// The text of the first mail to an address whose subject has this word, once it is there.
fn mail(folder: &Path, to: &str, word: &str) -> String {
    let mut found = None;
    eventually(&format!("a mail about {word} goes to {to}"), || {
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let eml = files
            .map(|file| file.path())
            .filter(|path| path.extension().is_some_and(|e| e == "eml"));
        found = eml.filter_map(|path| fs::read_to_string(path).ok()).find(|text| {
            let subject = text.lines().find(|line| line.starts_with("Subject: "));
            text.contains(&format!("To: {to}\r\n"))
                && subject.is_some_and(|line| line.contains(word))
        });
        found.is_some()
    });
    // Quoted-printable (RFC 2045, 6.7): long lines are broken by `=`.
    found.unwrap_or_default().replace("=\r\n", "").replace("=3D", "=")
}

/// The token of the link in a mail.
fn token(mail: &str, page: &str) -> String {
    let (_, rest) = mail.split_once(&format!("/account/{page}#")).unwrap();
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

#[tokio::test]
async fn a_newcomer_proves_the_address_and_replaces_a_forgotten_password_by_mail() {
    let scratch = Scratch::new();
    let folder = scratch.path().join(".local/mail");
    let plinth = Running::start(&scratch, &[]);
    let post = async |path: &str, body: Value| {
        let response = Client::new().post(format!("{}/api/v1{path}", plinth.base));
        response.json(&body).send().await.unwrap()
    };
    let email = "grace@example.com";
    let account = json!({
        "email": email, "password": "a long password", "name": "Grace", "organization": {"name": "Harbour"},
    });
    assert_eq!(post("/auth/register", account).await.status(), 201);
    let confirm = mail(&folder, email, "Confirm");
    let confirmed = post("/auth/email/verify", json!({"token": token(&confirm, "verify")})).await;
    assert_eq!(confirmed.status(), 204);

    assert_eq!(post("/auth/password/forgot", json!({"email": email})).await.status(), 202);
    let link = mail(&folder, email, "Choose");
    let chosen = json!({"token": token(&link, "reset"), "password": "another long password"});
    assert_eq!(post("/auth/password/reset", chosen).await.status(), 204);
    let login = json!({"email": email, "password": "another long password"});
    assert_eq!(post("/auth/login", login).await.status(), 200);
    mail(&folder, email, "changed");

    let shown = async |path: &str| {
        let shown = Client::new().get(format!("{}/dev/mail{path}", plinth.base));
        shown.send().await.unwrap().error_for_status().unwrap()
    };
    assert!(shown("").await.text().await.unwrap().contains("mail/page.js"));
    for file in ["/page.js", "/page.css"] {
        shown(file).await;
    }
    let newest: Vec<Value> = shown("/newest").await.json().await.unwrap();
    // Others are to the people of the demo.
    let hers: Vec<_> = newest.iter().filter(|mail| mail["to"] == email).collect();
    assert_eq!(hers.len(), 3, "{newest:?}");
    let oldest = hers[2];
    assert!(oldest["text"].as_str().unwrap().contains("/account/verify#"), "{oldest}");
    let html = shown(&format!("/{}/html", oldest["id"].as_str().unwrap())).await;
    let policy = html.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("sandbox"), "a mail runs no script: {policy}");
    assert!(html.text().await.unwrap().contains("&#x2f;account&#x2f;verify#"));
    assert_eq!(plinth.end("TERM"), Some(0));
}

#[test]
fn a_mail_is_shown_by_the_templates_of_the_installation() {
    let scratch = Scratch::new();
    let shown = scratch.run(&["mail", "preview", "invitation", "--language", "de"], &[]).well();
    assert!(shown.starts_with("Subject: Einladung zu Harbour"), "{shown}");
    let html = scratch.run(&["mail", "preview", "reset-password", "--html"], &[]).well();
    assert!(html.starts_with("<!doctype html>"), "{html}");
    let unknown = scratch.run(&["mail", "preview", "birthday"], &[]).badly(2);
    assert!(unknown.contains("invitation, verify-email"), "{unknown}");

    let folder = scratch.path().join("templates/en");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("invitation.txt"), "subject: Come\n").unwrap();
    let templates = folder.parent().unwrap().to_str().unwrap();
    let faulty =
        scratch.run(&["mail", "preview", "invitation"], &[("PLINTH_MAIL__TEMPLATES", templates)]);
    assert!(faulty.badly(1).contains("en/invitation.txt"));
}

#[tokio::test]
async fn the_mail_server_is_tried_with_its_account() {
    let scratch = Scratch::new();
    let server = SmtpServer::start(&[]).await;
    let port = server.port.to_string();
    let settings = |port| {
        [
            ("PLINTH_MAIL__KIND", "smtp"),
            ("PLINTH_MAIL__HOST", "localhost"),
            ("PLINTH_MAIL__PORT", port),
            ("PLINTH_MAIL__FROM", "no-reply@example.com"),
            ("PLINTH_MAIL__TLS", "none"),
        ]
    };
    scratch.run(&["mail", "check"], &settings(&port)).well();
    scratch.run(&["mail", "check"], &settings("1")).badly(1);
    scratch.run(&["mail", "check"], &[]).badly(1);
}
