//! `plinth login`, `logout` and `whoami`.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Stdio,
    time::{SystemTime, UNIX_EPOCH},
};

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use serde_json::{Value, json};
use sha1::Sha1;

use super::{EMAIL, PASSWORD, log_in, run};
use crate::{
    running::Running,
    support::{Scratch, ended},
};

fn file(scratch: &Scratch) -> PathBuf {
    scratch.path().join("config/plinth/credentials.json")
}

/// The stored login.
fn stored(scratch: &Scratch) -> Value {
    let logins: Value = serde_json::from_slice(&fs::read(file(scratch)).unwrap()).unwrap();
    logins["servers"].as_object().unwrap().values().next().unwrap().clone()
}

/// Replaces the access token by one that the server does not know.
fn expire(scratch: &Scratch) {
    let token = stored(scratch)["access_token"].as_str().unwrap().to_owned();
    let logins = fs::read_to_string(file(scratch)).unwrap();
    fs::write(file(scratch), logins.replace(&token, "pla_expired")).unwrap();
}

#[tokio::test]
async fn a_login_is_stored_for_its_user_alone_and_lasts_beyond_its_access_token() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    let said = run(&scratch, &["whoami"]).badly(1);
    assert!(said.contains("plinth login --url http://127.0.0.1:8080/"), "{said}");
    let wrong = scratch.answer(&["login", "--url", &running.base], &[EMAIL, "not the password"]);
    let said = wrong.badly(1);
    assert!(said.starts_with("error: ") && said.contains(", request "), "{said}");
    assert!(!file(&scratch).exists());

    let done = log_in(&scratch, &running.base);
    assert!(
        done.stderr.contains("as demo@plinth.example, in Demo Construction"),
        "{}",
        done.stderr
    );
    assert_eq!(done.well(), "", "no token is printed");
    assert_eq!(fs::metadata(file(&scratch)).unwrap().permissions().mode() & 0o777, 0o600);
    let shown = run(&scratch, &["whoami"]).well();
    for line in
        ["name          Dana Meyer", "organization  Demo Construction", "role          owner"]
    {
        assert!(shown.contains(line), "{shown}");
    }

    // Two processes at once refresh, and both go on.
    expire(&scratch);
    let mut command = scratch.plinth(&["whoami"]);
    let both =
        [(); 2].map(|()| command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    for one in both {
        assert_eq!(ended(one.wait_with_output().unwrap()).well(), shown);
    }
    assert_ne!(stored(&scratch)["access_token"], "pla_expired");

    // What is named goes before the login.
    let token = running.token().await;
    let named = [("PLINTH_URL", &*running.base), ("PLINTH_TOKEN", &token)];
    assert_eq!(Scratch::new().run(&["whoami"], &named).well(), shown);
    let wrong = scratch.run(&["whoami", "--token", "pla_wrong"], &named).badly(1);
    assert!(wrong.contains("(auth."), "{wrong}");
    let elsewhere = run(&scratch, &["whoami", "--url", "https://other.example"]).badly(1);
    assert!(elsewhere.contains("not logged in at https://other.example/"), "{elsewhere}");

    run(&scratch, &["logout"]).well();
    assert!(run(&scratch, &["whoami"]).badly(1).contains("not logged in"));
    assert!(run(&scratch, &["logout"]).badly(1).contains("not logged in"));
}

#[tokio::test]
async fn an_account_with_a_second_factor_is_asked_for_it() {
    let scratch = Scratch::new();
    let running = Running::start(&scratch, &[]);
    let recovery = turned_on(&running).await;
    let arguments = ["login", "--url", &running.base, "--organization", "demo-surveying"];

    let said = scratch.answer(&arguments, &[EMAIL, PASSWORD, "ABCD-EFGH-IJKL-MNOP"]).badly(1);
    assert!(said.contains("(auth.invalid_second_factor, request "), "{said}");
    let said = scratch.answer(&arguments, &[EMAIL, PASSWORD]).badly(1);
    assert!(said.contains("nothing was given for `Code of the second factor"), "{said}");
    scratch.answer(&arguments, &[EMAIL, PASSWORD, &recovery]).well();
    assert!(run(&scratch, &["whoami"]).well().contains("organization  Demo Surveying"));
}

/// Gives the demo user a second factor, and returns a recovery code.
async fn turned_on(running: &Running) -> String {
    let token = running.token().await;
    let post = async |path: &str, body: Value| -> Value {
        let request = Client::new().post(format!("{}/api/v1/me/second-factor{path}", running.base));
        let answer = request.bearer_auth(&token).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    };
    let begun = post("", json!({})).await;
    let secret = BASE32_NOPAD.decode(begun["secret"].as_str().unwrap().as_bytes()).unwrap();
    let confirmed = post("/confirm", json!({"code": code(&secret)})).await;
    confirmed["recovery_codes"][0].as_str().unwrap().to_owned()
}

/// The code that a device shows now (RFC 6238).
#[expect(clippy::disallowed_methods, reason = "the server takes its own clock's code only")]
fn code(secret: &[u8]) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).unwrap();
    mac.update(&(now / 30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}
