//! Keyset pagination.

use plinth_ports::{Direction, PageRequest, SortKey, SortValue};
use sea_orm::{
    EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::scoped::Scoped;

/// Selects one page of `rows` and one row more, ordered by `column` and then by `id`; by `id` alone
/// without a column. The position is compared as one (column, id), which an index on both columns
/// supports without a sort.
pub fn page<'t, E: EntityTrait, K: SortKey>(
    rows: Scoped<'t, E>,
    request: &PageRequest<K>,
    column: Option<E::Column>,
    id: E::Column,
) -> Scoped<'t, E> {
    let order = match request.sort.direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let table = |column| Expr::col((E::default(), column));
    let mut rows = rows.limit(request.fetch() as u64);
    if let Some(position) = &request.after {
        let (place, bound): (SimpleExpr, SimpleExpr) = match (column, value(&position.value)) {
            (Some(column), Some(value)) => (
                Expr::tuple([table(column), table(id)]),
                Expr::tuple([value, Expr::val(position.id)]),
            ),
            _ => (table(id), Expr::val(position.id)),
        };
        rows = rows.filter(match request.sort.direction {
            Direction::Ascending => place.gt(bound),
            Direction::Descending => place.lt(bound),
        });
    }
    if let Some(column) = column {
        rows = rows.order_by(column, order.clone());
    }
    rows.order_by(id, order)
}

fn value(value: &SortValue) -> Option<SimpleExpr> {
    match value {
        SortValue::Identity => None,
        SortValue::Time(time) => Some(Expr::val(*time)),
        SortValue::Text(text) => Some(Expr::val(text.as_str())),
    }
}
