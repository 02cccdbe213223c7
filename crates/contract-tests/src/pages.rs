//! Every list shows each of its items exactly once, page by page, in every order.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{JsonObject, Project, Revision, Role, RoleRef};
use plinth_ports::{
    Direction, JournalFilter, MemberSort, OneOf, PAGE_BYTES, ProjectFilter, ProjectSort, Total,
};

use crate::{
    Stores,
    fixture::{at, entry, name, project},
    harness::Tenant,
    walk::{DIRECTIONS, assert_pages, first, walk},
};

/// Twenty-three projects, most of which share name and times with others.
async fn projects(stores: &Stores, tenant: &Tenant) -> Vec<Project> {
    let names = ["b", "B", "a", "ä", "z", "a b", "A"];
    let projects: Vec<Project> = (0..23)
        .map(|n: i64| {
            let mut project = project(&format!("P{}", n * 7 % 23));
            project.name = name(names[usize::try_from(n).unwrap() % names.len()]);
            project.revision.created_at = at(n % 3);
            project.revision.updated_at = at(10 + n % 5);
            project
        })
        .collect();
    let written = stores.write(tenant, async |unit| {
        for project in &projects {
            unit.projects().insert(project).await?;
        }
        Ok(())
    });
    written.await.unwrap();
    projects
}

pub async fn text_sorts_by_its_bytes(stores: &Stores) {
    let tenant = stores.tenant().await;
    projects(stores, &tenant).await;
    let request = first(ProjectSort::Name, Direction::Ascending, 200);
    let mut view = stores.read(&tenant).await;
    let page = view.projects().list(&ProjectFilter::default(), &request).await.unwrap();
    let mut names: Vec<_> = page.items.iter().map(|project| project.name.as_str()).collect();
    names.dedup();
    assert_eq!(names, ["A", "B", "a", "a b", "b", "z", "ä"]);
}

pub async fn writes_between_two_pages_do_not_move_other_items(stores: &Stores) {
    for direction in DIRECTIONS {
        let tenant = stores.tenant().await;
        let before = projects(stores, &tenant).await;
        let intruders = std::sync::atomic::AtomicI64::new(0);
        let list = async |request: &_| {
            let mut view = stores.read(&tenant).await;
            let page = view.projects().list(&ProjectFilter::default(), request).await.unwrap();
            // Inserts one item before all pages, one after them and one next to the last item
            // shown, and removes the last item shown.
            let n = intruders.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let write = stores.write(&tenant, async |unit| {
                for (place, seconds) in [("x", -9), ("y", 99), ("z", n % 3)] {
                    let mut intruder = project(&format!("{place}{n}"));
                    intruder.revision = Revision::first(at(seconds));
                    unit.projects().insert(&intruder).await?;
                }
                match page.items.last() {
                    Some(last) => unit.projects().remove(last).await,
                    None => Ok(()),
                }
            });
            write.await.unwrap();
            page
        };
        let shown = walk(first(ProjectSort::CreatedAt, direction, 3), list).await;
        for project in &before {
            let times = shown.iter().filter(|shown| shown.id == project.id).count();
            assert_eq!(times, 1, "{direction:?}: {}", project.code.as_str());
        }
    }
}

pub async fn a_filter_applies_to_every_page(stores: &Stores) {
    let tenant = stores.tenant().await;
    let all = projects(stores, &tenant).await;
    let filter = ProjectFilter {
        search: Some(plinth_ports::Search::new("p1", false)),
        ..ProjectFilter::default()
    };
    let list = async |request: &_| {
        stores.read_together(&tenant).await.projects().list(&filter, request).await.unwrap()
    };
    let expected = all.iter().filter(|project| project.code.as_str().starts_with("P1")).count();
    assert_eq!(expected, 11);
    assert_pages::<ProjectSort>(2, expected, list).await;
}

pub async fn a_unit_of_work_lists_what_it_has_written(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut unit = stores.begin(&tenant).await;
    unit.projects().insert(&project("P-1")).await.unwrap();
    let request = first(ProjectSort::Code, Direction::Ascending, 1);
    let page = unit.projects().list(&ProjectFilter::default(), &request).await.unwrap();
    assert_eq!((page.items.len(), page.next), (1, None));
}

pub async fn members_show_exactly_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    for n in 0..6 {
        let (user, membership) = stores.member(&tenant, Role::Member).await;
        assert_eq!(user.id, membership.user);
        let stranger = crate::fixture::user();
        let mut unit = stores.across().await;
        unit.insert_user(&stranger, Some(&crate::harness::password())).await.unwrap();
        unit.commit().await.unwrap();
        stores.admit(&tenant, &stranger, Role::Viewer, at(n % 2)).await;
    }
    let list = async |roles: OneOf<RoleRef>, request: &_| {
        stores.read(&tenant).await.members().list(&roles, request).await.unwrap()
    };
    assert_pages(4, 13, async |request: &_| list(OneOf::default(), request).await).await;
    assert_pages(4, 6, async |request: &_| {
        list(RoleRef::BuiltIn(Role::Viewer).into(), request).await
    })
    .await;
}

pub async fn members_are_narrowed_by_time_and_counted(stores: &Stores) {
    let tenant = stores.tenant().await;
    for n in 0..4 {
        let user = crate::fixture::user();
        let mut unit = stores.across().await;
        unit.insert_user(&user, Some(&crate::harness::password())).await.unwrap();
        unit.commit().await.unwrap();
        stores
            .admit(&tenant, &user, Role::ALL[3 + n % 2], at(100 + i64::try_from(n).unwrap()))
            .await;
    }
    for (roles, seconds, expected) in [
        (OneOf::default(), 101, 3),
        (OneOf::new(vec![Role::Member.into(), Role::Owner.into()]).unwrap(), 101, 1),
        (OneOf::default(), 104, 0),
    ] {
        let mut page = first(MemberSort::CreatedAt, Direction::Ascending, 1);
        page.times.created.from = Some(at(seconds));
        page.counted = true;
        let list = async |page: &_| {
            let mut view = stores.read_together(&tenant).await;
            let page = view.members().list(&roles, page).await.unwrap();
            assert_eq!(page.total, Some(Total { count: expected, exact: true }));
            page
        };
        assert_eq!(walk(page, list).await.len() as u64, expected, "{roles:?} {seconds}");
    }
}

pub async fn the_journal_shows_exactly_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let written = stores.write(&tenant, async |unit| {
        for n in 0..9 {
            unit.journal().append(&entry(at(n % 2), "project.created")).await?;
        }
        Ok(())
    });
    written.await.unwrap();
    let list = async |request: &_| {
        let mut view = stores.read(&tenant).await;
        view.journal().list(&JournalFilter::default(), request).await.unwrap()
    };
    assert_pages(4, 9, list).await;
}

pub async fn a_page_ends_at_its_size_and_the_next_begins_there(stores: &Stores) {
    let tenant = stores.tenant().await;
    let metadata = format!(r#"{{"a": "{}"}}"#, "x".repeat(16_000));
    let written = stores.write(&tenant, async |unit| {
        for n in 0..150 {
            let mut project = project(&format!("P{n}"));
            project.metadata = JsonObject::from_parsed(metadata.clone());
            unit.projects().insert(&project).await?;
        }
        Ok(())
    });
    written.await.unwrap();
    let list = async |request: &_| {
        let mut view = stores.read(&tenant).await;
        let page = view.projects().list(&ProjectFilter::default(), request).await.unwrap();
        let bytes = page.items.iter().map(|project| project.metadata.as_str().len()).sum::<usize>();
        assert!(bytes <= PAGE_BYTES && (page.next.is_none() || bytes > PAGE_BYTES / 2), "{bytes}");
        page
    };
    assert_pages::<ProjectSort>(200, 150, list).await;
}
