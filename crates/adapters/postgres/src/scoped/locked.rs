use plinth_ports::Result;

use super::ScopedTx;
use crate::{
    connection::{KeyUse, Statements as _},
    row::named,
};

impl ScopedTx {
    /// Locks the use of an idempotency key until the transaction ends. False when another
    /// transaction has locked it.
    pub async fn lock_key(&mut self, key: &KeyUse) -> Result<bool> {
        if let Some((_, held)) = self.locked.take().filter(|(locked, _)| **locked == *key) {
            return Ok(held);
        }
        match self.tx.row(key.lock_alone()).await? {
            Some(row) => named(&row, "held"),
            None => Ok(false),
        }
    }
}
