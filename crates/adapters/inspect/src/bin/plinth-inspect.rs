//! The child process that reads one file, as a separate program for tests. It allocates as the programs
//! of Plinth do, so that the same files fit into its memory.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    plinth_inspect::child_main().unwrap_or(ExitCode::FAILURE)
}
