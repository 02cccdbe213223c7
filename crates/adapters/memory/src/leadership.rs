use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use plinth_ports::{Lead, Leadership, Result};
use tokio::time::Instant;

/// The end of each lead, by its name, and the number of its holder.
type Leads = HashMap<&'static str, (u64, Instant)>;

/// Leadership among the clones of this value.
#[derive(Debug, Clone)]
pub struct MemoryLeadership {
    leads: Arc<Mutex<(u64, Leads)>>,
    lease: Duration,
}

impl MemoryLeadership {
    /// Leads last `lease` after their last renewal.
    #[must_use]
    pub fn lasting(lease: Duration) -> Self {
        Self { leads: Arc::default(), lease }
    }
}

impl Default for MemoryLeadership {
    fn default() -> Self {
        Self::lasting(Duration::from_secs(10))
    }
}

#[async_trait]
impl Leadership for MemoryLeadership {
    async fn try_lead(&self, name: &'static str) -> Result<Option<Box<dyn Lead>>> {
        let mut leads = locked(&self.leads);
        let now = Instant::now();
        if leads.1.get(name).is_some_and(|(_, until)| *until > now) {
            return Ok(None);
        }
        leads.0 += 1;
        let holder = leads.0;
        leads.1.insert(name, (holder, now + self.lease));
        drop(leads);
        Ok(Some(Box::new(Held { leadership: self.clone(), name, holder })))
    }
}

#[derive(Debug)]
struct Held {
    leadership: MemoryLeadership,
    name: &'static str,
    holder: u64,
}

#[async_trait]
impl Lead for Held {
    fn lease(&self) -> Duration {
        self.leadership.lease
    }

    async fn renew(&mut self) -> Result<bool> {
        let mut leads = locked(&self.leadership.leads);
        let Some((holder, until)) = leads.1.get_mut(self.name) else { return Ok(false) };
        let is_held = *holder == self.holder;
        if is_held {
            *until = Instant::now() + self.leadership.lease;
        }
        Ok(is_held)
    }

    async fn release(self: Box<Self>) -> Result<()> {
        let mut leads = locked(&self.leadership.leads);
        if leads.1.get(self.name).is_some_and(|(holder, _)| *holder == self.holder) {
            leads.1.remove(self.name);
        }
        Ok(())
    }
}

fn locked(leads: &Mutex<(u64, Leads)>) -> MutexGuard<'_, (u64, Leads)> {
    leads.lock().unwrap_or_else(PoisonError::into_inner)
}
