use std::num::NonZeroU32;

use crate::{
    declaration::section,
    readers::{Flag, Number},
    setting::plain,
};

const COUNT: Number<NonZeroU32> = Number(NonZeroU32::MIN, NonZeroU32::MAX);

section! {
    "rate_limits"
    /// Rate limits of requests. The burst is the number of requests that may come at once; the
    /// rate is the speed at which the burst is restored.
    pub struct RateLimits {
        /// Whether rate limits apply, those of logins included.
        enabled: bool = "enabled" by Flag, plain().default("true");

        /// Requests per minute with one credential.
        credential_per_minute: NonZeroU32 = "credential_per_minute" by COUNT,
            plain().default("6000");

        /// Burst of requests with one credential.
        credential_burst: NonZeroU32 = "credential_burst" by COUNT, plain().default("600");

        /// Requests per minute from one IP address without a credential.
        address_per_minute: NonZeroU32 = "address_per_minute" by COUNT, plain().default("1200");

        /// Burst of requests from one IP address without a credential.
        address_burst: NonZeroU32 = "address_burst" by COUNT, plain().default("300");

        /// Failed logins per hour to one account from one IP address.
        login_per_account_and_address_per_hour: NonZeroU32 =
            "login_per_account_and_address_per_hour" by COUNT, plain().default("30");

        /// Burst of failed logins to one account from one IP address.
        login_account_and_address_burst: NonZeroU32 = "login_account_and_address_burst" by COUNT,
            plain().default("10");

        /// Failed logins per hour to one account, from all IP addresses. Beyond it, only addresses
        /// from which the account has been used within the lifetime of a refresh token can log in.
        login_per_account_per_hour: NonZeroU32 = "login_per_account_per_hour" by COUNT,
            plain().default("100");

        /// Burst of failed logins to one account, from all IP addresses.
        login_account_burst: NonZeroU32 = "login_account_burst" by COUNT, plain().default("50");

        /// Login attempts per hour from one IP address, for all accounts.
        login_per_address_per_hour: NonZeroU32 = "login_per_address_per_hour" by COUNT,
            plain().default("300");

        /// Burst of login attempts from one IP address.
        login_address_burst: NonZeroU32 = "login_address_burst" by COUNT, plain().default("60");
    }
}
