//! The audit log keeps every entry as it was written.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{EntryId, JsonObject};
use plinth_ports::{
    Actor, Direction, JournalEntry, JournalFilter, JournalRecord, JournalSort, OneOf, Origin,
    Outcome, Subject, TimeRange, Total,
};

use crate::{
    Stores,
    fixture::{at, entry, id, id_of},
    harness::Tenant,
    walk::{all, first, walk},
};

async fn list(stores: &Stores, tenant: &Tenant, filter: &JournalFilter) -> Vec<JournalRecord> {
    stores.read(tenant).await.journal().list(filter, &all()).await.unwrap().items
}

pub async fn an_entry_is_read_as_it_was_written(stores: &Stores) {
    let tenant = stores.tenant().await;
    let json = |text: &str| Some(JsonObject::from_parsed(text.to_owned()));
    let actor = tenant.owner.id.uuid();
    let full = JournalEntry {
        actor: Actor::User(actor),
        subject: Subject { kind: "project", id: Some(id_of(at(1))) },
        project: Some(id_of(at(1))),
        before: json(r#"{"name": "Old"}"#),
        after: json(r#"{"name": "Neü"}"#),
        audit_only: true,
        origin: Origin {
            request_id: "req-42".to_owned(),
            trace_parent: Some(
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
            ),
            address: Some(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into()),
            device: None,
        },
        ..entry(at(1), "project.updated")
    };
    let write = stores.write(&tenant, async |unit| {
        unit.journal().append(&full).await?;
        unit.journal().append(&entry(at(2), "plinth.started")).await
    });
    write.await.unwrap();

    let lines = list(stores, &tenant, &JournalFilter::default()).await;
    let [line, bare] = &lines[..] else { panic!("not two lines: {lines:?}") };
    assert_eq!((line.id, line.at, line.actor_id), (full.id, full.at, Some(actor)));
    assert_eq!((&*line.actor_kind, &*line.action), ("user", "project.updated"));
    assert_eq!((&*line.subject_kind, line.subject_id), ("project", full.subject.id));
    assert_eq!((line.outcome, &*line.request_id), (Outcome::Succeeded, "req-42"));
    let address = full.origin.address.map(|address| address.to_string());
    assert_eq!((&line.address, line.project_id), (&address, full.project));
    assert_eq!((line.audit_only, &line.trace_parent), (true, &full.origin.trace_parent));
    let value = |json: &Option<JsonObject>| {
        serde_json::from_str::<serde_json::Value>(json.as_ref().unwrap().as_str()).unwrap()
    };
    assert_eq!(value(&line.before), value(&full.before));
    assert_eq!(value(&line.after), value(&full.after));
    assert_eq!((&*bare.actor_kind, bare.actor_id), ("system", None));
    assert_eq!((&bare.before, &bare.after, bare.subject_id), (&None, &None, None));
}

pub async fn the_newest_entry_can_come_first(stores: &Stores) {
    let tenant = stores.tenant().await;
    let write = stores.write(&tenant, async |unit| {
        for (second, action) in [(2, "third"), (0, "first"), (1, "second")] {
            unit.journal().append(&entry(at(second), action)).await?;
        }
        Ok(())
    });
    write.await.unwrap();
    let newest = first(JournalSort::CreatedAt, Direction::Descending, 2);
    let mut view = stores.read(&tenant).await;
    let page = view.journal().list(&JournalFilter::default(), &newest).await.unwrap();
    let actions: Vec<_> = page.items.iter().map(|line| &*line.action).collect();
    assert_eq!(actions, ["third", "second"]);
    assert!(page.next.is_some());
}

pub async fn filters_select_alone_and_several_select_what_all_of_them_match(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (person, machine, record) = (id_of(at(0)), id_of(at(0)), id_of(at(0)));
    let line = |second, action, actor, subject: (&'static str, _), outcome| JournalEntry {
        actor,
        subject: Subject { kind: subject.0, id: subject.1 },
        outcome,
        ..entry(at(second), action)
    };
    let (done, denied) = (Outcome::Succeeded, Outcome::Denied);
    let (by_person, by_machine) = (Actor::User(person), Actor::ApiKey(machine));
    let write = stores.write(&tenant, async |unit| {
        for entry in [
            line(0, "project.created", by_person, ("project", Some(record)), done),
            line(10, "project.updated", by_machine, ("project", Some(record)), done),
            line(20, "project.updated", by_person, ("project", None), denied),
            line(30, "session.created", by_person, ("session", None), Outcome::Failed),
        ] {
            unit.journal().append(&entry).await?;
        }
        Ok(())
    });
    write.await.unwrap();

    let any = JournalFilter::default;
    let updated = OneOf::from("project.updated".to_owned());
    let project = OneOf::from("project".to_owned());
    let either = OneOf::new(vec![denied, Outcome::Failed]).unwrap();
    for (filter, seconds) in [
        (any(), vec![0, 10, 20, 30]),
        (JournalFilter { action: updated.clone(), ..any() }, vec![10, 20]),
        (JournalFilter { actor_id: Some(person), ..any() }, vec![0, 20, 30]),
        (JournalFilter { actor_id: Some(machine), ..any() }, vec![10]),
        (JournalFilter { subject_kind: project.clone(), ..any() }, vec![0, 10, 20]),
        (JournalFilter { subject_id: Some(record), ..any() }, vec![0, 10]),
        (JournalFilter { outcome: denied.into(), ..any() }, vec![20]),
        (JournalFilter { outcome: Outcome::Failed.into(), ..any() }, vec![30]),
        (JournalFilter { outcome: either, ..any() }, vec![20, 30]),
        (JournalFilter { action: updated, outcome: done.into(), ..any() }, vec![10]),
        (JournalFilter { actor_id: Some(person), subject_kind: project, ..any() }, vec![0, 20]),
        (JournalFilter { action: "project.%".to_owned().into(), ..any() }, vec![]),
    ] {
        let expected: Vec<_> = seconds.into_iter().map(at).collect();
        let lines = list(stores, &tenant, &filter).await;
        let times: Vec<_> = lines.iter().map(|line| line.at).collect();
        assert_eq!(times, expected, "{filter:?}");
    }
}

pub async fn the_journal_is_narrowed_by_time_and_counted(stores: &Stores) {
    let (tenant, other) = (stores.tenant().await, stores.tenant().await);
    for tenant in [&tenant, &other] {
        let write = stores.write(tenant, async |unit| {
            for second in [0, 10, 20, 30] {
                unit.journal().append(&entry(at(second), "project.created")).await?;
            }
            Ok(())
        });
        write.await.unwrap();
    }
    for (from, until, expected) in [
        (None, None, vec![0, 10, 20, 30]),
        (Some(at(10)), None, vec![10, 20, 30]),
        (None, Some(at(10)), vec![0]),
        (Some(at(10)), Some(at(30)), vec![10, 20]),
        (Some(at(10)), Some(at(10)), vec![]),
    ] {
        let mut page = first(JournalSort::CreatedAt, Direction::Ascending, 1);
        (page.times.created, page.counted) = (TimeRange { from, until }, true);
        let total = Total { count: expected.len() as u64, exact: true };
        let lines = walk(page, async |page: &_| {
            let mut view = stores.read_together(&tenant).await;
            let page = view.journal().list(&JournalFilter::default(), page).await.unwrap();
            assert_eq!(page.total, Some(total));
            page
        });
        let times: Vec<_> = lines.await.iter().map(|line| line.at).collect();
        assert_eq!(times, expected.into_iter().map(at).collect::<Vec<_>>(), "{from:?} {until:?}");
    }
}

pub async fn an_entry_is_never_overwritten(stores: &Stores) {
    let tenant = stores.tenant().await;
    let written = entry(at(0), "project.created");
    stores.write(&tenant, async |unit| unit.journal().append(&written).await).await.unwrap();
    let forged = JournalEntry { id: written.id, ..entry(at(0), "project.removed") };
    let refused = stores.write(&tenant, async |unit| unit.journal().append(&forged).await).await;
    assert!(matches!(refused, Err(plinth_ports::StoreError::Conflict { .. })), "{refused:?}");
    let lines = list(stores, &tenant, &JournalFilter::default()).await;
    assert_eq!(lines.iter().map(|line| &*line.action).collect::<Vec<_>>(), ["project.created"]);
}

pub async fn a_system_unit_writes_into_the_organization_that_it_names(stores: &Stores) {
    let (ours, theirs) = (stores.tenant().await, stores.tenant().await);
    let failed = JournalEntry {
        id: EntryId::from_uuid(id_of(at(3))),
        actor: Actor::User(id::<plinth_domain::User>().uuid()),
        outcome: Outcome::Failed,
        audit_only: true,
        ..entry(at(3), "session.created")
    };
    let mut unit = stores.across().await;
    unit.append(ours.id(), &failed).await.unwrap();
    unit.commit().await.unwrap();
    let lines = list(stores, &ours, &JournalFilter::default()).await;
    assert_eq!(lines.iter().map(|line| line.id).collect::<Vec<_>>(), [failed.id]);
    assert!(list(stores, &theirs, &JournalFilter::default()).await.is_empty());
}
