//! The filter and Landlock bind a thread, so each test confines a separate thread, without the
//! resource limits: what is refused is refused by them alone.

#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io,
    net::{TcpStream, UdpSocket},
    os::unix::net::UnixStream,
    process::Command,
    thread,
};

use super::{filter, landlock};

/// Attempts to reach something outside of a confined process, each by its name.
type Attempt = (&'static str, fn() -> io::Result<()>);

const OPEN: Attempt = ("open", || File::open("/etc/passwd").map(drop));
const CREATE: Attempt = ("create", || File::create("/tmp/plinth-confined").map(drop));
const REMOVE: Attempt = ("remove", || fs::remove_file("/tmp/plinth-confined"));
const LIST: Attempt = ("list", || fs::read_dir("/").map(drop));
const STATUS: Attempt = ("status", || fs::metadata("/etc/passwd").map(drop));
const TCP: Attempt = ("tcp", || TcpStream::connect("127.0.0.1:9").map(drop));
const UDP: Attempt = ("udp", || UdpSocket::bind("127.0.0.1:0").map(drop));
const UNIX: Attempt = ("unix", || UnixStream::pair().map(drop));
const START: Attempt = ("start", || Command::new("/bin/true").status().map(drop));
const THREAD: Attempt = ("thread", || thread::Builder::new().spawn(|| ()).map(drop));

/// The error numbers of the attempts in a thread that `confine` has confined.
fn refusals(
    confine: fn() -> bool,
    attempts: &'static [Attempt],
) -> Vec<(&'static str, Option<i32>)> {
    let tried = move || {
        assert!(confine(), "the kernel lacks it");
        let refusal = |attempt: fn() -> io::Result<()>| attempt().err()?.raw_os_error();
        attempts.iter().map(|(name, attempt)| (*name, refusal(*attempt))).collect()
    };
    thread::spawn(tried).join().unwrap()
}

#[test]
fn without_confinement_the_attempts_succeed() {
    for (name, attempt) in [OPEN, CREATE, REMOVE, LIST, STATUS, UDP, UNIX, START, THREAD] {
        attempt().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Landlock answers `EACCES` and an exhausted resource limit `EMFILE` or `EAGAIN`, so `EPERM` is the
/// filter's.
#[test]
fn the_filter_refuses_files_sockets_processes_and_threads() {
    const ALL: &[Attempt] = &[OPEN, CREATE, REMOVE, LIST, STATUS, TCP, UDP, UNIX, START, THREAD];
    for (name, refusal) in refusals(|| filter::apply().is_ok(), ALL) {
        assert_eq!(refusal, Some(libc::EPERM), "{name}");
    }
}

#[test]
fn landlock_refuses_files_connections_and_programs_even_without_the_filter() {
    const ALL: &[Attempt] = &[OPEN, CREATE, LIST, START];
    for (name, refusal) in refusals(landlock::restrict, ALL) {
        assert_eq!(refusal, Some(libc::EACCES), "{name}");
    }
}
