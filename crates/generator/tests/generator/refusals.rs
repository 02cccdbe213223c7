use std::fs;

use crate::{CONTRACT, copy::Copy, plan, root};

#[test]
fn what_cannot_become_a_record_is_refused_with_its_reason() {
    for (arguments, reason) in [
        ("Contract title:text", "is not in snake_case"),
        ("purchase-order title:text", "is not in snake_case"),
        ("match title:text", "is a keyword of Rust"),
        ("query title:text", "has a meaning in the generated code"),
        ("project title:text", "plinth_domain::Project exists already"),
        ("session title:text", "plinth_domain::Session exists already"),
        ("contract title", "say name:type"),
        ("contract title:string", "there is no type `string`; the types are text, longtext"),
        ("contract order:integer", "is a reserved word of SQL"),
        ("contract type:text", "is a keyword of Rust"),
        ("contract created_at:timestamp", "is what every record or list already has"),
        ("contract project_id:ref", "say project:ref"),
        ("contract customer:ref", "there is no record `customer` to refer to; there are"),
        ("contract title:text title:text", "is there twice"),
        ("contract value:money value_currency:text", "is there twice"),
        ("contract title:text:0", "a text has 1 to 10000 characters"),
        ("contract title:text:optional:fast", "`fast` is neither optional, unique nor search"),
        ("contract value:money:unique", "only text and email can be unique"),
        ("contract value:money:search", "only text and longtext can be searched"),
        ("contract search:text", "has a meaning in the generated code"),
        ("found_item title:text", "has a meaning in the generated code"),
        ("contract state:enum:one", "an enum has two values or more"),
        ("contract state:enum:one,one", "`one` is there twice"),
        ("contract settings:json", "is called metadata"),
        ("contract metadata:json", "needs a field besides its metadata"),
        ("contract pages:integer:7", "integer takes no argument `7`"),
        (
            "contract a_name_that_is_longer_than_a_constraint_can_be:text",
            "PostgreSQL would cut the name",
        ),
    ] {
        let error = plan(&root(), arguments).unwrap_err().to_string();
        assert!(error.contains(reason), "{arguments}: {error}");
    }
}

#[test]
fn punctuation_and_colons_say_the_same() {
    let colons = "contract code:text:32:unique note:longtext:optional state:enum:open,closed";
    let punctuation = "contract code:text(32)!unique note:longtext? state:enum(open|closed)";
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
    let error = copy.generate(CONTRACT).unwrap_err();
    assert!(error.contains("found no list that begins with the line `records! {`"), "{error}");
    assert_eq!(copy.texts(), before);
}

#[test]
fn a_record_is_not_written_twice() {
    let copy = Copy::of(&root(), "twice");
    copy.generate(CONTRACT).unwrap();
    let before = copy.texts();
    let error = copy.generate(CONTRACT).unwrap_err();
    assert!(error.contains("exists already; nothing was written"), "{error}");
    assert_eq!(copy.texts(), before);
}
