//! The arguments of `plinth operator`.

use clap::{Args, Subcommand};
use plinth_domain::OrganizationId;
use uuid::Uuid;

use crate::organization::organization;

#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Make a key, and print it once with its entry for operator.keys
    Key {
        /// Whose key it is: 1 to 40 letters, digits, `.`, `_` and `-`
        name: String,
    },

    /// List, suspend and resume organizations
    Organizations {
        #[command(subcommand)]
        what: Organizations,
    },

    /// Find dead jobs, and retry them
    Jobs {
        #[command(subcommand)]
        what: Jobs,
    },

    /// Begin a session in an organization that has consented, and print its token once
    Impersonate {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        why: Why,
    },

    /// End a session before its time
    EndSession {
        /// The identity of the session
        session: Uuid,
        #[command(flatten)]
        place: Place,
    },

    /// Announce something to everyone
    Announce {
        /// The text in German
        #[arg(long, value_name = "TEXT")]
        de: String,
        /// The text in English
        #[arg(long, value_name = "TEXT")]
        en: String,
        /// From when on it is shown: 2026-11-20T10:05:00Z
        #[arg(long, value_name = "TIME")]
        from: String,
        /// Until when it is shown
        #[arg(long, value_name = "TIME")]
        until: String,
    },

    /// List announcements
    Announcements,

    /// Show an announcement no longer
    Withdraw {
        /// The identity of the announcement
        announcement: Uuid,
    },

    /// List the certificates of removed organizations
    Certificates,

    /// List what operators did
    Log,
}

#[derive(Debug, Subcommand)]
pub(super) enum Organizations {
    /// List organizations, the newest first
    List {
        /// Only those whose name contains this
        #[arg(long)]
        name: Option<String>,
    },
    /// Show one
    Show(Which),
    /// End all access to one; its jobs wait
    Suspend(Changed),
    /// Give access to one again; a removal that an owner has asked for is taken back
    Resume(Changed),
    /// Set the plan of one, and what a billing system knows it by
    Plan {
        #[command(flatten)]
        changed: Changed,
        /// The plan; `default` for that of organizations without another one
        #[arg(long, value_name = "NAME")]
        plan: Option<String>,
        /// What a billing system knows it by; empty for nothing
        #[arg(long, value_name = "TEXT")]
        billing_reference: Option<String>,
    },
    /// Let nothing remove one
    Hold(Changed),
    /// End the legal hold of one
    Release(Changed),
}

#[derive(Debug, Subcommand)]
pub(super) enum Jobs {
    /// List the jobs that have used up their attempts, the newest first
    Dead {
        /// Only those of this organization
        #[arg(long, value_name = "ID", value_parser = organization)]
        organization: Option<OrganizationId>,
    },
    /// Enqueue a job again, with all its attempts
    Retry {
        /// The identity of the job
        job: Uuid,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// The identity of the organization
    #[arg(value_name = "ID", value_parser = organization)]
    pub(super) organization: OrganizationId,
}

#[derive(Debug, Args)]
pub(super) struct Place {
    /// The identity of the organization
    #[arg(long, value_name = "ID", value_parser = organization)]
    pub(super) organization: OrganizationId,
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// Why; the organization reads it
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Changed {
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) why: Why,
}
