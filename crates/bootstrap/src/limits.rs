use std::time::Duration;

use plinth_ports::{Allowance, Quota};
use plinth_settings::RateLimits;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// The allowance of each quota in the settings.
pub(crate) fn of(limits: &RateLimits) -> impl Fn(Quota) -> Allowance {
    let allowance = |per_period: std::num::NonZeroU32, period, burst: std::num::NonZeroU32| {
        Allowance { per_period: per_period.get(), period, burst: burst.get() }
    };
    move |quota| match quota {
        Quota::Credential => {
            allowance(limits.credential_per_minute, MINUTE, limits.credential_burst)
        }
        Quota::Address => allowance(limits.address_per_minute, MINUTE, limits.address_burst),
        Quota::LoginFailures => allowance(
            limits.login_per_account_and_address_per_hour,
            HOUR,
            limits.login_account_and_address_burst,
        ),
        Quota::LoginAccount => {
            allowance(limits.login_per_account_per_hour, HOUR, limits.login_account_burst)
        }
        // Longer than a ticket is valid.
        Quota::Ticket => Allowance { per_period: 1, period: MINUTE * 2, burst: 1 },
        // A right key never counts, so nothing has to be set.
        Quota::OperatorKey => Allowance { per_period: 10, period: MINUTE, burst: 10 },
        Quota::LoginAddress => {
            allowance(limits.login_per_address_per_hour, HOUR, limits.login_address_burst)
        }
    }
}
