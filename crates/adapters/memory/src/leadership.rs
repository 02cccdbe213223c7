use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use ports::{Lead, Leadership, Result};

/// Leadership among the tasks of one process. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct InProcessLeadership(Arc<Mutex<BTreeSet<String>>>);

impl InProcessLeadership {
    /// Nobody leads in anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Leadership for InProcessLeadership {
    async fn try_lead(&self, name: &str) -> Result<Option<Box<dyn Lead>>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.insert(name.to_owned()) {
            return Ok(None);
        }
        Ok(Some(Box::new(InProcessLead { all: Arc::clone(&self.0), name: name.to_owned() })))
    }
}

/// One name that is held.
struct InProcessLead {
    all: Arc<Mutex<BTreeSet<String>>>,
    name: String,
}

#[async_trait]
impl Lead for InProcessLead {
    async fn is_held(&mut self) -> bool {
        true
    }
}

impl Drop for InProcessLead {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}
