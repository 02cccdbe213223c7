//! What the templates are filled with.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    field::{Field, Kind, database::Column},
    name::Name,
    record::Record,
};

/// A record as the templates see it.
#[derive(Debug, Serialize)]
pub(crate) struct Context {
    record: Name,
    plural: Name,
    /// `a` or `an`.
    article: &'static str,
    /// The migration step: `m0013_contracts`.
    step: String,
    fields: Vec<FieldContext>,
    /// The columns and constraints of the table, in SQL.
    constraints: Vec<String>,
    /// What the domain exports.
    exports: Vec<String>,
    imports: Imports,
}

/// Types of the domain that a file has to import for the fields.
#[derive(Debug, Serialize)]
struct Imports {
    /// For a file that names the types of all fields.
    fields: BTreeSet<String>,
    /// For a file that names the types of filters.
    filters: BTreeSet<String>,
    /// For a file that calls functions of the fields' types when it shows them.
    audit: BTreeSet<String>,
    /// For the fixture of the contract tests.
    fixture: BTreeSet<String>,
    /// For a file that reads rows.
    rows: BTreeSet<String>,
    /// For a file that parses bodies.
    bodies: BTreeSet<String>,
    /// Functions of `rest::values` that parse.
    values: BTreeSet<&'static str>,
}

/// A field as the templates see it.
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of a template")]
#[derive(Debug, Serialize)]
struct FieldContext {
    name: Name,
    kind: &'static str,
    optional: bool,
    unique: bool,
    sorted: bool,
    filtered: bool,
    searched: bool,
    /// Whether it is a name like any other.
    named: bool,
    /// Whether a patch is merged into it in the application, not in the domain.
    merged: bool,
    json: String,
    meaning: String,
    inner: String,
    entity_type: String,
    changes_type: String,
    is_copy: bool,
    /// Of an enum.
    values: Vec<Name>,
    /// The table that is referred to.
    target: Option<String>,
    /// Its path in the API.
    target_path: Option<String>,
    article: &'static str,
    /// Whether samples of the REST tests share its value unless told otherwise.
    flipped: bool,
    columns: Vec<Column>,
    load: String,
    condition: String,
    matches: String,
    body_type: String,
    body_inner: &'static str,
    body_schema: String,
    patch_schema: String,
    view_type: String,
    view_schema: String,
    view: String,
    audit: String,
    check: Option<String>,
    checked: String,
    check_patch: String,
    take: String,
    query_type: String,
    query_limits: String,
    domain_sample: String,
    contract_sample: String,
    contract_filter: String,
    json_sample: String,
    other_json_sample: String,
    refused_json_sample: Option<(String, &'static str)>,
}

impl Context {
    pub(crate) fn of(record: &Record, step: String) -> Self {
        let fields = &record.fields;
        Self {
            record: record.name.clone(),
            plural: record.plural.clone(),
            article: record.name.article(),
            step,
            exports: record.types(),
            imports: Imports::of(record),
            constraints: record.constraints(),
            fields: fields.iter().map(|field| FieldContext::of(field, &record.name)).collect(),
        }
    }
}

impl Imports {
    fn of(record: &Record) -> Self {
        let (fields, name) = (&record.fields, &record.name);
        let types = |wanted: &dyn Fn(&Field) -> bool| -> BTreeSet<String> {
            fields.iter().filter(|field| wanted(field)).flat_map(|f| f.imports(name)).collect()
        };
        let is_text = |f: &Field| matches!(f.kind, Kind::Text(_) | Kind::LongText | Kind::Email);
        Self {
            fields: types(&|_| true),
            filters: types(&|field| field.is_filtered_by()),
            audit: types(&|field| {
                field.optional && (is_text(field) || matches!(field.kind, Kind::Enum(_)))
            }),
            fixture: {
                let mut made = types(&|f| !f.is_named() && !matches!(f.kind, Kind::Ref(_)));
                if fields.iter().any(|field| field.kind == Kind::Money) {
                    made.insert("Currency".to_owned());
                }
                made
            },
            rows: types(&|field| matches!(field.kind, Kind::Money | Kind::Enum(_))),
            bodies: types(&|field| {
                is_text(field) || matches!(field.kind, Kind::Money | Kind::Enum(_))
            }),
            values: fields.iter().filter_map(Field::parsed_by).collect(),
        }
    }
}

impl FieldContext {
    fn of(field: &Field, record: &Name) -> Self {
        let (values, target) = match &field.kind {
            Kind::Enum(values) => (values.clone(), None),
            Kind::Ref(target) => (Vec::new(), Some(target.table.clone())),
            _ => (Vec::new(), None),
        };
        Self {
            name: field.name.clone(),
            kind: field.kind.name(),
            optional: field.optional,
            unique: field.unique,
            sorted: field.is_sorted_by(),
            filtered: field.is_filtered_by(),
            searched: field.searched,
            named: field.is_named(),
            merged: field.kind == Kind::Json,
            json: field.json_name(),
            meaning: field.meaning(record),
            inner: field.inner(record),
            entity_type: field.entity_type(record),
            changes_type: field.changes_type(record),
            is_copy: field.is_copy(),
            values,
            target_path: target.as_ref().map(|table| table.replace('_', "-")),
            target,
            article: field.name.article(),
            flipped: matches!(field.kind, Kind::Enum(_) | Kind::Bool),
            columns: field.columns(),
            load: field.load(),
            condition: field.condition(record),
            matches: field.matches(),
            body_type: field.body_type(),
            body_inner: field.body_inner(),
            body_schema: field.body_schema(record),
            patch_schema: field.patch_schema(record),
            view_type: field.view_type(),
            view_schema: field.view_schema(record),
            view: field.view(record),
            audit: field.audit(record),
            check: field.check(),
            checked: field.checked(),
            check_patch: field.check_patch(),
            take: field.take(record),
            query_type: field.query_type(record),
            query_limits: field.query_limits(),
            domain_sample: field.domain_sample(record),
            contract_sample: field.contract_sample(record),
            contract_filter: field.contract_filter(record),
            json_sample: field.json_sample(),
            other_json_sample: field.other_json_sample(),
            refused_json_sample: field.refused_json_sample(),
        }
    }
}
