//! A device that makes one-time codes, as the one of a user.

use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

use super::{Client, PASSWORD, Reply, TestApp};

/// What an account with a second factor has.
pub struct Authenticator {
    secret: Vec<u8>,
    pub recovery_codes: Vec<String>,
}

impl Authenticator {
    /// The device of a factor that was begun.
    pub fn begun(answer: &Value) -> Self {
        let secret = answer["secret"].as_str().unwrap();
        let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        Self { secret, recovery_codes: Vec::new() }
    }

    /// Sets a second factor up, with a session that has just logged in.
    pub async fn turned_on(app: &TestApp, client: &Client) -> Self {
        let begun = client.post("/me/second-factor", json!({})).await.expect(200).json();
        let mut device = Self::begun(&begun);
        let code = json!({"code": device.code(app, 0)});
        let confirmed = client.post("/me/second-factor/confirm", code).await.expect(200).json();
        let codes = confirmed["recovery_codes"].as_array().unwrap().iter();
        device.recovery_codes = codes.map(|code| code.as_str().unwrap().to_owned()).collect();
        device
    }

    /// The code that is shown some steps of thirty seconds from now.
    pub fn code(&self, app: &TestApp, steps: i64) -> String {
        let step = plinth_ports::Clock::now(&*app.clock).timestamp() / 30 + steps;
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).unwrap();
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest[19] & 15);
        let number = u32::from_be_bytes(digest[offset..offset + 4].try_into().unwrap());
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }

    /// A code that was not shown before.
    pub fn next_code(&self, app: &TestApp) -> String {
        app.clock.advance(Duration::from_secs(30));
        self.code(app, 0)
    }
}

/// The challenge that a login with the right password answers.
pub async fn challenge(client: &Client, email: &str) -> String {
    let reply = client.try_login(email, PASSWORD).await.refused(401, "auth.second_factor_needed");
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.json()["challenge"].as_str().unwrap().to_owned()
}

/// The second step of a login.
pub async fn second_step(client: &Client, challenge: &str, proof: Value) -> Reply {
    let mut body = json!({"challenge": challenge});
    body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
    client.anonymous().post("/auth/login/second-factor", body).await
}
