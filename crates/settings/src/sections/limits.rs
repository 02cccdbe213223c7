use crate::{declaration::section, readers::Number, setting::plain};

const COUNT: Number<u64> = Number(0, 1_000_000_000);

section! {
    "limits"
    /// What one organization may have at most, so that it cannot use up the installation; 0 means
    /// no limit. A request beyond a limit gets 403 `limit.reached`.
    pub struct OrganizationLimits {
        /// Records of each kind: projects, documents, versions of documents, and so on.
        records: u64 = "records" by COUNT, plain().default("1000000");

        /// Members, together with the open invitations.
        members: u64 = "members" by COUNT, plain().default("10000");

        /// Open invitations.
        open_invitations: u64 = "open_invitations" by COUNT, plain().default("1000");

        /// API keys that are neither revoked nor expired.
        live_api_keys: u64 = "live_api_keys" by COUNT, plain().default("1000");

        /// Open uploads.
        open_uploads: u64 = "open_uploads" by COUNT, plain().default("10000");

        /// Bytes of all versions of documents and of open uploads.
        stored_bytes: u64 = "stored_bytes" by Number(0, 1_u64 << 60), plain().default("1099511627776");
    }
}
