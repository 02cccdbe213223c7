use std::{path::PathBuf, time::Duration};

use crate::{
    declaration::section,
    readers::{Folder, Maybe, Number, Span, Unit::Seconds, Word},
    setting::plain,
};

section! {
    "worker"
    /// The worker, which runs background jobs.
    pub struct Worker {
        /// Maximum number of concurrent jobs of a process.
        concurrency: u16 = "concurrency" by Number(1, 1024), plain().default("16");

        /// Duration of a job's lease. A worker renews its leases several times within this duration;
        /// after it, another worker takes over the jobs of a worker that is gone.
        lease: Duration = "lease_seconds" by Span(Seconds, 2, 3600), plain().default("30");

        /// How long running jobs may take to finish after SIGTERM before they are released. It must be
        /// shorter than the grace period of the supervisor (30 s in Kubernetes), which kills the
        /// process.
        shutdown_grace: Duration = "shutdown_grace_seconds" by Span(Seconds, 0, 3600),
            plain().default("15");

        /// Maximum number of files that a process inspects at the same time. Defaults to the number
        /// of cores, or to as many as fit into three quarters of the memory, if those are fewer.
        inspections: Option<u16> = "inspections" by Maybe(Number(1, 1024)), plain().example("2");

        /// Address space of a process that inspects one file, in bytes. A file that needs more is
        /// unreadable.
        inspection_memory_bytes: u64 = "inspection_memory_bytes"
            by Number(268_435_456, 1_099_511_627_776_u64), plain().default("1610612736");

        /// Directory for temporary copies of the files that are inspected: one for each inspection.
        /// Defaults to the system's temporary directory.
        spool_path: Option<PathBuf> = "spool_path" by Maybe(Folder),
            plain().example("/var/lib/plinth/spool");

        /// A file that the worker touches while it makes progress. `plinth-worker health` checks its
        /// age.
        health_file: Option<String> = "health_file" by Maybe(Word),
            plain().example("/tmp/plinth-worker.alive");
    }
}
