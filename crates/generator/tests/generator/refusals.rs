use std::fs;

use crate::{TENDER, copy::Copy, plan, root};

#[test]
fn what_cannot_become_a_record_is_refused_with_its_reason() {
    for (arguments, reason) in [
        ("Tender title:text", "is not in snake_case"),
        ("purchase-order title:text", "is not in snake_case"),
        ("match title:text", "is a keyword of Rust"),
        ("query title:text", "has a meaning in the generated code"),
        ("project title:text", "plinth_domain::Project exists already"),
        ("session title:text", "plinth_domain::Session exists already"),
        ("tender title", "say name:type"),
        ("tender title:string", "there is no type `string`; the types are text, longtext"),
        ("tender order:integer", "is a reserved word of SQL"),
        ("tender type:text", "is a keyword of Rust"),
        ("tender created_at:timestamp", "is what every record or list already has"),
        ("tender project_id:ref", "say project:ref"),
        ("tender customer:ref", "there is no record `customer` to refer to; there are"),
        ("tender title:text title:text", "is there twice"),
        ("tender value:money value_currency:text", "is there twice"),
        ("tender title:text:0", "a text has 1 to 10000 characters"),
        ("tender title:text:optional:fast", "`fast` is neither optional, unique nor search"),
        ("tender value:money:unique", "only text and email can be unique"),
        ("tender value:money:search", "only text and longtext can be searched"),
        ("tender search:text", "has a meaning in the generated code"),
        ("found_item title:text", "has a meaning in the generated code"),
        ("tender state:enum:one", "an enum has two values or more"),
        ("tender state:enum:one,one", "`one` is there twice"),
        ("tender settings:json", "is called metadata"),
        ("tender metadata:json", "needs a field besides its metadata"),
        ("tender pages:integer:7", "integer takes no argument `7`"),
        (
            "tender a_name_that_is_longer_than_a_constraint_can_be:text",
            "PostgreSQL would cut the name",
        ),
    ] {
        let error = plan(&root(), arguments).unwrap_err().to_string();
        assert!(error.contains(reason), "{arguments}: {error}");
    }
}

#[test]
fn punctuation_and_colons_say_the_same() {
    let colons = "tender code:text:32:unique note:longtext:optional state:enum:open,closed";
    let punctuation = "tender code:text(32)!unique note:longtext? state:enum(open|closed)";
    let plan = |arguments| plan(&root(), arguments).unwrap();
    assert_eq!(plan(colons).created(), plan(punctuation).created());
}

#[test]
fn where_one_line_has_no_place_nothing_is_written() {
    let copy = Copy::of(&root(), "refused");
    let list = copy.root().join("crates/rest/src/records.rs");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, text.replace("records! {", "parts! {")).unwrap();
    let before = copy.texts();
    let error = copy.generate(TENDER).unwrap_err();
    assert!(error.contains("found no list that begins with the line `records! {`"), "{error}");
    assert_eq!(copy.texts(), before);
}

#[test]
fn a_record_is_not_written_twice() {
    let copy = Copy::of(&root(), "twice");
    copy.generate(TENDER).unwrap();
    let before = copy.texts();
    let error = copy.generate(TENDER).unwrap_err();
    assert!(error.contains("exists already; nothing was written"), "{error}");
    assert_eq!(copy.texts(), before);
}
