//! The daily digests of notifications, and what is kept no longer.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use plinth_application::{
    Caller, Expected,
    comments::CreateComment,
    notifications::{ListNotifications, ReadAllNotifications, UpdateNotificationSettings},
    projects::CreateProject,
};
use plinth_domain::{
    Access, CommentBody, CommentDraft, CommentSubject, CommentSubjectKind, JobDraft, JobState,
    JsonObject, MailTiming, Mentions, Name, Notification, NotificationSettingsChanges, ProjectCode,
    ProjectDraft, ProjectStatus, Schedule, UserId,
};
use plinth_jobs::{
    DigestSender, ExecutionRetainer, Handlers, MailSender, NotificationDigests, OldExecutions,
    ScheduledJobs,
};
use plinth_ports::{
    Direction, JobFilter, JobSort, Mail, MailContent, MailDraft, MailKind, MailRenderer,
    MailTemplateError, Mailer, MailerError, NotificationFilter, NotificationSort, Origin,
    PageRequest, Sort, SortKey, Store,
};

use crate::support::{Fixture, Running};

/// Keeps what would be sent.
#[derive(Default)]
struct Outbox {
    drafts: Mutex<Vec<MailDraft>>,
    addresses: Mutex<Vec<String>>,
}

impl MailRenderer for Outbox {
    fn render(&self, draft: &MailDraft) -> Result<MailContent, MailTemplateError> {
        self.drafts.lock().unwrap().push(draft.clone());
        let text = String::new;
        Ok(MailContent { subject: text(), text: text(), html: text() })
    }
}

#[async_trait]
impl Mailer for Outbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        self.addresses.lock().unwrap().push(mail.to.as_str().to_owned());
        Ok(())
    }
}

/// Two members, of whom one comments and the other wants one mail a day.
struct Scene {
    fixture: Fixture,
    bob: Access,
    subject: CommentSubject,
    outbox: Arc<Outbox>,
}

impl Scene {
    async fn new() -> Self {
        let fixture = Fixture::with_mail().await;
        let bob = fixture.member("bob@example.com").await;
        choose(&fixture, bob, MailTiming::Daily).await;
        let draft = ProjectDraft {
            code: ProjectCode::parse("P-1").unwrap(),
            name: Name::parse("Harbour").unwrap(),
            description: None,
            status: ProjectStatus::Planned,
            schedule: Schedule::new(None, None).unwrap(),
            metadata: JsonObject::default(),
        };
        let project = CreateProject { draft };
        let project = fixture.application.execute(&fixture.caller(), project).await.unwrap();
        let subject = CommentSubject { kind: CommentSubjectKind::Project, id: project.id.uuid() };
        Self { fixture, bob, subject, outbox: Arc::default() }
    }

    fn user(&self) -> UserId {
        self.bob.principal().user().unwrap()
    }

    /// A comment that mentions the other member.
    async fn mention(&self) {
        self.comment(vec![self.user()]).await;
    }

    /// A comment that mentions these users.
    async fn comment(&self, users: Vec<UserId>) {
        let draft = CommentDraft {
            subject: self.subject,
            body: CommentBody::parse("Please look").unwrap(),
            mentions: Mentions::new(users).unwrap(),
        };
        let comment = CreateComment { draft };
        self.fixture.application.execute(&self.fixture.caller(), comment).await.unwrap();
    }

    /// The job of a day that ends now.
    async fn job(&self) -> JobDraft {
        let tick = NotificationDigests(self.fixture.application.clone());
        let jobs = tick.jobs(self.fixture.application.now()).await.unwrap();
        let [(organization, draft)] = &jobs[..] else { panic!("{jobs:?}") };
        assert_eq!(*organization, self.fixture.scope.organization());
        draft.clone()
    }

    fn worker(&self) -> Running {
        let mails = MailSender::new(self.outbox.clone(), self.outbox.clone());
        self.fixture.worker(Handlers::new().with(DigestSender).with(mails))
    }

    /// Runs a job to its end, and the mails that it causes.
    async fn run(&self, draft: JobDraft) {
        let job = self.fixture.enqueue(draft).await;
        self.fixture.until(job, JobState::Succeeded).await;
        if self.is_mailed().await {
            self.fixture.until_all_ended("mail.send").await;
        }
    }

    async fn is_mailed(&self) -> bool {
        let filter = JobFilter { kind: "mail.send".to_owned().into(), ..JobFilter::default() };
        let by = JobSort::ALL[0];
        let page = PageRequest::first(1, Sort { by, direction: Direction::Ascending });
        let mut view = self.fixture.store.read(self.fixture.scope).await.unwrap();
        !view.jobs().list(&filter, &page).await.unwrap().items.is_empty()
    }
}

/// Sets when mails tell of mentions.
async fn choose(fixture: &Fixture, member: Access, mention_mail: MailTiming) {
    let mention_mail = Some(mention_mail);
    let changes =
        NotificationSettingsChanges { mention_mail, ..NotificationSettingsChanges::default() };
    let settings = UpdateNotificationSettings { expected: Expected::ANY, changes };
    fixture.application.execute(&caller(member), settings).await.unwrap();
}

fn caller(access: Access) -> Caller {
    Caller { access, credential: [0; 32], origin: Origin::default() }
}

#[tokio::test]
async fn a_day_has_one_digest_of_what_is_unread_also_when_its_job_runs_again() {
    let scene = Scene::new().await;
    scene.mention().await;
    scene.mention().await;
    let (first, worker) = (scene.job().await, scene.worker());
    // Of the next day.
    scene.mention().await;
    scene.run(first.clone()).await;
    scene.run(first).await;
    assert_eq!(*scene.outbox.addresses.lock().unwrap(), ["bob@example.com"]);
    let draft = scene.outbox.drafts.lock().unwrap()[0].clone();
    assert_eq!(draft.kind, MailKind::NotificationDigest);
    assert!(draft.values.contains(&("mentions", "2".to_owned())), "{:?}", draft.values);
    assert!(draft.values.contains(&("replies", "0".to_owned())), "{:?}", draft.values);
    let link = "https://plinth.example/api/v1/notifications?unread=true";
    assert_eq!(draft.link.as_deref(), Some(link));
    scene.run(scene.job().await).await;
    assert_eq!(scene.outbox.drafts.lock().unwrap().len(), 2);
    worker.stop().await;
}

#[tokio::test]
async fn an_hour_has_twenty_mails_to_a_member_and_the_digest_has_the_rest() {
    let scene = Scene::new().await;
    choose(&scene.fixture, scene.bob, MailTiming::Immediately).await;
    for _ in 0..Notification::MAILS + 2 {
        scene.mention().await;
    }
    let worker = scene.worker();
    scene.fixture.until_all_ended("mail.send").await;
    let sent = |kind: MailKind| {
        let drafts = scene.outbox.drafts.lock().unwrap();
        drafts.iter().filter(|draft| draft.kind == kind).cloned().collect::<Vec<_>>()
    };
    assert_eq!(sent(MailKind::CommentMention).len(), Notification::MAILS as usize);
    scene.run(scene.job().await).await;
    let digests = sent(MailKind::NotificationDigest);
    assert!(digests[0].values.contains(&("mentions", "2".to_owned())), "{digests:?}");
    worker.stop().await;
}

#[tokio::test]
async fn a_digest_job_that_is_stopped_goes_on_with_the_users_who_are_left() {
    let scene = Scene::new().await;
    let mut users = vec![scene.user()];
    while users.len() < Mentions::MOST {
        let member = scene.fixture.member(&format!("m{}@example.com", users.len())).await;
        choose(&scene.fixture, member, MailTiming::Daily).await;
        users.push(member.principal().user().unwrap());
    }
    scene.comment(users.clone()).await;
    let draft = scene.job().await;
    let first = scene.worker();
    let job = scene.fixture.enqueue(draft).await;
    while !scene.is_mailed().await {
        tokio::task::yield_now().await;
    }
    first.stop().await;
    let second = scene.worker();
    scene.fixture.until(job, JobState::Succeeded).await;
    scene.fixture.until_all_ended("mail.send").await;
    second.stop().await;
    assert_eq!(scene.outbox.addresses.lock().unwrap().len(), users.len());
}

#[tokio::test]
async fn what_was_read_before_the_digest_is_in_no_mail() {
    let scene = Scene::new().await;
    scene.mention().await;
    let read = scene.fixture.application.execute(&caller(scene.bob), ReadAllNotifications).await;
    assert_eq!(read.unwrap(), 1);
    let worker = scene.worker();
    scene.run(scene.job().await).await;
    worker.stop().await;
    assert!(!scene.is_mailed().await);
}

#[tokio::test]
async fn the_nightly_job_removes_old_notifications_alone() {
    let scene = Scene::new().await;
    scene.mention().await;
    scene.mention().await;
    let sort = Sort { by: NotificationSort::ALL[0], direction: Direction::Ascending };
    let page = || PageRequest::first(9, sort);
    let mut unit = Store::begin(&scene.fixture.store, scene.fixture.scope).await.unwrap();
    let filter = NotificationFilter::default();
    let mut old = unit.notifications().list(&filter, &page()).await.unwrap().items.remove(0);
    let days = Notification::KEPT + chrono::TimeDelta::days(1);
    old.revision = old.revision.next(old.revision.updated_at);
    old.revision.created_at -= days;
    unit.notifications().update(&old).await.unwrap();
    unit.commit().await.unwrap();
    let tick = OldExecutions(scene.fixture.application.clone());
    let jobs = tick.jobs(scene.fixture.application.now()).await.unwrap();
    let worker = scene.fixture.worker(Handlers::new().with(ExecutionRetainer));
    let job = scene.fixture.enqueue(jobs[0].1.clone()).await;
    scene.fixture.until(job, JobState::Succeeded).await;
    worker.stop().await;
    let list = ListNotifications { unread: None, page: page() };
    let left = scene.fixture.application.query(&caller(scene.bob), list).await.unwrap().items;
    assert!(left.len() == 1 && left[0].id != old.id, "{left:?}");
}
