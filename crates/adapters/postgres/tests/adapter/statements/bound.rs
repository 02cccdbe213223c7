//! Which tables of tenants a statement names without their organization.

use std::{collections::BTreeSet, ops::ControlFlow};

use sqlparser::{
    ast::{
        Assignment, AssignmentTarget, Expr, FromTable, Insert, ObjectName, OnConflictAction,
        OnInsert, Select, Statement, TableObject, TableWithJoins, UpdateTableFromKind, Visit,
        Visitor,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
};

use super::{
    part::{KEY, Part, last},
    plain,
    sources::Sources,
};

/// What is wrong with a statement.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The tables of tenants that no organization bounds, each with the text of its part: the verb,
    /// the tables and the condition.
    pub unbound: BTreeSet<(String, String)>,
    /// Whether it moves rows to another organization.
    pub assigns_key: bool,
}

/// Checks each part of a statement by itself: the organization of each table must be compared with a
/// parameter, with a list of them, or with a column that is bound itself.
pub fn check(sql: &str, tables: &BTreeSet<String>) -> Found {
    // The parser does not know these two locks, which say nothing of rows.
    let sql = sql.replace("FOR NO KEY UPDATE", "FOR UPDATE").replace("FOR KEY SHARE", "FOR SHARE");
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, &sql);
    let statements = parsed.unwrap_or_else(|error| panic!("{error}: {sql}"));
    let sources = Sources::of(&statements, tables);
    let mut lint = Lint { tables, sources, found: Found::default() };
    let _ = statements.visit(&mut lint);
    lint.found
}

struct Lint<'t> {
    tables: &'t BTreeSet<String>,
    sources: Sources,
    found: Found,
}

impl Visitor for Lint<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.part("SELECT", &select.from, select.selection.as_ref());
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Update(update) => {
                let mut from = vec![update.table.clone()];
                if let Some(
                    UpdateTableFromKind::BeforeSet(more) | UpdateTableFromKind::AfterSet(more),
                ) = &update.from
                {
                    from.extend(more.iter().cloned());
                }
                self.part("UPDATE", &from, update.selection.as_ref());
                self.assigned(&update.assignments);
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                let using = delete.using.iter().flatten();
                let from: Vec<_> = from.iter().chain(using).cloned().collect();
                self.part("DELETE", &from, delete.selection.as_ref());
            }
            Statement::Insert(insert) => self.inserted(insert),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Lint<'_> {
    fn part(&mut self, verb: &str, from: &[TableWithJoins], condition: Option<&Expr>) {
        let mut part = Part::new(from, &self.sources, self.tables);
        if let Some(condition) = condition {
            part.condition(condition);
        }
        let tables: Vec<_> = from.iter().map(ToString::to_string).collect();
        let condition = condition.map(|condition| format!(" WHERE {condition}"));
        let text = format!("{verb} FROM {}{}", tables.join(", "), condition.unwrap_or_default());
        self.found.unbound.extend(part.unbound().map(|table| (table, plain(&text))));
    }

    fn inserted(&mut self, insert: &Insert) {
        if let TableObject::TableName(name) = &insert.table {
            let named = |column: &ObjectName| last(column) == KEY;
            if self.tables.contains(&last(name)) && !insert.columns.iter().any(named) {
                let text = format!("INSERT INTO {}", last(name));
                self.found.unbound.insert((last(name), text));
            }
        }
        if let Some(OnInsert::OnConflict(conflict)) = &insert.on
            && let OnConflictAction::DoUpdate(update) = &conflict.action
        {
            self.assigned(&update.assignments);
        }
    }

    fn assigned(&mut self, assignments: &[Assignment]) {
        let is_key = |assignment: &Assignment| match &assignment.target {
            AssignmentTarget::ColumnName(column) => last(column) == KEY,
            AssignmentTarget::Tuple(columns) => columns.iter().any(|column| last(column) == KEY),
        };
        self.found.assigns_key |= assignments.iter().any(is_key);
    }
}
