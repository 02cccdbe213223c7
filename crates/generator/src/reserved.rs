//! Words that no record and no field can be called.

/// Keywords of Rust, edition 2024, strict and reserved.
const RUST: &str = "abstract as async await become box break const continue crate do dyn else \
    enum extern false final fn for gen if impl in let loop macro match mod move mut override priv \
    pub ref return self static struct super trait true try type typeof union unsafe unsized use \
    virtual where while yield";

/// Reserved key words of PostgreSQL 18 (appendix C of its manual).
const SQL: &str = "all analyse analyze and any array as asc asymmetric authorization binary both \
    case cast check collate collation column concurrently constraint create cross current_catalog \
    current_date current_role current_schema current_time current_timestamp current_user default \
    deferrable desc distinct do else end except false fetch for foreign freeze from full grant \
    group having ilike in initially inner intersect into is isnull join lateral leading left like \
    limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps \
    placing primary references returning right select session_user similar some symmetric \
    system_user table tablesample then to trailing true union unique user using variadic verbose \
    when where window with";

/// What every record has, and what every list takes as a parameter.
const COMMON: &str =
    "id organization organization_id version revision created_at updated_at limit cursor sort q";

/// Variables and functions of the generated code that a field would hide.
const FIELD: &str = "at day f faults folded identity known moment n object owner \
    picks search";

/// Types, modules and variables of the generated code that a record would hide.
const RECORD: &str = "action api_error app application authenticated body caller change column \
    command condition constraint context create crud date_time document entity error expected \
    fault faults field filter fixture form found get http_request http_response if_match invalid \
    json known list list_query list_view merge model naive_date names option owner page path_id \
    prepared query record reference remove request resource result revision row search \
    service_config     some sort sort_value sql stored string tenancy text unique update utc uuid value vec version \
    view world";

/// What a name is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// A record.
    Record,
    /// A table, a path, a topic.
    Plural,
    /// A field.
    Field,
}

/// Why `word` cannot be used, if it cannot.
pub(crate) fn reason(word: &str, purpose: Use) -> Option<&'static str> {
    let within = |list: &str| list.split_whitespace().any(|reserved| reserved == word);
    let hides = match purpose {
        // The parents of searched tables are called so.
        Use::Plural if word.starts_with("found_") => true,
        Use::Record | Use::Plural => within(RECORD),
        Use::Field => within(FIELD),
    };
    if within(RUST) {
        Some("is a keyword of Rust")
    } else if within(SQL) && purpose != Use::Record {
        Some("is a reserved word of SQL")
    } else if within(COMMON) {
        Some("is what every record or list already has")
    } else if hides {
        Some("has a meaning in the generated code; choose a more exact word")
    } else {
        None
    }
}
