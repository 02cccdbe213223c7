//! Which columns of a statement have a value that it was given, or the organization of a row: that
//! row's part of the statement is checked by itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Query, Select, SelectItem, SetExpr, Statement, TableAlias,
    TableFactor, TableObject, TableWithJoins, Value, Visit, Visitor,
};

use super::part::{key_of, last};

/// Those columns, by the name of their table, query or function in the statement. A name that
/// stands for several has the columns that all of them have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, BTreeSet<String>>);

impl Sources {
    pub fn of(statements: &[Statement], tenants: &BTreeSet<String>) -> Self {
        let mut known = Self::default();
        // A query may name one that comes later in the text.
        for _ in 0..4 {
            let mut pass = Pass { known: &known, tenants, found: Self::default() };
            for statement in statements {
                let _ = statement.visit(&mut pass);
            }
            known = pass.found;
        }
        known
    }

    fn has(&self, name: &str, column: &str) -> bool {
        self.0.get(name).is_some_and(|columns| columns.contains(column))
    }

    /// Whether the value of an expression is given, or one of those columns. `from` are the tables
    /// of names without a table.
    pub fn has_value(&self, expr: &Expr, from: &[String]) -> bool {
        match expr {
            Expr::Value(value) => matches!(value.value, Value::Placeholder(_)),
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => self.has_value(inner, from),
            Expr::Identifier(column) => from.iter().any(|name| self.has(name, &column.value)),
            Expr::CompoundIdentifier(parts) => match &parts[..] {
                [name, column] => self.has(&name.value, &column.value),
                _ => false,
            },
            _ => false,
        }
    }

    /// The columns of a query in their order, and whether each is one of those. Of `*` only those
    /// are there.
    pub fn columns(&self, body: &SetExpr) -> Vec<(String, bool)> {
        match body {
            SetExpr::Select(select) => {
                let Select { projection, from, .. } = &**select;
                self.items(projection, &names(from))
            }
            SetExpr::Query(query) => self.columns(&query.body),
            SetExpr::SetOperation { left, right, .. } => {
                let pairs = self.columns(left).into_iter().zip(self.columns(right));
                pairs.map(|((name, left), (_, right))| (name, left && right)).collect()
            }
            SetExpr::Insert(Statement::Insert(insert)) => {
                let TableObject::TableName(name) = &insert.table else { return Vec::new() };
                self.items(insert.returning.as_deref().unwrap_or_default(), &[last(name)])
            }
            SetExpr::Update(Statement::Update(update)) => {
                let from = names(std::slice::from_ref(&update.table));
                self.items(update.returning.as_deref().unwrap_or_default(), &from)
            }
            _ => Vec::new(),
        }
    }

    fn items(&self, items: &[SelectItem], from: &[String]) -> Vec<(String, bool)> {
        let mut columns = Vec::new();
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let name = match expr {
                        Expr::Identifier(column) => column.value.clone(),
                        Expr::CompoundIdentifier(parts) => parts[parts.len() - 1].value.clone(),
                        _ => String::new(),
                    };
                    columns.push((name, self.has_value(expr, from)));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    columns.push((alias.value.clone(), self.has_value(expr, from)));
                }
                SelectItem::Wildcard(_) => {
                    let all = from.iter().filter_map(|name| self.0.get(name)).flatten();
                    columns.extend(all.map(|column| (column.clone(), true)));
                }
                SelectItem::ExprWithAliases { .. } | SelectItem::QualifiedWildcard(..) => {}
            }
        }
        columns
    }
}

/// One reading of the statement, with what the reading before it has found.
struct Pass<'p> {
    known: &'p Sources,
    tenants: &'p BTreeSet<String>,
    found: Sources,
}

impl Visitor for Pass<'_> {
    type Break = ();

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        if let Statement::Insert(insert) = statement
            && let TableObject::TableName(name) = &insert.table
            && let Some(key) = key_of(&last(name), self.tenants)
        {
            self.add(&last(name), [key.to_owned()]);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let columns = self.known.columns(&cte.query.body);
            self.note(&cte.alias, columns);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<()> {
        match table {
            TableFactor::Table { name, alias, args: None, .. } => {
                let (name, alias) = (last(name), alias.as_ref().map(|alias| &alias.name.value));
                match (key_of(&name, self.tenants), alias) {
                    (Some(key), alias) => self.add(alias.unwrap_or(&name), [key.to_owned()]),
                    (None, Some(alias)) => {
                        let columns = self.known.0.get(&name).cloned().unwrap_or_default();
                        self.add(alias, columns);
                    }
                    (None, None) => {}
                }
            }
            TableFactor::Table { alias: Some(alias), args: Some(args), .. } => {
                self.function(alias, &args.args);
            }
            TableFactor::Function { alias: Some(alias), args, .. } => self.function(alias, args),
            TableFactor::UNNEST { alias: Some(alias), array_exprs, .. } => {
                self.given(alias, array_exprs.iter());
            }
            TableFactor::Derived { subquery, alias: Some(alias), .. } => {
                let columns = self.known.columns(&subquery.body);
                self.note(alias, columns);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Pass<'_> {
    fn add(&mut self, name: &str, columns: impl IntoIterator<Item = String>) {
        let columns: BTreeSet<_> = columns.into_iter().collect();
        let of_all = match self.found.0.get(name) {
            Some(others) => others & &columns,
            None => columns,
        };
        self.found.0.insert(name.to_owned(), of_all);
    }

    /// Adds the columns of a query, under the names that the alias gives them.
    fn note(&mut self, alias: &TableAlias, columns: Vec<(String, bool)>) {
        let names = alias.columns.iter().map(|column| Some(column.name.value.clone()));
        let named = columns.into_iter().zip(names.chain(std::iter::repeat(None)));
        let bound = named.filter(|((_, is_bound), _)| *is_bound);
        let bound: Vec<_> = bound.map(|((own, _), name)| name.unwrap_or(own)).collect();
        self.add(&alias.name.value, bound);
    }

    fn function(&mut self, alias: &TableAlias, args: &[FunctionArg]) {
        let exprs = args.iter().filter_map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        });
        let exprs: Vec<_> = exprs.collect();
        if exprs.len() == args.len() {
            self.given(alias, exprs.into_iter());
        }
    }

    /// Adds the columns of a function, if all of its arguments are given.
    fn given<'e>(&mut self, alias: &TableAlias, mut args: impl Iterator<Item = &'e Expr>) {
        if !args.all(|arg| self.known.has_value(arg, &[])) {
            return;
        }
        let name = &alias.name.value;
        let columns: Vec<_> =
            alias.columns.iter().map(|column| column.name.value.clone()).collect();
        self.add(name, if columns.is_empty() { vec![name.clone()] } else { columns });
    }
}

/// The names of the tables in this part.
pub fn names(from: &[TableWithJoins]) -> Vec<String> {
    let factors = from.iter().flat_map(|table| {
        std::iter::once(&table.relation).chain(table.joins.iter().map(|join| &join.relation))
    });
    let name = |factor: &TableFactor| match factor {
        TableFactor::Table { alias: Some(alias), .. }
        | TableFactor::Derived { alias: Some(alias), .. }
        | TableFactor::Function { alias: Some(alias), .. }
        | TableFactor::UNNEST { alias: Some(alias), .. } => Some(alias.name.value.clone()),
        TableFactor::Table { name, .. } => Some(last(name)),
        _ => None,
    };
    factors.filter_map(name).collect()
}
