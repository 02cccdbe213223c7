//! A search finds exact words, and in fuzzy mode similar ones.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::Description;
use plinth_ports::{ProjectFilter, Search};

use crate::{
    Stores,
    fixture::{name, project},
    harness::Tenant,
    walk::all,
};

/// Stores projects with these codes, names and descriptions.
async fn store(stores: &Stores, tenant: &Tenant, projects: &[(&str, &str, Option<&str>)]) {
    let written = stores.write(tenant, async |unit| {
        for (code, title, description) in projects {
            let mut project = project(code);
            project.name = name(title);
            project.description = description.map(|text| Description::parse(text.into()).unwrap());
            unit.projects().insert(&project).await?;
        }
        Ok(())
    });
    written.await.unwrap();
}

/// The codes of the projects that a search finds.
async fn found(stores: &Stores, tenant: &Tenant, text: &str, fuzzy: bool) -> Vec<String> {
    let search = Some(Search::new(text, fuzzy));
    let filter = ProjectFilter { search, ..ProjectFilter::default() };
    let mut view = stores.read_together(tenant).await;
    let page = view.projects().list(&filter, &all()).await.unwrap();
    let mut codes: Vec<_> =
        page.items.iter().map(|project| project.code.as_str().to_owned()).collect();
    codes.sort();
    codes
}

pub async fn code_name_and_description_are_searched_in_any_case(stores: &Stores) {
    let tenant = stores.tenant().await;
    let projects = [
        ("BR-17", "Harbour Crossing", Some("A Tunnel\nunder the river")),
        ("BR-18", "Town hall", None),
        ("TX-9", "TUNNEL", Some("north")),
    ];
    store(stores, &tenant, &projects).await;
    for fuzzy in [false, true] {
        for (text, codes) in [
            ("br-1", vec!["BR-17", "BR-18"]),
            ("crossing", vec!["BR-17"]),
            ("bour cross", vec!["BR-17"]),
            ("tunnel", vec!["BR-17", "TX-9"]),
            ("18 town", vec!["BR-18"]),
            ("zzz", vec![]),
        ] {
            assert_eq!(found(stores, &tenant, text, fuzzy).await, codes, "{text} {fuzzy}");
        }
    }
}

pub async fn wildcards_in_the_words_are_literal(stores: &Stores) {
    let tenant = stores.tenant().await;
    let projects = [
        ("P-1", "100% done", None),
        ("P-2", "100 done", None),
        ("P-3", "snake_case", None),
        ("P-4", "snakeXcase", None),
        ("P-5", r"back\slash", None),
        ("P-6", "it's \"quoted\" $1 [a-z]* ?", None),
    ];
    store(stores, &tenant, &projects).await;
    for (text, codes) in [
        ("%", vec!["P-1"]),
        ("100%", vec!["P-1"]),
        ("_", vec!["P-3"]),
        ("snake_case", vec!["P-3"]),
        ("\\", vec!["P-5"]),
        (r"k\s", vec!["P-5"]),
        (r"\%", vec![]),
        ("p_1", vec![]),
        ("it's \"quoted\" $1 [a-z]* ?", vec!["P-6"]),
    ] {
        assert_eq!(found(stores, &tenant, text, false).await, codes, "{text}");
    }
}

pub async fn a_word_with_a_typo_is_found_only_by_fuzzy_search(stores: &Stores) {
    let tenant = stores.tenant().await;
    let projects = [
        ("P-1", "Hamburg harbour crossing", None),
        ("P-2", "Old bridge", Some("by the tunnel")),
        ("P-3", "Museum", None),
    ];
    store(stores, &tenant, &projects).await;
    // The comments are the results of `word_similarity`; the threshold is 0.6.
    for (text, codes) in [
        ("harbor", vec!["P-1"]),  // 0.71
        ("crosing", vec!["P-1"]), // 0.70
        ("tunel", vec!["P-2"]),   // 0.63
        ("museun", vec!["P-3"]),  // 0.71
        ("harbur", vec![]),       // 0.57
        ("brigde", vec![]),       // 0.43
        ("hrabour", vec![]),      // 0.38
    ] {
        assert_eq!(found(stores, &tenant, text, true).await, codes, "{text}");
        assert!(found(stores, &tenant, text, false).await.is_empty(), "{text}");
    }
}

pub async fn letters_beyond_ascii_are_folded_too(stores: &Stores) {
    let tenant = stores.tenant().await;
    store(stores, &tenant, &[("P-1", "ÖSTLICHE Brücke", None)]).await;
    assert_eq!(found(stores, &tenant, "östliche", false).await, ["P-1"]);
    assert_eq!(found(stores, &tenant, "brücke", false).await, ["P-1"]);
}
