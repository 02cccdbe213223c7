//! The program under the names of the servers, as in the image.

use std::{
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::symlink,
    process::Command,
};

use crate::support::{Ended, Scratch, ended};

/// Runs `NAME health`, where nothing else but `NAME` is in the folder.
fn health_by_name(name: &str, variable: (&str, &str)) -> Ended {
    let scratch = Scratch::new();
    let link = scratch.path().join(name);
    symlink(env!("CARGO_BIN_EXE_plinth"), &link).unwrap();
    let mut command = Command::new(link);
    command.arg("health").current_dir(scratch.path()).env_clear();
    ended(
        command.env("DATABASE_URL", "postgres://localhost/none").envs([variable]).output().unwrap(),
    )
}

#[test]
fn a_link_to_plinth_named_after_a_server_is_that_server() {
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let said = health_by_name("plinth-api", ("PORT", &closed.port().to_string())).badly(1);
    assert!(said.contains(&closed.to_string()), "{said}");

    let said = health_by_name("plinth-worker", ("PLINTH_WORKER__HEALTH_FILE", "none")).badly(1);
    assert_eq!(said, "there is no sign of life\n");

    // 2: clap knows no such command.
    health_by_name("plinth", ("PORT", "1")).badly(2);
}
