use plinth_outgoing::{AddressRules, HostPort};
use plinth_settings::Settings;

use crate::{Error, Unsuitable};

/// Which servers may be called.
pub(crate) fn rules(settings: &Settings) -> Result<AddressRules, Error> {
    let allowed = settings.outgoing.allow.iter().map(|server| server.parse::<HostPort>());
    let allowed = allowed.collect::<Result<Vec<_>, _>>().map_err(|fault| {
        Error::Unsuitable(Unsuitable { setting: "outgoing.allow", source: fault.into() })
    })?;
    Ok(AddressRules::new(allowed))
}
