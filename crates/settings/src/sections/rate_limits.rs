use std::num::NonZeroU32;

use crate::{
    declaration::section,
    readers::{Flag, Number},
    setting::plain,
};

const COUNT: Number<NonZeroU32> = Number(NonZeroU32::MIN, NonZeroU32::MAX);

section! {
    "rate_limits"
    /// How often a caller may call. A burst is what may come at once; the rate is what it
    /// fills up with again.
    pub struct RateLimits {
        /// Whether calls are limited at all.
        enabled: bool = "enabled" by Flag, plain().default("true");

        /// Requests a minute for one credential.
        credential_per_minute: NonZeroU32 = "credential_per_minute" by COUNT,
            plain().default("6000");

        /// Requests at once for one credential.
        credential_burst: NonZeroU32 = "credential_burst" by COUNT, plain().default("600");

        /// Requests a minute from one address without a credential.
        address_per_minute: NonZeroU32 = "address_per_minute" by COUNT, plain().default("1200");

        /// Requests at once from one address without a credential.
        address_burst: NonZeroU32 = "address_burst" by COUNT, plain().default("300");

        /// Logins an hour into one account, from wherever.
        login_per_account_per_hour: NonZeroU32 = "login_per_account_per_hour" by COUNT,
            plain().default("30");

        /// Logins at once into one account.
        login_account_burst: NonZeroU32 = "login_account_burst" by COUNT, plain().default("10");

        /// Logins an hour from one address, into whichever account.
        login_per_address_per_hour: NonZeroU32 = "login_per_address_per_hour" by COUNT,
            plain().default("300");

        /// Logins at once from one address.
        login_address_burst: NonZeroU32 = "login_address_burst" by COUNT, plain().default("60");
    }
}
