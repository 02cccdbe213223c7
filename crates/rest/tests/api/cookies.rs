//! The session of a browser in cookies, and the pages that cannot use it.

use reqwest::{Method, RequestBuilder, header::COOKIE};
use serde_json::json;

use crate::support::{Client, Options, Reply, TestApp};

const ORIGIN: &str = "https://plinth.example";

/// The cookies of a browser, and the CSRF token of its page.
struct Browser {
    client: Client,
    cookies: Vec<(String, String)>,
    csrf: String,
}

/// What a response does to cookies: name, value and the rest.
fn set_by(reply: &Reply) -> Vec<(String, String, String)> {
    let lines = reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let parts = lines.map(|line| {
        let (pair, rest) = line.split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), value.to_owned(), rest.to_owned())
    });
    parts.collect()
}

impl Browser {
    /// Moves the session of a client into cookies.
    async fn of(client: &Client) -> Self {
        let token = client.refresh_token.clone();
        let client = client.anonymous();
        let moved = client.post("/auth/cookies", json!({"refresh_token": token})).await.expect(200);
        Self::holding(client, &moved)
    }

    fn holding(client: Client, reply: &Reply) -> Self {
        let cookies = set_by(reply).into_iter().map(|(name, value, _)| (name, value)).collect();
        let csrf = reply.json()["csrf_token"].as_str().unwrap().to_owned();
        Self { client, cookies, csrf }
    }

    /// A request of any page: the browser adds the cookies.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        self.client.request(method, path).header(COOKIE, cookies)
    }

    async fn send(&self, request: RequestBuilder) -> Reply {
        self.client.send(request).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// A write of the server's own page.
    fn write(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("X-CSRF-Token", &self.csrf)
    }

    async fn refresh(&self) -> Reply {
        self.send(self.request(Method::POST, "/auth/cookies/refresh")).await
    }
}

async fn a_browser_acts_by_cookies_that_its_scripts_cannot_read(app: &TestApp) {
    let ada = app.owner("Ada").await;
    let token = ada.refresh_token.clone();
    let body = json!({"refresh_token": token});
    let moved = ada.anonymous().post("/auth/cookies", body).await.expect(200);
    assert!(!moved.text.contains("pla_") && !moved.text.contains("plr_"), "{}", moved.text);
    assert_eq!(moved.header("cache-control"), "no-store");
    for (name, value, rest) in set_by(&moved) {
        assert!(!value.is_empty() && rest.starts_with("Path=/; Max-Age="), "{name} {rest}");
        let hidden = rest.ends_with("; SameSite=Lax; Secure; HttpOnly");
        assert_eq!(hidden, name != "__Host-plinth_csrf", "{name} {rest}");
        assert!(name.starts_with("__Host-") && rest.contains("; Secure"), "{name} {rest}");
    }
    let browser = Browser::holding(ada.anonymous(), &moved);
    assert_eq!(browser.cookies.len(), 3);
    let me = browser.get("/me").await.expect(200).json();
    assert_eq!(me["user"]["email"], *ada.email);
    let project = json!({"name": "Harbour", "code": "H-1"});
    let written = browser.write(Method::POST, "/projects").json(&project);
    browser.send(written).await.expect(201);
    // The token of before is used up, as by a refresh.
    app.clock.advance(std::time::Duration::from_secs(11));
    ada.refresh().await.refused(401, "auth.invalid_token");
}

async fn a_write_without_the_sessions_csrf_token_is_refused_and_changes_nothing(app: &TestApp) {
    let browser = Browser::of(&app.owner("Ada").await).await;
    let other = Browser::of(&app.owner("Eve").await).await;
    let project = json!({"name": "Harbour", "code": "H-1"});
    for forged in [None, Some(""), Some("AAAA"), Some(&*other.csrf)] {
        let mut request = browser.request(Method::POST, "/projects").json(&project);
        if let Some(forged) = forged {
            request = request.header("X-CSRF-Token", forged);
        }
        browser.send(request).await.refused(403, "auth.csrf");
    }
    for method in [Method::PATCH, Method::DELETE] {
        browser
            .send(browser.request(method, "/me").json(&json!({})))
            .await
            .refused(403, "auth.csrf");
    }
    let there = browser.get("/projects").await.expect(200).json();
    assert_eq!(there["data"], json!([]));
    // A bearer token is sent by a script on purpose, and needs none.
    let bob = app.owner("Bob").await;
    let both = bob.request(Method::POST, "/projects").json(&project).header(COOKIE, "a=b");
    bob.send(both).await.expect(201);
}

#[tokio::test]
async fn writes_without_the_csrf_token_use_up_the_allowance_of_the_session() {
    let burst = 12;
    let app = TestApp::postgres(Options { burst, ..tabs() }).await;
    let browser = Browser::of(&app.owner("Ada").await).await;
    let forged = async || browser.send(browser.request(Method::POST, "/auth/logout")).await;
    for left in (0..burst).rev() {
        let refused = forged().await.refused(403, "auth.csrf");
        assert_eq!(refused.header("ratelimit-policy"), format!("\"credential\";q={burst}"));
        let state = refused.header("ratelimit");
        assert!(state.starts_with(&format!("\"credential\";r={left};t=")), "{state}");
    }
    forged().await.refused(429, "rate_limited");
    browser.get("/me").await.refused(429, "rate_limited");
    app.owner("Bob").await.get("/projects").await.expect(200);
    app.stop().await;
}

async fn pages_of_other_origins_have_no_session(app: &TestApp) {
    let (ada, eve) = (app.owner("Ada").await, app.owner("Eve").await);
    let browser = Browser::of(&ada).await;
    for (header, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
    ] {
        let read = browser.request(Method::GET, "/me").header(header, value);
        browser.send(read).await.refused(401, "auth.required");
        let write = browser.write(Method::POST, "/auth/logout").header(header, value);
        browser.send(write).await.refused(401, "auth.required");
        let refresh = browser.request(Method::POST, "/auth/cookies/refresh").header(header, value);
        browser.send(refresh).await.refused(403, "auth.foreign_page");
        // Another site's page gives no browser its own session (login CSRF).
        let body = json!({"refresh_token": eve.refresh_token});
        let planted = browser.client.request(Method::POST, "/auth/cookies").json(&body);
        let planted = browser.send(planted.header(header, value)).await;
        planted.refused(403, "auth.foreign_page");
    }
    let own = browser.request(Method::GET, "/me").header("Sec-Fetch-Site", "same-origin");
    let own = own.header("Origin", ORIGIN);
    browser.send(own).await.expect(200);
}

async fn a_refresh_by_cookies_gives_all_tabs_one_session_and_ends_a_stolen_one(app: &TestApp) {
    let browser = Browser::of(&app.owner("Ada").await).await;
    let (one, two) = (browser.refresh().await.expect(200), browser.refresh().await.expect(200));
    assert_eq!(set_by(&one).len(), 3);
    let values =
        |reply: &Reply| set_by(reply).into_iter().map(|(_, value, _)| value).collect::<Vec<_>>();
    assert_eq!(values(&one)[0], values(&two)[0], "both tabs have the same access token");
    let next = Browser::holding(browser.client.clone(), &one);
    next.get("/me").await.expect(200);
    // The CSRF token goes with the session's token.
    let logout = next.request(Method::POST, "/auth/logout").header("X-CSRF-Token", &browser.csrf);
    next.send(logout).await.refused(403, "auth.csrf");
    app.clock.advance(std::time::Duration::from_secs(11));
    browser.refresh().await.refused(401, "auth.invalid_token");
    next.get("/me").await.refused(401, "auth.invalid_token");
}

async fn a_logout_takes_the_cookies_from_the_browser(app: &TestApp) {
    let browser = Browser::of(&app.owner("Ada").await).await;
    let out = browser.send(browser.write(Method::POST, "/auth/logout")).await.expect(204);
    let cleared = set_by(&out);
    assert_eq!(cleared.len(), 3);
    for (name, value, rest) in cleared {
        assert!(value.is_empty() && rest.contains("Max-Age=0"), "{name}={value}; {rest}");
    }
    browser.get("/me").await.refused(401, "auth.invalid_token");
    browser.refresh().await.refused(401, "auth.invalid_token");
    let bare = browser.client.request(Method::POST, "/auth/cookies/refresh");
    browser.client.send(bare).await.refused(401, "auth.required");
}

fn tabs() -> Options {
    Options { refresh_again: chrono::TimeDelta::seconds(10), ..Options::default() }
}

on_postgres! {
    tabs();
    a_browser_acts_by_cookies_that_its_scripts_cannot_read,
    a_write_without_the_sessions_csrf_token_is_refused_and_changes_nothing,
    pages_of_other_origins_have_no_session,
    a_refresh_by_cookies_gives_all_tabs_one_session_and_ends_a_stolen_one,
    a_logout_takes_the_cookies_from_the_browser,
}
