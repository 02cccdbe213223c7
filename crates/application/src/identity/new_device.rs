//! The notice of a login by a client that the account was not used by before.

use plinth_domain::{Organization, User, UserId};
use plinth_ports::{MailKind, Origin, SystemUnit};

use crate::{Application, Error, mail::Link};

impl Application {
    /// Whether a mail tells of a login by this client: none of the user's sessions, in any state, was
    /// opened by a client of its name from its address block. Asked before the new session is stored.
    pub(super) async fn is_new_device(
        &self,
        unit: &mut dyn SystemUnit,
        user: UserId,
        origin: &Origin,
    ) -> Result<bool, Error> {
        Ok(self.ports.mail.is_some() && !unit.knows_device(user, &origin.client()).await?)
    }

    /// Tells a user of a login by a new client.
    pub(super) async fn tell_new_device(
        &self,
        unit: &mut dyn SystemUnit,
        home: Option<&Organization>,
        user: &User,
        origin: &Origin,
    ) -> Result<(), Error> {
        let unknown = || "?".to_owned();
        let device = origin.device.as_ref().map_or_else(unknown, |name| name.as_str().to_owned());
        let address = origin.address.map_or_else(unknown, |address| address.to_string());
        let time = user.clock(unit.now());
        self.write_to(unit, home, user, MailKind::NewDevice, origin, |mail| {
            mail.saying("time", time)
                .saying("device", device)
                .saying("address", address)
                .leading_to(Link::Forgot)
        })
        .await
    }
}
