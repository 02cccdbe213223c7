use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use plinth_ports::{Lead, Leadership, Result};

type Names = Arc<Mutex<HashSet<&'static str>>>;

/// Leadership among the clones of this value. Inside one process it is never lost.
#[derive(Debug, Clone, Default)]
pub struct MemoryLeadership(Names);

#[async_trait]
impl Leadership for MemoryLeadership {
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>> {
        if !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name) {
            return Ok(None);
        }
        Ok(Some(Box::new(Held { names: Arc::clone(&self.0), name })))
    }
}

/// Releases the name when it is dropped.
#[derive(Debug)]
struct Held {
    names: Names,
    name: &'static str,
}

#[async_trait]
impl Lead for Held {
    async fn is_held(&mut self) -> bool {
        true
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.names.lock().unwrap_or_else(PoisonError::into_inner).remove(self.name);
    }
}
