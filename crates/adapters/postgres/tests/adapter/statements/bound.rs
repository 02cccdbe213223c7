//! Which tables of tenants a statement names without their organization.

use std::{collections::BTreeSet, ops::ControlFlow};

use sqlparser::{
    ast::{
        Assignment, AssignmentTarget, BinaryOperator, Expr, FromTable, Insert, JoinConstraint,
        JoinOperator, ObjectName, OnConflictAction, OnInsert, Select, Statement, TableFactor,
        TableObject, TableWithJoins, UpdateTableFromKind, Visit, Visitor,
    },
    dialect::PostgreSqlDialect,
    parser::Parser,
};

/// The column of the tenant.
const KEY: &str = "organization_id";

/// What is wrong with a statement.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The tables of tenants that no organization bounds.
    pub unbound: BTreeSet<String>,
    /// Whether it moves rows to another organization.
    pub assigns_key: bool,
}

/// Checks each part of a statement by itself: the organization of each table must be compared with a
/// parameter or with a list, also by way of other tables of the same part.
pub fn check(sql: &str, tables: &BTreeSet<String>) -> Found {
    // The parser does not know these two locks, which say nothing of rows.
    let sql = sql.replace("FOR NO KEY UPDATE", "FOR UPDATE").replace("FOR KEY SHARE", "FOR SHARE");
    let parsed = Parser::parse_sql(&PostgreSqlDialect {}, &sql);
    let statements = parsed.unwrap_or_else(|error| panic!("{error}: {sql}"));
    let mut lint = Lint { tables, found: Found::default() };
    let _ = statements.visit(&mut lint);
    lint.found
}

struct Lint<'t> {
    tables: &'t BTreeSet<String>,
    found: Found,
}

impl Visitor for Lint<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.part(&select.from, select.selection.as_ref());
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
                self.part(&from, update.selection.as_ref());
                self.assigned(&update.assignments);
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                let using = delete.using.iter().flatten();
                let from: Vec<_> = from.iter().chain(using).cloned().collect();
                self.part(&from, delete.selection.as_ref());
            }
            Statement::Insert(insert) => self.inserted(insert),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Lint<'_> {
    fn part(&mut self, from: &[TableWithJoins], condition: Option<&Expr>) {
        let mut part = Part::default();
        from.iter().for_each(|table| part.tables(table, self.tables));
        condition.into_iter().for_each(|condition| part.condition(condition));
        self.found.unbound.extend(part.unbound());
    }

    fn inserted(&mut self, insert: &Insert) {
        if let TableObject::TableName(name) = &insert.table {
            let named = |column: &ObjectName| last(column) == KEY;
            if self.tables.contains(&last(name)) && !insert.columns.iter().any(named) {
                self.found.unbound.insert(last(name));
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

/// A `SELECT`, `UPDATE` or `DELETE` without its sub-selects.
#[derive(Default)]
struct Part {
    /// The tables of tenants: the name in this part, and the table.
    tenants: Vec<(String, String)>,
    /// Pairs whose keys are equal.
    equal: Vec<(String, String)>,
    /// Those whose key is compared with something else.
    bound: BTreeSet<String>,
}

impl Part {
    fn tables(&mut self, from: &TableWithJoins, tenants: &BTreeSet<String>) {
        self.table(&from.relation, tenants);
        for join in &from.joins {
            self.table(&join.relation, tenants);
            if let JoinOperator::Join(JoinConstraint::On(on))
            | JoinOperator::Inner(JoinConstraint::On(on))
            | JoinOperator::Left(JoinConstraint::On(on))
            | JoinOperator::LeftOuter(JoinConstraint::On(on)) = &join.join_operator
            {
                self.condition(on);
            }
        }
    }

    fn table(&mut self, table: &TableFactor, tenants: &BTreeSet<String>) {
        match table {
            TableFactor::Table { name, alias, args: None, .. } => {
                let table = last(name);
                let name = alias.as_ref().map_or(table.clone(), |alias| alias.name.value.clone());
                if tenants.contains(&table) || table == "organizations" {
                    self.tenants.push((name, table));
                }
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                self.tables(table_with_joins, tenants);
            }
            _ => {}
        }
    }

    /// Takes what must hold; what only may hold (`OR`) bounds nothing.
    fn condition(&mut self, condition: &Expr) {
        match condition {
            Expr::Nested(inner) => self.condition(inner),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                self.condition(left);
                self.condition(right);
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                let all = |side: &Expr| match side {
                    Expr::Tuple(columns) => columns.clone(),
                    one => vec![one.clone()],
                };
                for (left, right) in all(left).iter().zip(&all(right)) {
                    match (self.key(left), self.key(right)) {
                        (Some(left), Some(right)) => self.equal.push((left, right)),
                        (Some(key), None) | (None, Some(key)) => drop(self.bound.insert(key)),
                        (None, None) => {}
                    }
                }
            }
            Expr::In { expr, negated: false, .. }
            | Expr::AnyOp { left: expr, compare_op: BinaryOperator::Eq, .. } => {
                let columns = match &**expr {
                    Expr::Tuple(columns) => columns.clone(),
                    column => vec![column.clone()],
                };
                let keys: Vec<_> = columns.iter().filter_map(|column| self.key(column)).collect();
                self.bound.extend(keys);
            }
            _ => {}
        }
    }

    /// The table whose key this is.
    fn key(&self, column: &Expr) -> Option<String> {
        match column {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.key(inner),
            Expr::Identifier(column) if column.value == KEY => {
                self.tenants.first().map(|(name, _)| name.clone())
            }
            Expr::CompoundIdentifier(parts) => {
                let [table, column] = &parts[..] else { return None };
                let (name, table) = self.tenants.iter().find(|(name, _)| *name == table.value)?;
                let key = if table == "organizations" { "id" } else { KEY };
                (column.value == key).then(|| name.clone())
            }
            _ => None,
        }
    }

    fn unbound(mut self) -> impl Iterator<Item = String> {
        let mut before = usize::MAX;
        while before != self.bound.len() {
            before = self.bound.len();
            for (one, other) in &self.equal {
                if self.bound.contains(one) || self.bound.contains(other) {
                    self.bound.extend([one.clone(), other.clone()]);
                }
            }
        }
        let Self { tenants, bound, .. } = self;
        let of_tenants = tenants.into_iter().filter(|(_, table)| table != "organizations");
        of_tenants.filter(move |(name, _)| !bound.contains(name)).map(|(_, table)| table)
    }
}

/// The name without its schema.
fn last(name: &ObjectName) -> String {
    let part = name.0.last().and_then(|part| part.as_ident());
    part.map_or_else(String::new, |ident| ident.value.clone())
}
