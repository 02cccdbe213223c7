use std::collections::BTreeSet;

use sqlparser::ast::{
    BinaryOperator, Expr, InTarget, JoinConstraint, JoinOperator, ObjectName, SelectItem, SetExpr,
    TableFactor, TableWithJoins,
};

use super::sources::{self, Sources};

/// The column of the tenant.
pub const KEY: &str = "organization_id";

/// The table of tenants whose rows are the organizations.
const ORGANIZATIONS: &str = "organizations";

/// The column that has the organization, in a table of tenants.
pub fn key_of(table: &str, tenants: &BTreeSet<String>) -> Option<&'static str> {
    match table {
        ORGANIZATIONS => Some("id"),
        table => tenants.contains(table).then_some(KEY),
    }
}

/// A `SELECT`, `UPDATE` or `DELETE` without its sub-selects.
pub struct Part<'s> {
    /// What is bound outside of this part.
    sources: &'s Sources,
    /// All tables, by their names in this part.
    names: Vec<String>,
    /// The tables of tenants: the name in this part, and the table.
    tenants: Vec<(String, String)>,
    /// Where the first one's organization is bound, the second one's is, too.
    implied: Vec<(String, String)>,
    /// Those whose key is compared with something that is bound.
    bound: BTreeSet<String>,
}

/// The tables whose rows a condition selects: all, or those that an outer join adds.
type Of<'o> = Option<&'o [(String, String)]>;

impl<'s> Part<'s> {
    pub fn new(from: &[TableWithJoins], sources: &'s Sources, tenants: &BTreeSet<String>) -> Self {
        let (names, tables) = (sources::names(from), Vec::new());
        let (implied, bound) = (Vec::new(), BTreeSet::new());
        let mut part = Self { sources, names, tenants: tables, implied, bound };
        for table in from {
            part.tables(table, tenants);
        }
        part
    }

    /// Takes the tables, and the conditions of their joins.
    fn tables(&mut self, from: &TableWithJoins, tenants: &BTreeSet<String>) {
        self.table(&from.relation, tenants);
        for join in &from.joins {
            let before = self.tenants.len();
            self.table(&join.relation, tenants);
            match &join.join_operator {
                JoinOperator::Join(JoinConstraint::On(on))
                | JoinOperator::Inner(JoinConstraint::On(on)) => self.condition(on),
                // It keeps rows of the tables before it for which it does not hold.
                JoinOperator::Left(JoinConstraint::On(on))
                | JoinOperator::LeftOuter(JoinConstraint::On(on)) => {
                    let joined = self.tenants[before..].to_vec();
                    self.select(on, Some(&joined));
                }
                _ => {}
            }
        }
    }

    fn table(&mut self, table: &TableFactor, tenants: &BTreeSet<String>) {
        match table {
            TableFactor::Table { name, alias, args: None, .. } => {
                let table = last(name);
                let name = alias.as_ref().map_or(table.clone(), |alias| alias.name.value.clone());
                if key_of(&table, tenants).is_some() {
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
    pub fn condition(&mut self, condition: &Expr) {
        self.select(condition, None);
    }

    fn select(&mut self, condition: &Expr, of: Of<'_>) {
        match condition {
            Expr::Nested(inner) => self.select(inner, of),
            Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
                self.select(left, of);
                self.select(right, of);
            }
            Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => {
                for (left, right) in columns(left).iter().zip(columns(right)) {
                    self.equal(left, right, of);
                    self.equal(right, left, of);
                }
            }
            Expr::In { expr, target: InTarget::List(list), negated: false, .. } => {
                for (place, column) in columns(expr).iter().enumerate() {
                    let value = |row: &Expr| columns(row).get(place).cloned();
                    let values: Option<Vec<_>> = list.iter().map(value).collect();
                    let is_bound = |value: &Expr| self.sources.has_value(value, &[]);
                    if values.is_some_and(|values| values.iter().all(is_bound)) {
                        self.bind(column, of);
                    }
                }
            }
            Expr::In { expr, target: InTarget::Subquery(query), negated: false, .. } => {
                let found = self.sources.columns(&query.body);
                for (column, (_, is_bound)) in columns(expr).iter().zip(found) {
                    if is_bound && !has_wildcard(&query.body) {
                        self.bind(column, of);
                    }
                }
            }
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. }
                if self.sources.has_value(right, &[]) =>
            {
                self.bind(left, of);
            }
            _ => {}
        }
    }

    /// Takes that a column has a value.
    fn equal(&mut self, column: &Expr, value: &Expr, of: Of<'_>) {
        let Some(key) = self.key(column) else { return };
        match self.key(value) {
            Some(other) if is_of(&key, of) => self.implied.push((other, key)),
            // A column of this part's tables of tenants that is not their key is no organization.
            None if self.sources.has_value(value, &self.names) => self.bind(column, of),
            Some(_) | None => {}
        }
    }

    fn bind(&mut self, column: &Expr, of: Of<'_>) {
        if let Some(key) = self.key(column).filter(|key| is_of(key, of)) {
            self.bound.insert(key);
        }
    }

    /// The table whose key this is.
    fn key(&self, column: &Expr) -> Option<String> {
        match column {
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.key(inner),
            Expr::Identifier(column) if column.value == KEY => {
                // The server refuses it where several tables have this column.
                let mut tenants = self.tenants.iter().filter(|(_, table)| table != ORGANIZATIONS);
                tenants.next().map(|(name, _)| name.clone())
            }
            Expr::CompoundIdentifier(parts) => {
                let [table, column] = &parts[..] else { return None };
                let (name, table) = self.tenants.iter().find(|(name, _)| *name == table.value)?;
                let key = if table == ORGANIZATIONS { "id" } else { KEY };
                (column.value == key).then(|| name.clone())
            }
            _ => None,
        }
    }

    /// The tables of tenants whose organization is compared with nothing that is bound.
    pub fn unbound(mut self) -> impl Iterator<Item = String> {
        let mut before = usize::MAX;
        while before != self.bound.len() {
            before = self.bound.len();
            for (one, other) in &self.implied {
                if self.bound.contains(one) {
                    self.bound.insert(other.clone());
                }
            }
        }
        let Self { tenants, bound, .. } = self;
        let of_tenants = tenants.into_iter().filter(|(_, table)| table != ORGANIZATIONS);
        of_tenants.filter(move |(name, _)| !bound.contains(name)).map(|(_, table)| table)
    }
}

/// The columns of a tuple, or the only one.
fn columns(side: &Expr) -> &[Expr] {
    match side {
        Expr::Tuple(columns) => columns,
        one => std::slice::from_ref(one),
    }
}

/// Whether the places of a query's columns are not those in its text.
fn has_wildcard(body: &SetExpr) -> bool {
    let is_wildcard = |item: &SelectItem| {
        matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..))
    };
    body.as_select().is_none_or(|select| select.projection.iter().any(is_wildcard))
}

fn is_of(key: &str, of: Of<'_>) -> bool {
    of.is_none_or(|tables| tables.iter().any(|(name, _)| name == key))
}

/// The name without its schema.
pub fn last(name: &ObjectName) -> String {
    let part = name.0.last().and_then(|part| part.as_ident());
    part.map_or_else(String::new, |ident| ident.value.clone())
}
