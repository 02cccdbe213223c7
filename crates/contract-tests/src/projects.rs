//! Projects come back as they were stored, once for each code, and never over a younger revision.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{JsonObject, ProjectCode, ProjectStatus, Schedule};
use plinth_ports::ProjectFilter;
use serde_json::Value;

use crate::{
    Stores,
    fixture::{at, name, project},
    outcome::{assert_conflict, assert_stale},
    walk::all,
};

pub async fn a_project_comes_back_as_it_was_stored_to_the_microsecond(stores: &Stores) {
    let tenant = stores.tenant().await;
    let mut full = project("P-1/a.b_c");
    full.organization = tenant.id();
    full.revision.updated_at = at(7) + chrono::Duration::microseconds(1);
    let mut bare = project("P-2");
    bare.organization = tenant.id();
    bare.description = None;
    bare.schedule = Schedule::default();
    for project in [&full, &bare] {
        stores.write(&tenant, async |unit| unit.projects().insert(project).await).await.unwrap();
        let found = stores.read(&tenant).await.projects().find(project.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(project));
    }
}

pub async fn every_status_comes_back(stores: &Stores) {
    let tenant = stores.tenant().await;
    for status in ProjectStatus::ALL {
        let mut project = project(status.name());
        project.status = status;
        stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
        let found = stores.read(&tenant).await.projects().find(project.id).await.unwrap();
        assert_eq!(found.unwrap().status, status);
    }
}

pub async fn metadata_comes_back_equal_as_json(stores: &Stores) {
    let tenant = stores.tenant().await;
    let texts = [
        "{}",
        r#"{"b":1,"a":[true,null,{"deep":[[]]}],"":"empty name"}"#,
        r#"{"text":"Grüße \"quoted\" \\ / \u00e9 😀 \n","number":-12.75,"big":9007199254740993}"#,
    ];
    for (n, text) in texts.into_iter().enumerate() {
        let mut project = project(&format!("P-{n}"));
        project.metadata = JsonObject::from_parsed(text.to_owned());
        stores.write(&tenant, async |unit| unit.projects().insert(&project).await).await.unwrap();
        let found = stores.read(&tenant).await.projects().find(project.id).await.unwrap().unwrap();
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(json(found.metadata.as_str()), json(text));
    }
}

pub async fn a_code_is_used_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second, mut third) = (project("P-1"), project("P-1"), project("P-3"));
    let constraint = "projects_organization_id_code_key";
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    let twice = stores.write(&tenant, async |unit| unit.projects().insert(&second).await).await;
    assert_conflict(twice, constraint);

    stores.write(&tenant, async |unit| unit.projects().insert(&third).await).await.unwrap();
    third.code = ProjectCode::parse("P-1").unwrap();
    third.revision = third.revision.next(at(1));
    let renamed = stores.write(&tenant, async |unit| unit.projects().update(&third).await).await;
    assert_conflict(renamed, constraint);

    third.code = ProjectCode::parse("p-1").unwrap();
    let other_case = stores.write(&tenant, async |unit| unit.projects().update(&third).await).await;
    other_case.unwrap();
}

pub async fn a_code_is_free_again_once_its_project_is_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (project("P-1"), project("P-1"));
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    let swapped = stores.write(&tenant, async |unit| {
        unit.projects().remove(&first).await?;
        unit.projects().insert(&second).await
    });
    swapped.await.unwrap();
}

pub async fn an_identity_is_used_once(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, mut second) = (project("P-1"), project("P-2"));
    second.id = first.id;
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    let twice = stores.write(&tenant, async |unit| unit.projects().insert(&second).await).await;
    assert_conflict(twice, "projects_pkey");
}

pub async fn of_two_updates_of_one_version_the_second_is_stale(stores: &Stores) {
    let tenant = stores.tenant().await;
    let original = project("P-1");
    stores.write(&tenant, async |unit| unit.projects().insert(&original).await).await.unwrap();

    let (mut first, mut second) = (original.clone(), original.clone());
    first.name = name("First");
    first.revision = original.revision.next(at(1));
    second.name = name("Second");
    second.revision = original.revision.next(at(2));
    stores.write(&tenant, async |unit| unit.projects().update(&first).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.projects().update(&second).await).await);

    let kept = stores.read(&tenant).await.projects().find(original.id).await.unwrap().unwrap();
    assert_eq!((kept.name, kept.revision), (first.name, first.revision));
}

pub async fn an_update_changes_all_but_identity_and_time_of_making(stores: &Stores) {
    let tenant = stores.tenant().await;
    let original = project("P-1");
    stores.write(&tenant, async |unit| unit.projects().insert(&original).await).await.unwrap();
    let mut changed = project("P-2");
    changed.id = original.id;
    changed.organization = tenant.id();
    changed.name = name("Another");
    changed.description = None;
    changed.status = ProjectStatus::OnHold;
    changed.schedule = Schedule::default();
    changed.metadata = JsonObject::from_parsed("{}".to_owned());
    changed.revision = original.revision.next(at(60));
    stores.write(&tenant, async |unit| unit.projects().update(&changed).await).await.unwrap();
    let kept = stores.read(&tenant).await.projects().find(original.id).await.unwrap();
    assert_eq!(kept, Some(changed));
}

pub async fn only_the_revision_that_is_stored_is_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let old = project("P-1");
    let mut young = old.clone();
    young.revision = old.revision.next(at(1));
    stores.write(&tenant, async |unit| unit.projects().insert(&old).await).await.unwrap();
    stores.write(&tenant, async |unit| unit.projects().update(&young).await).await.unwrap();

    assert_stale(stores.write(&tenant, async |unit| unit.projects().remove(&old).await).await);
    stores.write(&tenant, async |unit| unit.projects().remove(&young).await).await.unwrap();
    assert_stale(stores.write(&tenant, async |unit| unit.projects().remove(&young).await).await);
    let mut next = young.clone();
    next.revision = young.revision.next(at(2));
    assert_stale(stores.write(&tenant, async |unit| unit.projects().update(&next).await).await);
    assert_eq!(stores.read(&tenant).await.projects().find(old.id).await.unwrap(), None);
}

pub async fn filters_show_what_they_name_and_together_what_all_of_them_name(stores: &Stores) {
    let tenant = stores.tenant().await;
    let write = stores.write(&tenant, async |unit| {
        for (code, status) in [
            ("A-1", ProjectStatus::Active),
            ("A-2", ProjectStatus::Active),
            ("B-1", ProjectStatus::Archived),
        ] {
            let mut project = project(code);
            project.status = status;
            unit.projects().insert(&project).await?;
        }
        Ok(())
    });
    write.await.unwrap();
    let active = Some(ProjectStatus::Active);
    let code = |code: &str| Some(code.to_owned());
    for (status, code, expected) in [
        (None, None, vec!["A-1", "A-2", "B-1"]),
        (active, None, vec!["A-1", "A-2"]),
        (None, code("B-1"), vec!["B-1"]),
        (active, code("A-2"), vec!["A-2"]),
        (active, code("B-1"), vec![]),
        (None, code("a-1"), vec![]),
        (None, code("A-%"), vec![]),
    ] {
        let filter = ProjectFilter { status, code, search: None };
        let page = stores.read(&tenant).await.projects().list(&filter, &all()).await.unwrap();
        let codes: Vec<_> = page.items.iter().map(|project| project.code.as_str()).collect();
        assert_eq!(codes, expected, "{filter:?}");
    }
}
