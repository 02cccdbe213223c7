use std::time::Duration;

use crate::{
    declaration::section,
    readers::{
        Number, Span, Spans,
        Unit::{Days, Seconds},
    },
    setting::plain,
};

section! {
    "webhooks"
    /// Events to the servers of organizations. The worker sends them, and reads these settings; the
    /// API reads the first one.
    pub struct Webhooks {
        /// Maximum number of webhooks of an organization.
        per_organization: u64 = "per_organization" by Number(1, 1000), plain().default("20");

        /// How long one attempt may take.
        timeout: Duration = "timeout_seconds" by Span(Seconds, 1, 60), plain().default("15");

        /// The times from each failed attempt to the next one. There is one attempt more than there
        /// are times.
        retries: Vec<Duration> = "retry_seconds" by Spans { most: 7, longest: 604_800 },
            plain().default("5,300,1800,7200,18000,36000,36000");

        /// After so long a time without any success a webhook is switched off, and the owners get a
        /// mail.
        disable_after: Duration = "disable_after_days" by Span(Days, 1, 365), plain().default("5");

        /// How long deliveries are kept that have ended.
        kept: Duration = "kept_days" by Span(Days, 1, 3650), plain().default("30");

        /// Duration of the lease on the webhooks to which a worker sends. After it, another worker
        /// takes over from one that is gone.
        lease: Duration = "lease_seconds" by Span(Seconds, 2, 3600), plain().default("30");
    }
}
