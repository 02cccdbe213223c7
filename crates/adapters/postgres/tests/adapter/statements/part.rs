use std::collections::BTreeSet;

use sqlparser::ast::{
    BinaryOperator, Expr, JoinConstraint, JoinOperator, ObjectName, TableFactor, TableWithJoins,
};

/// The column of the tenant.
pub const KEY: &str = "organization_id";

/// A `SELECT`, `UPDATE` or `DELETE` without its sub-selects.
#[derive(Default)]
pub struct Part {
    /// The tables of tenants: the name in this part, and the table.
    tenants: Vec<(String, String)>,
    /// Pairs whose keys are equal.
    equal: Vec<(String, String)>,
    /// Those whose key is compared with something else.
    bound: BTreeSet<String>,
}

impl Part {
    /// Takes the tables, and the conditions of their joins.
    pub fn tables(&mut self, from: &TableWithJoins, tenants: &BTreeSet<String>) {
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
    pub fn condition(&mut self, condition: &Expr) {
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

    /// The tables of tenants whose organization is compared with nothing outside of this part.
    pub fn unbound(mut self) -> impl Iterator<Item = String> {
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
pub fn last(name: &ObjectName) -> String {
    let part = name.0.last().and_then(|part| part.as_ident());
    part.map_or_else(String::new, |ident| ident.value.clone())
}
