//! What operators read and write across organizations.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{
    Announcement, AnnouncementText, Job, JobState, OperatorName, OperatorReason, Organization,
    OrganizationStatus, Revision, Role, SupportAccess, SupportAccessDraft, SupportSession,
    SupportToken,
};
use plinth_ports::{NewestFirst, OperatorEntry, Page, Records};

use crate::{
    Stores,
    fixture::{at, document, id, job, name, named, organization, token, user},
    harness::Tenant,
    outcome::assert_stale,
};

fn operator() -> OperatorName {
    OperatorName::parse("anna").unwrap()
}

fn reason() -> OperatorReason {
    OperatorReason::parse("The import hangs").unwrap()
}

fn first(limit: u16) -> NewestFirst {
    NewestFirst { limit, after: None }
}

fn after<T>(page: &Page<T>, limit: u16) -> NewestFirst {
    NewestFirst { limit, after: page.next.clone() }
}

pub async fn organizations_are_listed_newest_first_with_what_they_have(stores: &Stores) {
    let called = |text: &str| Organization { name: name(text), ..organization() };
    let older = stores.founded(called("Straße Nord"), user()).await;
    let newer = stores.founded(called("STRASSE Süd, nord"), user()).await;
    stores.founded(called("Elsewhere"), user()).await;
    stores.member(&older, Role::Member).await;
    let file = document("a");
    let written = stores.write(&older, async |unit| {
        unit.documents().insert(&file).await?;
        unit.document_versions().insert(&file.current).await
    });
    written.await.unwrap();

    let mut unit = stores.across().await;
    let found = unit.list_organizations(Some("NORD"), &first(1)).await.unwrap();
    assert_eq!(found.items[0].organization, newer.organization);
    let rest = unit.list_organizations(Some("nord"), &after(&found, 9)).await.unwrap();
    assert_eq!((rest.items.len(), &rest.next), (1, &None));
    let figures = &rest.items[0];
    assert_eq!(figures.organization, older.organization);
    let counted = (figures.members, figures.documents, figures.storage_bytes);
    assert_eq!(counted, (2, 1, file.current.size_bytes));
    let read = unit.organization_figures(older.id()).await.unwrap();
    assert_eq!(read.as_ref(), Some(figures));
    assert_eq!(unit.organization_figures(id()).await.unwrap(), None);
    assert_eq!(unit.list_organizations(None, &first(200)).await.unwrap().items.len(), 3);
}

/// A dead job of an organization, created at this second.
async fn dead(stores: &Stores, tenant: &Tenant, second: i64) -> Job {
    let dead = Job {
        organization: tenant.id(),
        state: JobState::Dead,
        attempt: 5,
        error: Some("the provider is away".to_owned()),
        finished_at: Some(at(second + 1)),
        revision: Revision::first(at(second)),
        ..job("document.process")
    };
    stores.write(tenant, async |unit| unit.jobs().enqueue(&dead).await.map(drop)).await.unwrap();
    dead
}

pub async fn dead_jobs_of_all_organizations_are_listed_and_retried(stores: &Stores) {
    let (one, other) = (stores.tenant().await, stores.tenant().await);
    let waiting = Job { organization: one.id(), ..job("document.process") };
    let enqueued = stores.write(&one, async |unit| unit.jobs().enqueue(&waiting).await.map(drop));
    enqueued.await.unwrap();
    let oldest = dead(stores, &one, 1).await;
    let newer = dead(stores, &other, 2).await;
    let newest = dead(stores, &one, 3).await;

    let mut unit = stores.across().await;
    let page = unit.dead_jobs(None, &first(2)).await.unwrap();
    let ids: Vec<_> = page.items.iter().map(|job| job.id).collect();
    assert_eq!(ids, [newest.id, newer.id]);
    let found = &page.items[1];
    assert_eq!((found.organization, found.attempt), (other.id(), 5));
    assert_eq!(found.organization_name, other.organization.name.as_str());
    assert_eq!((&found.error, found.finished_at), (&newer.error, newer.finished_at));
    let rest = unit.dead_jobs(None, &after(&page, 2)).await.unwrap();
    assert_eq!((rest.items[0].id, rest.items.len()), (oldest.id, 1));
    let of_one = unit.dead_jobs(Some(other.id()), &first(9)).await.unwrap();
    assert_eq!(of_one.items, std::slice::from_ref(found));

    assert_eq!(unit.lock_job(other.id(), oldest.id).await.unwrap(), None);
    let before = unit.lock_job(one.id(), oldest.id).await.unwrap().unwrap();
    let after = before.retry(at(9)).unwrap();
    unit.update_job(&after).await.unwrap();
    assert_stale(unit.update_job(&after).await);
    unit.commit().await.unwrap();
    let mut view = stores.read(&one).await;
    let stored = view.jobs().find(oldest.id).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.attempt), (JobState::Queued, 0));
}

pub async fn no_certificate_is_there_before_an_organization_is_removed(stores: &Stores) {
    let page = stores.across().await.erasure_certificates(&first(9)).await.unwrap();
    assert_eq!((page.items, page.next), (Vec::new(), None));
}

pub async fn the_log_of_operators_is_listed_newest_first(stores: &Stores) {
    let entry = |second| OperatorEntry {
        id: id(),
        at: at(second),
        operator: operator(),
        action: "organization.suspended".to_owned(),
        organization: (second == 1).then(id),
        target: (second == 2).then(|| id::<Job>().uuid()),
        reason: (second == 1).then(|| "unpaid".to_owned()),
        request_id: format!("req-{second}"),
        address: Some("192.0.2.1".to_owned()),
    };
    let entries = [entry(1), entry(2), entry(3)];
    let mut unit = stores.across().await;
    for entry in &entries {
        unit.append_operator_entry(entry).await.unwrap();
    }
    unit.commit().await.unwrap();
    let mut unit = stores.across().await;
    let page = unit.operator_entries(&first(2)).await.unwrap();
    assert_eq!(page.items, [entries[2].clone(), entries[1].clone()]);
    let rest = unit.operator_entries(&after(&page, 2)).await.unwrap();
    assert_eq!((rest.items, rest.next), (vec![entries[0].clone()], None));
}

pub async fn an_announcement_is_shown_in_its_time_until_it_is_removed(stores: &Stores) {
    let text = |text| AnnouncementText::parse(text).unwrap();
    let announcement = |begins, ends| Announcement {
        id: id(),
        message_de: text("Wartung\nheute"),
        message_en: text("Maintenance"),
        starts_at: at(begins),
        ends_at: at(ends),
        operator: operator(),
        created_at: at(begins),
    };
    let (long, short) = (announcement(10, 100), announcement(20, 30));
    let mut unit = stores.across().await;
    for one in [&short, &long] {
        unit.insert_announcement(one).await.unwrap();
    }
    for (now, shown) in [
        (9, Vec::new()),
        (10, vec![long.clone()]),
        (29, vec![long.clone(), short.clone()]),
        (30, vec![long.clone()]),
        (100, Vec::new()),
    ] {
        assert_eq!(unit.current_announcements(at(now), 9).await.unwrap(), shown, "{now}");
    }
    assert_eq!(unit.current_announcements(at(29), 1).await.unwrap(), std::slice::from_ref(&long));
    let all = unit.announcements(&first(1)).await.unwrap();
    assert_eq!(all.items, std::slice::from_ref(&short));
    assert_eq!(
        unit.announcements(&after(&all, 1)).await.unwrap().items,
        std::slice::from_ref(&long)
    );
    assert!(unit.remove_announcement(short.id).await.unwrap());
    assert!(!unit.remove_announcement(short.id).await.unwrap());
    assert_eq!(unit.current_announcements(at(29), 9).await.unwrap(), [long]);
}

/// A consent of the organization, and a session by it with this token.
async fn session(stores: &Stores, tenant: &Tenant, hash: [u8; 32]) -> SupportSession {
    let draft = SupportAccessDraft { expires_at: at(86_400), read_only: false, reason: reason() };
    let consent = SupportAccess::grant(tenant.id(), draft, at(0));
    let mut unit = stores.across().await;
    if unit.find_support_access(tenant.id()).await.unwrap().is_none() {
        let write = stores
            .write(tenant, async |unit| Records::insert(unit.support_access(), &consent).await);
        // In memory, units of work run one after another.
        drop(unit);
        write.await.unwrap();
        unit = stores.across().await;
    }
    assert_eq!(unit.find_support_access(tenant.id()).await.unwrap(), Some(consent.clone()));
    let by = (operator(), reason());
    let session = SupportSession::open(id(), &consent, by, SupportToken(hash), at(0)).unwrap();
    unit.insert_support_session(&session).await.unwrap();
    unit.commit().await.unwrap();
    session
}

pub async fn a_support_session_is_found_by_its_token_while_its_organization_is_active(
    stores: &Stores,
) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let hash = token();
    let open = session(stores, &ours, hash).await;
    let mut unit = stores.across().await;
    let found = unit.find_support_session(&named(ours.id(), hash)).await.unwrap();
    assert_eq!(found, Some(open.clone()));
    for unknown in [named(theirs.id(), hash), named(ours.id(), token())] {
        assert_eq!(unit.find_support_session(&unknown).await.unwrap(), None);
    }
    let ended = open.clone().end(at(5));
    unit.update_support_session(&ended).await.unwrap();
    assert_stale(unit.update_support_session(&ended).await);
    assert_eq!(unit.lock_support_session(ours.id(), open.id).await.unwrap(), Some(ended.clone()));
    assert_eq!(unit.lock_support_session(theirs.id(), open.id).await.unwrap(), None);
    let found = unit.find_support_session(&named(ours.id(), hash)).await.unwrap();
    assert_eq!(found, Some(ended), "an ended one is found, too");
    let mut suspended = ours.organization.clone();
    suspended.status = OrganizationStatus::Suspended;
    suspended.revision = suspended.revision.next(at(6));
    unit.update_organization(&suspended).await.unwrap();
    assert_eq!(unit.find_support_session(&named(ours.id(), hash)).await.unwrap(), None);
}

pub async fn live_support_sessions_are_counted_for_one_organization(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let open = session(stores, &ours, token()).await;
    session(stores, &ours, token()).await;
    session(stores, &theirs, token()).await;
    let mut unit = stores.across().await;
    let count = async |unit: &mut dyn plinth_ports::SystemUnit, second| {
        unit.count_live_support_sessions(ours.id(), at(second)).await.unwrap()
    };
    assert_eq!(count(&mut *unit, 1).await, 2);
    unit.update_support_session(&open.clone().end(at(2))).await.unwrap();
    assert_eq!(count(&mut *unit, 2).await, 1);
    assert_eq!(count(&mut *unit, 3_600).await, 0);
}
