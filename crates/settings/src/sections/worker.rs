use std::{path::PathBuf, time::Duration};

use crate::{
    declaration::section,
    readers::{Folder, Maybe, Number, Span, Unit::Seconds, Word},
    setting::plain,
};

section! {
    "worker"
    /// The worker, which runs jobs in the background.
    pub struct Worker {
        /// Jobs that run at once.
        concurrency: u16 = "concurrency" by Number(1, 1024), plain().default("16");

        /// How long a job waits for another worker when its own is gone. Workers tell several
        /// times within it that they are still there.
        lease: Duration = "lease_seconds" by Span(Seconds, 2, 3600), plain().default("30");

        /// How long running jobs may take to finish after SIGTERM, before they are given back.
        /// Below the supervisor's own patience (30 s in Kubernetes), or it kills them.
        shutdown_grace: Duration = "shutdown_grace_seconds" by Span(Seconds, 0, 3600),
            plain().default("15");

        /// Folder for the files that are looked into, one for each running job and as large as
        /// the file. Without it, the system's folder for temporary files.
        spool_path: Option<PathBuf> = "spool_path" by Maybe(Folder),
            plain().example("/var/lib/plinth/spool");

        /// A file that the worker touches while it makes progress. `plinth-worker health` looks
        /// at its age.
        health_file: Option<String> = "health_file" by Maybe(Word),
            plain().example("/tmp/plinth-worker.alive");
    }
}
