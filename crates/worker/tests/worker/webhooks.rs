//! Ten thousand events, workers that are killed, and a receiver that is down half of the time.

use std::{
    collections::BTreeMap,
    fs::File,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use plinth_application::{
    Application, Caller, Expected,
    identity::Registration,
    projects::{CreateProject, UpdateProject},
    webhooks::{CreateWebhook, CreatedWebhook},
};
use plinth_domain::{
    Access, Email, EventPattern, JsonObject, Name, Password, ProjectChanges, ProjectCode,
    ProjectDraft, ProjectStatus, Schedule, WebhookDraft, WebhookHeaders, WebhookUrl,
};
use plinth_ports::Origin;
use plinth_settings::{Settings, Sources};
use plinth_testkit::{
    TestDatabase,
    provider::{Answer, FakeProvider, ReceivedRequest},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use standardwebhooks::Webhook;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// How long everything may take.
const TIMEOUT: Duration = Duration::from_mins(7);

const WEBHOOKS: usize = 4;
const PROJECTS: usize = 100;
const CHANGES: i64 = 25;

/// The events of one webhook; four of them get ten thousand.
const EVENTS: usize = PROJECTS * 25;

/// What a receiver has accepted, in the order of its answers: webhook, subject, number.
type Accepted = Arc<Mutex<Vec<(usize, String, i64)>>>;

/// What encrypts the secrets of webhooks.
const KEY: &str = "test:0707070707070707070707070707070707070707070707070707070707070707";

fn variables<'a>(database: &'a str, receiver: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("DATABASE_URL", database),
        ("PLINTH_SECRETS__KEYS", KEY),
        ("PLINTH_OUTGOING__ALLOW", receiver),
        ("PLINTH_WEBHOOKS__TIMEOUT_SECONDS", "2"),
        ("PLINTH_WEBHOOKS__RETRY_SECONDS", "1,2,3,4,5,6,7"),
        ("PLINTH_WEBHOOKS__LEASE_SECONDS", "2"),
    ]
}

fn start(folder: &TempDir, variables: &[(&str, &str)], number: usize) -> Child {
    let log = File::create(folder.path().join(format!("worker-{number}.log"))).unwrap();
    Command::new(env!("CARGO_BIN_EXE_plinth-worker"))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(variables.iter().copied())
        .spawn()
        .unwrap()
}

/// How many outages a message meets at most. On a slow machine a delivery would otherwise use up its eight
/// attempts.
const REFUSALS: u8 = 6;

/// A receiver that answers 503 for eight seconds of sixteen, and notes what it accepts.
async fn receiver(secrets: Arc<Mutex<Vec<String>>>) -> (FakeProvider, Accepted) {
    let (receiver, began) = (FakeProvider::start().await, Instant::now());
    let accepted = Accepted::default();
    let noted = Arc::clone(&accepted);
    let refusals = Mutex::new(BTreeMap::<String, u8>::new());
    receiver.answer_with(move |request| {
        if began.elapsed().as_secs() % 16 >= 8 {
            let message = format!("{} {}", request.path, request.header("webhook-id").unwrap());
            let mut refusals = refusals.lock().unwrap();
            let refused = refusals.entry(message).or_default();
            if *refused < REFUSALS {
                *refused += 1;
                return Answer::status(503);
            }
        }
        let webhook: usize = request.path.rsplit('/').next().unwrap().parse().unwrap();
        assert!(is_signed(request, &secrets.lock().unwrap()[webhook]), "a wrong signature");
        let body = request.json();
        let subject = body["subject"]["id"].as_str().unwrap().to_owned();
        noted.lock().unwrap().push((webhook, subject, body["number"].as_i64().unwrap()));
        Answer::status(200)
    });
    (receiver, accepted)
}

fn is_signed(request: &ReceivedRequest, secret: &str) -> bool {
    let header = |name| request.header(name).unwrap();
    let at = header("webhook-timestamp").parse().unwrap();
    let key = Webhook::new(secret).unwrap();
    let expected = key.sign(header("webhook-id"), at, &request.body).unwrap();
    header("webhook-signature") == expected
}

async fn owner(application: &Application) -> Caller {
    let name = || Name::parse("Harbour Works").unwrap();
    let registration = Registration {
        email: Email::parse("ada@example.com").unwrap(),
        password: Password::parse("correct horse battery".to_owned()).unwrap(),
        name: name(),
        organization: name(),
        slug: None,
    };
    let signed_in = application.register(&Origin::default(), registration).await.unwrap();
    let access = Access::of_member(&signed_in.membership);
    Caller { access, credential: [0; 32], origin: Origin::default() }
}

async fn webhook(application: &Application, owner: &Caller, url: String) -> String {
    let draft = WebhookDraft {
        url: WebhookUrl::parse(&url).unwrap(),
        description: None,
        events: vec![EventPattern::parse("project.*").unwrap()],
        enabled: true,
    };
    let command = CreateWebhook { draft, headers: WebhookHeaders::default() };
    let CreatedWebhook { secret, .. } = application.execute(owner, command).await.unwrap();
    secret.expose().to_owned()
}

/// Creates a project and changes it, so that there are 25 events about it.
async fn work(application: &Application, owner: &Caller, n: usize) {
    let draft = ProjectDraft {
        code: ProjectCode::parse(&format!("P-{n}")).unwrap(),
        name: Name::parse("Harbour").unwrap(),
        description: None,
        status: ProjectStatus::Active,
        schedule: Schedule::default(),
        metadata: JsonObject::default(),
    };
    let mut project = application.execute(owner, CreateProject { draft }).await.unwrap();
    for change in 1..CHANGES {
        let changes = ProjectChanges {
            name: Some(Name::parse(&format!("Project {n}, {change}")).unwrap()),
            ..Default::default()
        };
        let (id, expected) = (project.id, Expected::default());
        let command = UpdateProject { id, expected, changes, metadata: None };
        project = application.execute(owner, command).await.unwrap();
    }
}

async fn number(database: &str, sql: &str) -> i64 {
    let mut connection = PgConnection::connect(database).await.unwrap();
    let sql = AssertSqlSafe(sql.to_owned());
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_events_arrive_although_workers_are_killed_and_the_receiver_fails() {
    let (database, folder) = (TestDatabase::create().await, tempfile::tempdir().unwrap());
    let secrets = Arc::new(Mutex::new(Vec::new()));
    let (receiver, accepted) = receiver(Arc::clone(&secrets)).await;
    let host = receiver.host_port();
    let variables = variables(database.url(), &host);
    let sources = variables
        .iter()
        .fold(Sources::none(), |sources, (name, value)| sources.with_variable(*name, *value));
    let settings = Settings::load(&sources).unwrap();
    let plinth = plinth_bootstrap::assemble(&settings).await.unwrap();
    let stop = CancellationToken::new();
    let sequencer = tokio::spawn(plinth.run_sequencer(stop.clone()));
    let owner = owner(&plinth.application).await;
    for n in 0..WEBHOOKS {
        let secret = webhook(&plinth.application, &owner, format!("http://{host}/{n}")).await;
        secrets.lock().unwrap().push(secret);
    }
    let began = Instant::now();
    let projects = stream::iter(0..PROJECTS).map(|n| work(&plinth.application, &owner, n));
    let worked = projects.buffer_unordered(4).collect::<Vec<()>>();

    let sent = "SELECT count(*) FROM webhook_deliveries WHERE status = 'delivered'";
    let all = i64::try_from(WEBHOOKS * EVENTS).unwrap();
    let killing = async {
        let mut workers = [0, 1, 2].map(|n| start(&folder, &variables, n));
        let (mut kills, mut done) = (0, 0);
        while done < all {
            assert!(began.elapsed() < TIMEOUT, "{done} of {all} are delivered, {kills} kills");
            tokio::time::sleep(Duration::from_secs(3)).await;
            let next = &mut workers[kills % 3];
            next.kill().unwrap();
            next.wait().unwrap();
            kills += 1;
            *next = start(&folder, &variables, kills + 2);
            done = number(database.url(), sent).await;
            println!("{done} deliveries after {kills} kills");
        }
        for mut worker in workers {
            worker.kill().unwrap();
            worker.wait().unwrap();
        }
        kills
    };
    let (_, kills) = tokio::join!(worked, killing);
    println!("{all} deliveries in {:?}, {kills} kills", began.elapsed());
    stop.cancel();
    sequencer.await.unwrap();

    let accepted = std::mem::take(&mut *accepted.lock().unwrap());
    let mut order = BTreeMap::<(usize, &str), Vec<i64>>::new();
    for (webhook, subject, number) in &accepted {
        order.entry((*webhook, subject)).or_default().push(*number);
    }
    assert_eq!(order.len(), WEBHOOKS * PROJECTS);
    for numbers in order.values_mut() {
        assert!(numbers.is_sorted(), "of one subject, in order: {numbers:?}");
        numbers.dedup();
        assert_eq!(numbers.len(), 25, "each at least once");
    }
    println!("{} were accepted twice", accepted.len() - WEBHOOKS * EVENTS);
    // The log is complete: each delivery has as many attempts as it counts, the last one a success.
    let incomplete =
        "SELECT count(*) FROM webhook_deliveries d WHERE d.attempts <> (SELECT count(*)
        FROM webhook_attempts a WHERE a.organization_id = d.organization_id
        AND a.delivery_id = d.id) OR NOT EXISTS (SELECT FROM webhook_attempts a
        WHERE a.organization_id = d.organization_id AND a.delivery_id = d.id
        AND a.number = d.attempts AND a.status = 200)";
    assert_eq!(number(database.url(), incomplete).await, 0);
    let doubled = "SELECT count(*) - count(DISTINCT (webhook_id, message))
        FROM webhook_deliveries";
    assert_eq!(number(database.url(), doubled).await, 0);
    plinth.close().await;
    database.drop().await;
}
