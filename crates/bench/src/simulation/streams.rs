//! Open event streams.

use std::{cell::Cell, net::SocketAddr, rc::Rc};

use tokio::task::spawn_local;

use super::tenants::Tenants;
use crate::{failure::Result, listener::Listener, random::Random};

/// Event streams that count what they hear.
#[derive(Debug)]
pub struct Streams {
    heard: Rc<Cell<u64>>,
    lost: Rc<Cell<u64>>,
}

impl Streams {
    /// Opens sockets of random organizations, of a large one more often.
    pub async fn open(server: SocketAddr, number: u16, tenants: &Tenants) -> Result<Self> {
        let streams = Self { heard: Rc::default(), lost: Rc::default() };
        let mut random = Random::of(0x57EA);
        for _ in 0..number {
            let (organization, _) = tenants.any(&mut random);
            let mut listener = Listener::open(server, &organization.token()).await?;
            let (heard, lost) = (Rc::clone(&streams.heard), Rc::clone(&streams.lost));
            spawn_local(async move {
                while listener.event().await.is_ok() {
                    heard.set(heard.get() + 1);
                }
                lost.set(lost.get() + 1);
            });
        }
        Ok(streams)
    }

    /// Events so far.
    pub fn heard(&self) -> u64 {
        self.heard.get()
    }

    /// Streams that have ended.
    pub fn lost(&self) -> u64 {
        self.lost.get()
    }
}
