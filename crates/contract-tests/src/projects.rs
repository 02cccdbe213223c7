//! Rules of projects only: metadata, codes, combined filters.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{JsonObject, ProjectCode, ProjectStatus};
use plinth_ports::{OneOf, ProjectFilter, records::projects::CODE_TAKEN};
use serde_json::Value;

use crate::{
    Stores,
    fixture::{at, project},
    outcome::assert_conflict,
    walk::all,
};

pub async fn metadata_is_read_as_equal_json(stores: &Stores) {
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
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    let twice = stores.write(&tenant, async |unit| unit.projects().insert(&second).await).await;
    assert_conflict(twice, CODE_TAKEN.0);

    stores.write(&tenant, async |unit| unit.projects().insert(&third).await).await.unwrap();
    third.code = ProjectCode::parse("P-1").unwrap();
    third.revision = third.revision.next(at(1));
    let renamed = stores.write(&tenant, async |unit| unit.projects().update(&third).await).await;
    assert_conflict(renamed, CODE_TAKEN.0);

    third.code = ProjectCode::parse("p-1").unwrap();
    let other_case = stores.write(&tenant, async |unit| unit.projects().update(&third).await).await;
    other_case.unwrap();
}

pub async fn a_code_can_be_used_again_once_its_project_is_removed(stores: &Stores) {
    let tenant = stores.tenant().await;
    let (first, second) = (project("P-1"), project("P-1"));
    stores.write(&tenant, async |unit| unit.projects().insert(&first).await).await.unwrap();
    let swapped = stores.write(&tenant, async |unit| {
        unit.projects().remove(&first).await?;
        unit.projects().insert(&second).await
    });
    swapped.await.unwrap();
}

pub async fn filters_select_alone_and_several_select_what_all_of_them_match(stores: &Stores) {
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
    let active = || OneOf::from(ProjectStatus::Active);
    let any = OneOf::default;
    let both = OneOf::new(vec![ProjectStatus::Archived, ProjectStatus::Active]).unwrap();
    let code = |code: &str| Some(code.to_owned());
    for (status, code, expected) in [
        (any(), None, vec!["A-1", "A-2", "B-1"]),
        (active(), None, vec!["A-1", "A-2"]),
        (both, None, vec!["A-1", "A-2", "B-1"]),
        (any(), code("B-1"), vec!["B-1"]),
        (active(), code("A-2"), vec!["A-2"]),
        (active(), code("B-1"), vec![]),
        (any(), code("a-1"), vec![]),
        (any(), code("A-%"), vec![]),
    ] {
        let filter = ProjectFilter { status, code, ..ProjectFilter::default() };
        let page = stores.read(&tenant).await.projects().list(&filter, &all()).await.unwrap();
        let codes: Vec<_> = page.items.iter().map(|project| project.code.as_str()).collect();
        assert_eq!(codes, expected, "{filter:?}");
    }
}
