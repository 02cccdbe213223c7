//! Webhooks: what receivers get, also those that fail in every way.

use std::{collections::HashMap, time::Duration};

use chrono::TimeDelta;
use plinth_application::{WebhookPolicy, webhooks::EndedAttempt};
use plinth_domain::{Id, WebhookReply, WebhookTurn};
use plinth_ports::MailKind;
use plinth_testkit::provider::{Answer, FakeProvider, ReceivedRequest};
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use crate::support::{Client, Options, TestApp, records::RecordSample};

/// Longer than any delivery takes on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Makes an answer that is no success.
type Bad = Box<dyn Fn() -> Answer>;

/// A policy whose delays a test can wait for.
fn hasty() -> WebhookPolicy {
    WebhookPolicy {
        timeout: Duration::from_millis(700),
        retries: [
            Some(TimeDelta::milliseconds(20)),
            Some(TimeDelta::milliseconds(20)),
            None,
            None,
            None,
            None,
            None,
        ],
        ..WebhookPolicy::default()
    }
}

fn options() -> Options {
    Options { webhooks: hasty, ..Options::default() }
}

struct Scene {
    app: TestApp,
    receiver: FakeProvider,
    ada: Client,
}

impl Scene {
    async fn new(options: Options) -> Self {
        let receiver = FakeProvider::start().await;
        receiver.answer_with(|_| Answer::status(204));
        let port = receiver.host_port().rsplit_once(':').unwrap().1.parse().unwrap();
        let options = Options { providers: [port, 0, 0], ..options };
        let app = TestApp::postgres(options).await;
        let ada = app.owner("Ada").await;
        Self { app, receiver, ada }
    }

    fn url(&self) -> String {
        format!("http://{}/hook?k=1", self.receiver.host_port())
    }

    async fn webhook(&self, events: &[&str]) -> Value {
        let body = json!({"url": self.url(), "events": events});
        self.ada.post("/webhooks", body).await.expect(201).json()
    }

    /// Waits for the requests of this event.
    async fn received(&self, event: &str, count: usize) -> Vec<ReceivedRequest> {
        let of = |receiver: &FakeProvider| {
            let requests = receiver.requests().into_iter();
            requests.filter(|request| request.json()["type"] == event).collect::<Vec<_>>()
        };
        let came = self.receiver.wait_for(|receiver| of(receiver).len() >= count, TIMEOUT).await;
        assert!(came, "{} of {count} {event}", of(&self.receiver).len());
        of(&self.receiver)
    }

    /// Waits until all deliveries of a webhook have ended, and returns them, the oldest first.
    async fn ended(&self, webhook: &Value) -> Vec<Value> {
        let look = async {
            loop {
                let all = self.deliveries(webhook, "").await;
                if all.iter().all(|delivery| delivery["status"] != "pending") {
                    return all;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, look).await.expect("the deliveries end")
    }

    async fn deliveries(&self, webhook: &Value, query: &str) -> Vec<Value> {
        let id = webhook["id"].as_str().unwrap();
        self.ada.list(&format!("/webhooks/{id}/deliveries?sort=created_at{query}")).await
    }

    async fn log(&self, delivery: &Value) -> Vec<Value> {
        let path = format!("/webhook-deliveries/{}", delivery["id"].as_str().unwrap());
        self.ada.get(&path).await.expect(200).json()["log"].as_array().unwrap().clone()
    }

    async fn project(&self, name: &str) -> Value {
        self.ada.post("/projects", json!({"code": name, "name": name})).await.expect(201).json()
    }

    async fn act(&self, webhook: &Value, action: &str, body: Value) -> Value {
        let path = format!("/webhooks/{}/{action}", webhook["id"].as_str().unwrap());
        self.ada.post(&path, body).await.expect(202).json()
    }

    async fn patch(&self, webhook: &Value, body: Value) -> Value {
        let path = format!("/webhooks/{}", webhook["id"].as_str().unwrap());
        let version = self.ada.get(&path).await.expect(200).json()["version"].clone();
        self.ada.patch(&path, version.as_i64().unwrap(), body).await.expect(200).json()
    }
}

/// A new webhook, and a change to it.
#[expect(clippy::unused_async, reason = "a record that refers to others has to create them")]
pub async fn sample(_owner: &Client) -> RecordSample {
    RecordSample {
        path: "/webhooks",
        new: json!({"url": "https://example.com/hook", "events": ["project.*"]}),
        change: json!({"description": "Changed"}),
    }
}

/// What an operation on a webhook or a delivery needs.
pub async fn operation(operation: &str, owner: &Client) -> Option<(Value, Option<Value>)> {
    let is_delivery = match operation {
        "list_webhook_deliveries" | "rotate_webhook_secret" | "test_webhook" => false,
        "replay_webhook" => {
            let webhook = sample(owner).await.create(owner).await;
            return Some((webhook, Some(json!({"after": 0}))));
        }
        "list_event_types" => return Some((Value::Null, None)),
        "get_webhook_delivery" | "resend_webhook_delivery" => true,
        _ => return None,
    };
    let webhook = sample(owner).await.create(owner).await;
    let path = format!("/webhooks/{}/test", webhook["id"].as_str().unwrap());
    let delivery = owner.post(&path, json!({})).await.expect(202).json();
    if operation == "resend_webhook_delivery" {
        end(owner, &webhook).await;
    }
    Some((if is_delivery { delivery } else { webhook }, None))
}

/// Ends the deliveries of a webhook, as a worker does.
async fn end(owner: &Client, webhook: &Value) {
    let organization = Id::from_uuid(owner.organization.parse().unwrap());
    let application = owner.application.as_ref().unwrap();
    let turn = WebhookTurn { organization, webhook: id_of(webhook) };
    let due = application.due_deliveries(turn, Vec::new(), 10).await.unwrap().unwrap();
    let ended = due.into_iter().map(|due| EndedAttempt {
        delivery: due.delivery,
        took: Duration::from_millis(5),
        outcome: Ok(WebhookReply { status: 200, excerpt: String::new() }),
    });
    application.end_attempts(turn, ended.collect()).await.unwrap();
}

fn id_of<T>(record: &Value) -> Id<T> {
    Id::from_uuid(record["id"].as_str().unwrap().parse().unwrap())
}

/// Checks the signature as a receiver does, by the library of the specification.
fn verify(request: &ReceivedRequest, secret: &str) -> bool {
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: HashMap<_, _> =
        headers.iter().map(|name| (*name, request.header(name).unwrap().to_owned())).collect();
    let at: i64 = headers["webhook-timestamp"].parse().unwrap();
    let key = Webhook::new(secret).unwrap();
    let expected = key.sign(&headers["webhook-id"], at, &request.body).unwrap();
    headers["webhook-signature"].split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn an_event_is_sent_once_signed_with_what_the_event_stream_says() {
    let scene = Scene::new(options()).await;
    let webhook = scene.webhook(&["project.*"]).await;
    let secret = webhook["secret"].as_str().unwrap();
    let _sending = scene.app.sending();
    let project = scene.project("Harbour").await;
    scene
        .ada
        .post("/parties", json!({"kind": "company", "name": "Acme", "role": "customer"}))
        .await;

    let requests = scene.received("project.created", 1).await;
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert!(verify(request, secret));
    assert!(!verify(request, "whsec_b3RoZXI="));
    assert_eq!((&*request.method, &*request.path), ("POST", "/hook?k=1"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let events = scene.ada.get("/events?topics=projects").await.expect(200).json();
    let (event, body) = (&events["data"][0], request.json());
    for field in ["number", "id", "type", "actor", "subject", "data"] {
        assert_eq!(body[field], event[field], "{field}");
    }
    assert_eq!(body["timestamp"], event["at"]);
    assert_eq!(body["organization_id"], json!(scene.ada.organization));
    assert_eq!(request.header("webhook-id"), body["id"].as_str());
    assert_eq!(body["subject"]["id"], project["id"]);

    let deliveries = scene.ended(&webhook).await;
    assert_eq!(deliveries.len(), 1, "the party is none of its events: {deliveries:?}");
    assert_eq!(deliveries[0]["status"], "delivered");
    let log = scene.log(&deliveries[0]).await;
    assert_eq!((log.len(), &log[0]["status"]), (1, &json!(204)));
    scene.app.stop().await;
}

#[tokio::test]
async fn receivers_that_fail_in_every_way_are_tried_again_and_the_log_says_how() {
    let scene = Scene::new(options()).await;
    let webhook = scene.webhook(&["project.created"]).await;
    let endless =
        || Answer::json(200, "").until_close().endless(vec![b'x'; 65_536], Duration::ZERO);
    let canary = FakeProvider::start().await;
    let inside = format!("http://{}/", canary.host_port());
    // Each is answered twice badly, and then well.
    let cases: [(&str, Bad); 6] = [
        ("500", Box::new(|| Answer::json(500, "{\"error\": \"ouch\"}"))),
        ("302", Box::new(move || Answer::redirect(&inside))),
        ("no answer within", Box::new(Answer::never)),
        ("no answer", Box::new(|| Answer::raw("HTTP/1.1 ").cut())),
        ("no answer", Box::new(|| Answer::raw("nonsense\r\n\r\n"))),
        ("429", Box::new(|| Answer::body(429, "text/plain", vec![0xff; 5000]))),
    ];
    let _sending = scene.app.sending();
    for (what, bad) in cases {
        scene.receiver.script([bad(), bad()]);
        let test = scene.act(&webhook, "test", json!({})).await;
        let ended = scene.ended(&webhook).await;
        let delivery = ended.iter().find(|delivery| delivery["id"] == test["id"]).unwrap();
        let log = scene.log(delivery).await;
        let seen: Vec<String> = log
            .iter()
            .map(|attempt| match attempt["status"].as_u64() {
                Some(307) => "302".to_owned(),
                Some(status) => status.to_string(),
                None => attempt["error"].as_str().unwrap().to_owned(),
            })
            .collect();
        assert!(seen[0].starts_with(what) && seen[1].starts_with(what), "{what}: {seen:?}");
        assert_eq!(seen[2..], ["204"], "{what}");
        assert_eq!(delivery["attempts"], 3);
        for attempt in &log {
            assert!(attempt["answer"].as_str().is_none_or(|text| text.len() <= 1024));
        }
    }
    assert_eq!(canary.requests().len(), 0, "no redirect is followed");
    // The head decides, and a gigabyte is not read.
    scene.receiver.script([endless()]);
    let test = scene.act(&webhook, "test", json!({})).await;
    let ended = scene.ended(&webhook).await;
    let delivery = ended.iter().find(|delivery| delivery["id"] == test["id"]).unwrap();
    let log = scene.log(delivery).await;
    assert_eq!(log[0]["status"], 200);
    assert_eq!(log[0]["answer"].as_str().unwrap().len(), 1024);
    scene.app.stop().await;
}

#[tokio::test]
async fn after_the_last_attempt_a_delivery_has_failed_and_can_be_sent_again() {
    let scene = Scene::new(options()).await;
    let webhook = scene.webhook(&["project.created"]).await;
    scene.receiver.answer_with(|_| Answer::status(503));
    let _sending = scene.app.sending();
    scene.project("Harbour").await;
    scene.received("project.created", 3).await;
    let failed = scene.ended(&webhook).await.pop().unwrap();
    assert_eq!((&failed["status"], &failed["attempts"]), (&json!("failed"), &json!(3)));
    let state = scene.ada.get(&format!("/webhooks/{}", webhook["id"].as_str().unwrap())).await;
    assert!(state.expect(200).json()["failing_since"].is_string());

    scene.receiver.answer_with(|_| Answer::status(200));
    let path = format!("/webhook-deliveries/{}/resend", failed["id"].as_str().unwrap());
    let again = scene.ada.post(&path, json!({})).await.expect(202).json();
    assert_eq!(again["message_id"], failed["message_id"], "the receiver knows the event by its id");
    let all = scene.ended(&webhook).await;
    assert_eq!((all.len(), &all[1]["status"]), (2, &json!("delivered")));
    let requests = scene.received("project.created", 4).await;
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    let state = scene.ada.get(&format!("/webhooks/{}", webhook["id"].as_str().unwrap())).await;
    assert_eq!(state.expect(200).json()["failing_since"], Value::Null);
    scene.app.stop().await;
}

#[tokio::test]
async fn events_about_one_subject_keep_their_order_while_others_go_on() {
    let scene = Scene::new(options()).await;
    let webhook = scene.webhook(&["project.*"]).await;
    let (slow, quick) = (scene.project("Slow").await, scene.project("Quick").await);
    let path = |project: &Value| format!("/projects/{}", project["id"].as_str().unwrap());
    for version in 1..4 {
        for project in [&slow, &quick] {
            let body = json!({"name": format!("Version {version}")});
            scene.ada.patch(&path(project), version, body).await.expect(200);
        }
    }
    let held = slow["id"].as_str().unwrap().to_owned();
    let failures = std::sync::atomic::AtomicUsize::new(0);
    scene.receiver.answer_with(move |request| {
        let is_held = request.json()["subject"]["id"] == held.as_str();
        let earlier = || failures.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if is_held && earlier() < 2 { Answer::status(500) } else { Answer::status(200) }
    });
    let _sending = scene.app.sending();
    let all = scene.ended_all(&webhook, 8).await;
    assert!(all.iter().all(|delivery| delivery["status"] == "delivered"), "{all:?}");
    let numbers = |project: &Value| -> Vec<i64> {
        let requests = scene.receiver.requests().into_iter().map(|request| request.json());
        let of = requests.filter(|body| body["subject"]["id"] == project["id"]);
        of.map(|body| body["number"].as_i64().unwrap()).collect()
    };
    assert!(numbers(&quick).is_sorted());
    let slow = numbers(&slow);
    assert!(slow.is_sorted() && slow[0] == slow[1] && slow[1] == slow[2], "{slow:?}");
    scene.app.stop().await;
}

impl Scene {
    /// Waits until this many deliveries have ended.
    async fn ended_all(&self, webhook: &Value, count: usize) -> Vec<Value> {
        let look = async {
            loop {
                let all = self.ended(webhook).await;
                if all.len() >= count {
                    return all;
                }
            }
        };
        tokio::time::timeout(TIMEOUT, look).await.expect("the deliveries come")
    }
}

#[tokio::test]
async fn a_range_of_events_is_replayed_and_each_keeps_its_id() {
    let scene = Scene::new(options()).await;
    for n in 0..5 {
        scene.project(&format!("P-{n}")).await;
    }
    // Before the webhook is there, so that it gets them by the replay alone.
    let events = scene.ada.events("&topics=projects", 0, 5).await;
    let webhook = scene.webhook(&["project.created"]).await;
    let id = webhook["id"].as_str().unwrap();
    let last = events.last().unwrap()["number"].as_i64().unwrap();
    let body = json!({"after": 0, "until": last});
    let replayed = scene.act(&webhook, "replay", body.clone()).await;
    assert_eq!((&replayed["events"], &replayed["has_more"]), (&json!(5), &json!(false)));
    let _sending = scene.app.sending();
    let requests = scene.received("project.created", 5).await;
    scene.act(&webhook, "replay", body).await;
    let again = scene.received("project.created", 10).await;
    let ids = |requests: &[ReceivedRequest]| {
        let mut ids: Vec<_> =
            requests.iter().map(|r| r.header("webhook-id").unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&again[5..]), ids(&requests[..5]));
    let gone =
        scene.ada.post(&format!("/webhooks/{id}/replay"), json!({"after": last + 1000})).await;
    gone.refused(409, "events.resync_required");
    let bad =
        scene.ada.post(&format!("/webhooks/{id}/replay"), json!({"after": 5, "until": 5})).await;
    bad.refused(422, "body.invalid");
    scene.app.stop().await;
}

#[tokio::test]
async fn a_rotated_secret_signs_beside_the_new_one_for_a_day() {
    let scene = Scene::new(options()).await;
    let webhook = scene.webhook(&["project.created"]).await;
    let old = webhook["secret"].as_str().unwrap();
    let path = format!("/webhooks/{}/rotate-secret", webhook["id"].as_str().unwrap());
    let rotated = scene.ada.post_at(&path, 1).await.expect(200).json();
    let new = rotated["secret"].as_str().unwrap();
    let _sending = scene.app.sending();
    scene.project("First").await;
    let first = scene.received("project.created", 1).await;
    assert!(verify(&first[0], old) && verify(&first[0], new));
    scene.ended_all(&webhook, 1).await;
    scene.app.clock.advance(Duration::from_hours(25));
    let ada = scene.ada.login().await;
    ada.post("/projects", json!({"code": "S-2", "name": "Second"})).await.expect(201);
    let second = scene.received("project.created", 2).await;
    assert!(!verify(&second[1], old) && verify(&second[1], new));
    scene.app.stop().await;
}

#[tokio::test]
async fn a_webhook_whose_server_wants_no_more_is_paused_until_it_is_enabled_again() {
    let scene = Scene::new(Options { mails: true, ..options() }).await;
    let gone = scene.webhook(&["webhook.tested"]).await;
    scene.receiver.answer_with(|_| Answer::status(410));
    let _sending = scene.app.sending();
    scene.act(&gone, "test", json!({})).await;
    let mail = scene.app.mail_to(&scene.ada.email, MailKind::WebhookPaused).await;
    let said = |name: &str| mail.values.iter().find(|(n, _)| *n == name).unwrap().1.clone();
    assert_eq!(said("reason"), "gone");
    assert!(!said("url").contains("k=1"), "the query may be secret");
    let path = format!("/webhooks/{}", gone["id"].as_str().unwrap());
    let paused = scene.ada.get(&path).await.expect(200).json();
    assert_eq!((&paused["enabled"], &paused["paused"]), (&json!(false), &json!("gone")));
    assert_eq!(scene.ada.list("/audit-logs?action=webhook.paused").await.len(), 1);
    scene.ada.post(&format!("{path}/test"), json!({})).await.refused(409, "webhook.paused");

    scene.receiver.answer_with(|_| Answer::status(200));
    let enabled = scene.patch(&gone, json!({"enabled": true})).await;
    assert_eq!((&enabled["enabled"], &enabled["paused"]), (&json!(true), &Value::Null));
    scene.act(&gone, "test", json!({})).await;
    let all = scene.ended(&gone).await;
    assert_eq!(all.last().unwrap()["status"], "delivered");
    scene.app.stop().await;
}

#[tokio::test]
async fn a_webhook_without_any_success_for_days_is_paused_and_its_owner_gets_a_mail() {
    let webhooks = || WebhookPolicy { disable_after: TimeDelta::milliseconds(1), ..hasty() };
    let scene = Scene::new(Options { mails: true, webhooks, ..Options::default() }).await;
    let webhook = scene.webhook(&["project.created"]).await;
    scene.receiver.answer_with(|_| Answer::status(500));
    let _sending = scene.app.sending();
    scene.project("Harbour").await;
    let mail = scene.app.mail_to(&scene.ada.email, MailKind::WebhookPaused).await;
    assert!(mail.values.contains(&("reason", "failing".to_owned())));
    let path = format!("/webhooks/{}", webhook["id"].as_str().unwrap());
    let paused = scene.ada.get(&path).await.expect(200).json();
    assert_eq!((&paused["paused"], &paused["pending_deliveries"]), (&json!("failing"), &json!(1)));
    let known = scene.receiver.requests().len();
    scene.project("Port").await;
    scene.ada.events("&topics=projects", 0, 2).await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(scene.receiver.requests().len(), known, "it gets nothing");
    // What waited is sent, and what happened meanwhile is left to a replay.
    scene.receiver.answer_with(|_| Answer::status(200));
    scene.patch(&webhook, json!({"enabled": true})).await;
    let ended = scene.ended(&webhook).await;
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0]["status"], "delivered");
    scene.app.stop().await;
}

#[tokio::test]
async fn headers_are_sent_and_are_in_no_answer_and_go_to_no_other_address() {
    let scene = Scene::new(options()).await;
    let canary = "Bearer canary-0123456789";
    let body = json!({
        "url": scene.url(), "events": ["*"], "headers": {"Authorization": canary},
    });
    let webhook = scene.ada.post("/webhooks", body).await.expect(201).json();
    assert_eq!(webhook["header_names"], json!(["authorization"]));
    let _sending = scene.app.sending();
    scene.act(&webhook, "test", json!({})).await;
    let requests = scene.received("webhook.test", 1).await;
    assert_eq!(requests[0].header("authorization"), Some(canary));
    let path = format!("/webhooks/{}", webhook["id"].as_str().unwrap());
    let delivery = scene.ended(&webhook).await.pop().unwrap();
    let delivery = format!("/webhook-deliveries/{}", delivery["id"].as_str().unwrap());
    for page in [&*path, "/webhooks", "/audit-logs", "/events", "/jobs", &delivery] {
        let text = scene.ada.get(page).await.expect(200).text;
        let secret = &webhook["secret"].as_str().unwrap()["whsec_".len()..];
        assert!(!text.contains("canary") && !text.contains(secret), "{page}");
    }
    let other = json!({"url": scene.url().replace("k=1", "k=2")});
    let refused = scene.ada.patch(&path, 1, other.clone()).await;
    assert_eq!(refused.refused(422, "body.invalid").faults(), ["/headers webhook.headers_bound"]);
    let moved = json!({"url": other["url"], "headers": null});
    scene.ada.patch(&path, 1, moved).await.expect(200);
    scene.app.stop().await;
}

#[tokio::test]
async fn a_key_sends_no_events_anywhere_that_it_may_not_read() {
    let scene = Scene::new(options()).await;
    let permissions = ["webhook:create", "webhook:update", "webhook:read", "project:read"];
    let key = scene.ada.api_key(json!({"permissions": permissions})).await;
    let body = |events: &str| json!({"url": scene.url(), "events": [events]});
    for events in ["*", "invoice.*", "member.removed"] {
        key.post("/webhooks", body(events)).await.refused(403, "webhook.exceeds_caller");
    }
    let own = key.post("/webhooks", body("project.*")).await.expect(201).json();
    let path = |webhook: &Value| format!("/webhooks/{}", webhook["id"].as_str().unwrap());
    let all = scene.webhook(&["*"]).await;
    // What others have set up is not led elsewhere, either.
    let elsewhere = json!({"url": format!("{}2", scene.url())});
    let refused = key.patch(&path(&all), 1, elsewhere.clone()).await;
    refused.refused(403, "webhook.exceeds_caller");
    key.patch(&path(&own), 1, elsewhere).await.expect(200);
    // Nor is it read in the log.
    let body = json!({"email": "carol@example.com", "role": "viewer"});
    scene.ada.post("/invitations", body).await.expect(201);
    let _sending = scene.app.sending();
    scene.received("invitation.created", 1).await;
    let sent = scene.deliveries(&all, "&event=invitation.created").await;
    let delivery = format!("/webhook-deliveries/{}", sent[0]["id"].as_str().unwrap());
    key.get(&delivery).await.refused(403, "webhook.exceeds_caller");
    scene.ada.get(&delivery).await.expect(200);
    scene.app.stop().await;
}

#[tokio::test]
async fn a_webhook_that_cannot_be_is_refused_with_all_of_its_faults() {
    let scene = Scene::new(options()).await;
    let refused = async |body: Value| {
        let reply = scene.ada.post("/webhooks", body).await;
        reply.refused(422, "body.invalid").faults()
    };
    let url = scene.url();
    assert_eq!(
        refused(json!({
            "url": "a b", "events": ["*.created", "project.*", "project.*"],
            "headers": {"webhook-id": "1"},
        }))
        .await,
        [
            "/url webhook.url_malformed",
            "/events/0 webhook.event_malformed",
            "/headers/webhook-id webhook.header_malformed",
        ]
    );
    for (bad, fault) in [
        (json!({"url": "http://10.0.0.1/", "events": ["*"]}), "/url webhook.url_forbidden"),
        (json!({"url": "https://169.254.169.254/", "events": ["*"]}), "/url webhook.url_forbidden"),
        (json!({"url": "https://u:p@example.com/", "events": ["*"]}), "/url webhook.url_forbidden"),
        (json!({"url": "ftp://example.com/", "events": ["*"]}), "/url webhook.url_forbidden"),
        (json!({"url": url, "events": []}), "/events list.empty"),
        (json!({"url": url, "events": ["*", "*"]}), "/events/1 value.repeated"),
        (json!({"url": url, "events": ["ghost.*"]}), "/events/0 webhook.event_unknown"),
        (json!({"url": url, "events": ["project.gone"]}), "/events/0 webhook.event_unknown"),
    ] {
        assert_eq!(refused(bad.clone()).await, [fault], "{bad}");
    }
    for _ in 0..20 {
        scene.webhook(&["*"]).await;
    }
    let one_more = json!({"url": url, "events": ["*"]});
    scene.ada.post("/webhooks", one_more).await.refused(403, "webhook.exhausted");
    scene.app.stop().await;
}

#[tokio::test]
async fn every_event_of_the_catalogue_has_a_schema_that_its_events_fulfil() {
    let scene = Scene::new(options()).await;
    let webhook = scene.webhook(&["*"]).await;
    let types = scene.ada.get("/webhooks/events").await.expect(200).json();
    let types = types["data"].as_array().unwrap();
    let _sending = scene.app.sending();
    let project = scene.project("Harbour").await;
    let path = format!("/projects/{}", project["id"].as_str().unwrap());
    scene.ada.patch(&path, 1, json!({"name": "Port"})).await.expect(200);
    scene.received("project.updated", 1).await;
    scene.ended(&webhook).await;
    let mut checked = 0;
    for request in scene.receiver.requests() {
        let body = request.json();
        let known = types.iter().find(|known| known["name"] == body["type"]).unwrap();
        let schema = jsonschema::validator_for(&known["schema"]).unwrap();
        assert!(schema.is_valid(&body), "{body}");
        checked += 1;
    }
    assert!(checked >= 2);
    scene.app.stop().await;
}
