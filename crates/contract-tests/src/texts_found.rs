//! What people type is found in what files and names have, in any form of the same letters.
#![expect(missing_docs, reason = "each name says the rule that it protects")]

use plinth_domain::{Document, Project};
use plinth_ports::{
    Direction, DocumentFilter, DocumentSort, PageRequest, ProjectFilter, ProjectSort, Search,
};

use crate::{
    Stores,
    documents::{add, text},
    documents_found::{found, store},
    fixture::{at, document, name, project},
    walk::{first, walk},
};

/// A text of a file, what is found in it, and what is not.
const TEXTS: &[(&str, &[&str], &[&str])] = &[
    ("Beton/Stahl Neubau", &["Stahl", "beton neubau", "Beton/Stahl", "STAHL-BETON"], &["Sta"]),
    ("TGA.Heizung_EG;Lüftung", &["Heizung", "tga", "eg", "LÜFTUNG"], &["TGAHeizung"]),
    (
        "\u{201e}Grundriss\u{201c} \u{bb}Ansicht\u{ab}\u{2013}Nord\u{2026}Plan",
        &["Grundriss", "Ansicht", "Nord", "Plan", "\u{201e}Grundriss\u{201c}"],
        &["GrundrissAnsicht"],
    ),
    ("Au\u{fb02}age der Pro\u{fb01}le", &["Auflage", "Profile", "Pro\u{fb01}le"], &["Auage"]),
    ("Bru\u{308}ckenpru\u{308}fung", &["Brückenprüfung", "BRÜCKENPRÜFUNG"], &["Bruckenprufung"]),
    ("Brückenprüfung", &["Bru\u{308}ckenpru\u{308}fung"], &[]),
    ("ΕΡΓΟ ΑΘΗΝΑΣ İSTANBUL", &["ΑΘΗΝΑΣ", "αθηνας", "εργο αθηνας"], &["αθηνα", "έργο"]),
    ("ΕΡΓΟ ΑΘΗΝΑΣ İSTANBUL", &["istanbul", "ISTANBUL", "İstanbul", "ıstanbul"], &[]),
    ("Straße STRAẞE", &["STRASSE", "straße"], &[]),
    (
        "die Fundament-\nplatte und Rhein-\r\n  Main",
        &["Fundamentplatte", "Fundament", "platte", "Rhein", "Main", "Rhein-Main"],
        &["Fundamentplatteund"],
    ),
    ("funda\u{ad}ment Wand\u{ad}\nscheibe", &["Fundament", "Wandscheibe"], &[]),
    ("橋の基礎工事、第3章", &["基礎", "基", "基礎工事", "橋", "第3章"], &["礎基", "工礎"]),
    ("ｶﾞｰﾄﾞﾚｰﾙ Ｂｅｔｏｎ", &["ガードレール", "beton"], &[]),
    ("서울에서 짓다", &["서울"], &[]),
    ("สะพานกรุงเทพ", &["กรุงเทพ"], &[]),
    ("תוכנית שלום \u{202b}עולם\u{202c}", &["שלום", "עולם"], &["םולש"]),
    ("क्षेत्र योजना", &["क्षेत्र"], &[]),
    ("mail@example.com https://a.example/x-y 12-34 1.5e3 m²", &["example", "x y", "34", "m2"], &[]),
];

pub async fn what_people_type_is_found_in_what_files_have(stores: &Stores) {
    for (text, hits, misses) in TEXTS {
        let tenant = stores.tenant().await;
        store(stores, &tenant, &[("doc", text)]).await;
        for fuzzy in [true, false] {
            for query in *hits {
                assert_eq!(
                    found(stores, &tenant, query, fuzzy).await,
                    ["doc"],
                    "{query} in {text}"
                );
            }
            for query in *misses {
                assert!(found(stores, &tenant, query, fuzzy).await.is_empty(), "{query} in {text}");
            }
        }
    }
}

pub async fn what_people_type_is_found_in_names(stores: &Stores) {
    for (name, queries) in [
        ("Auﬂage Proﬁle", vec!["auflage", "PROFILE"]),
        ("Bru\u{308}cke Süd", vec!["Brücke", "brücke süd", "ÜCK"]),
        ("ΑΘΗΝΑΣ", vec!["αθηνας", "ΑΘΗΝΑΣ", "θη"]),
        ("İstanbul", vec!["ISTANBUL", "istanbul"]),
        ("Hauptstraße", vec!["STRASSE", "straße", "haupts"]),
        ("基礎工事", vec!["基礎", "工", "基礎工事"]),
        ("Мост через реку", vec!["мост", "МОСТ", "рек"]),
        ("B 3, Los 1", vec!["b 3", "3,", "1"]),
    ] {
        let tenant = stores.tenant().await;
        store(stores, &tenant, &[(name, "x"), ("other", "y")]).await;
        let name = plinth_domain::Name::parse(name).unwrap();
        for query in queries {
            for fuzzy in [true, false] {
                assert_eq!(found(stores, &tenant, query, fuzzy).await, [name.as_str()], "{query}");
            }
        }
    }
}

pub async fn a_query_without_anything_to_find_finds_nothing(stores: &Stores) {
    let tenant = stores.tenant().await;
    store(stores, &tenant, &[("Plan", "Beton Stahl")]).await;
    for query in
        ["\u{200b}", "\u{ad}", " ", "\0", "!!!", "-", "!beton", "beton:*x", "| stahl x", "a\0b"]
    {
        let hits = found(stores, &tenant, query, true).await;
        // What is an operator elsewhere is punctuation here.
        assert_eq!(hits.len(), usize::from(query == "!beton"), "{query:?}");
    }
}

pub async fn words_without_end_are_stored_and_found_by_their_beginnings(stores: &Stores) {
    let tenant = stores.tenant().await;
    let endless = "Ä".repeat(300_000);
    store(stores, &tenant, &[("doc", &format!("{endless} Ende"))]).await;
    for query in ["ende".to_owned(), "ä".repeat(100)] {
        assert_eq!(found(stores, &tenant, &query, true).await, ["doc"]);
    }
    assert!(found(stores, &tenant, &"ä".repeat(99), false).await.is_empty());
}

pub async fn what_is_in_more_rows_than_the_index_lists_is_found_page_by_page(stores: &Stores) {
    let tenant = stores.tenant().await;
    let projects: Vec<Project> = (0..1010)
        .map(|n| Project {
            name: name(&format!("Beton {n} {}", n % 2)),
            ..project(&format!("P-{n}"))
        })
        .collect();
    let written = stores.write(&tenant, async |unit| {
        for project in &projects {
            unit.projects().insert(project).await?;
        }
        Ok(())
    });
    written.await.unwrap();
    for (query, fuzzy, expected) in [
        ("beton", false, 1010),
        ("betonn", true, 1010),
        ("betonn", false, 0),
        ("BETON 1009 1", false, 1),
        ("zz", true, 0),
    ] {
        let search = Some(Search::new(query, fuzzy));
        let filter = ProjectFilter { search, ..ProjectFilter::default() };
        let fetch = async |page: &PageRequest<ProjectSort>| {
            stores.read_together(&tenant).await.projects().list(&filter, page).await.unwrap()
        };
        let listed = walk(first(ProjectSort::Name, Direction::Descending, 200), fetch).await;
        assert_eq!(listed.len(), expected, "{query}");
        assert!(listed.is_sorted_by(|a: &Project, b| a.name > b.name), "{query}");
    }
}

pub async fn names_and_texts_are_found_together_and_in_the_order_of_the_list(stores: &Stores) {
    let tenant = stores.tenant().await;
    let documents: Vec<Document> = (0..1010)
        .map(|n| {
            document(&if n % 500 == 0 { format!("Stahlbau {n}") } else { format!("Plan {n}") })
        })
        .collect();
    let written = stores.write(&tenant, async |unit| {
        for (n, document) in documents.iter().enumerate() {
            add(unit, document).await?;
            let content = text(if n % 300 == 1 { "Beton Stahlbau" } else { "Beton" });
            unit.document_contents().index(document.id, &content, at(1)).await?;
        }
        Ok(())
    });
    written.await.unwrap();
    // Few by name and few by text; few and many; many and none; too short for the index, and few.
    for (query, expected) in
        [("stahlbau", 3 + 4), ("beton", 1010), ("plan", 1007), ("stahlbau 5", 1), ("st", 3)]
    {
        let search = Some(Search::new(query, false));
        let filter = DocumentFilter { search, ..DocumentFilter::default() };
        let fetch = async |page: &PageRequest<DocumentSort>| {
            stores.read_together(&tenant).await.documents().list(&filter, page).await.unwrap()
        };
        let listed = walk(first(DocumentSort::Name, Direction::Ascending, 200), fetch).await;
        assert_eq!(listed.len(), expected, "{query}");
        assert!(listed.is_sorted_by(|a: &Document, b| a.name < b.name), "{query}");
    }
}
