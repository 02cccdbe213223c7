//! Keyset pagination, once for every list.

use plinth_ports::{Direction, PageRequest, SortKey, SortValue};
use sea_orm::{
    EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::scoped::Scoped;

/// How a list's orders are spelled in SQL.
pub trait Listed: SortKey {
    /// The table that is listed.
    type Entity: EntityTrait;
    /// What ties are broken by: the row's identity.
    const ID: <Self::Entity as EntityTrait>::Column;
    /// The column to order by; `None` for the identity alone.
    fn column(self) -> Option<<Self::Entity as EntityTrait>::Column>;
}

/// Asks for one page and one row more: rows behind the position, compared as
/// one (column, id), which an index on the two answers without a search.
pub fn page<'t, K: Listed>(
    rows: Scoped<'t, K::Entity>,
    request: &PageRequest<K>,
) -> Scoped<'t, K::Entity> {
    let order = match request.sort.direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let table = |column| Expr::col((K::Entity::default(), column));
    let mut rows = rows.limit(request.fetch() as u64);
    let column = request.sort.by.column();
    if let Some(position) = &request.after {
        let (place, bound): (SimpleExpr, SimpleExpr) = match (column, value(&position.value)) {
            (Some(column), Some(value)) => (
                Expr::tuple([table(column), table(K::ID)]),
                Expr::tuple([value, Expr::val(position.id)]),
            ),
            _ => (table(K::ID), Expr::val(position.id)),
        };
        rows = rows.filter(match request.sort.direction {
            Direction::Ascending => place.gt(bound),
            Direction::Descending => place.lt(bound),
        });
    }
    if let Some(column) = column {
        rows = rows.order_by(column, order.clone());
    }
    rows.order_by(K::ID, order)
}

fn value(value: &SortValue) -> Option<SimpleExpr> {
    match value {
        SortValue::Identity => None,
        SortValue::Time(time) => Some(Expr::val(*time)),
        SortValue::Text(text) => Some(Expr::val(text.as_str())),
    }
}
