//! Servers of a process that is killed.
//!
//! Each of these tests starts itself again as the process that is killed. A variable names the
//! servers that it starts.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use plinth_local_servers::{Postgres, Redis, S3, home};

use crate::scratch::{Scratch, eventually, execute, number};

const HOLD: &str = "PLINTH_TESTKIT_HOLD";

#[tokio::test]
async fn the_server_of_a_killed_process_is_taken_over() {
    if let Ok(directory) = std::env::var(HOLD) {
        let scratch = Scratch(directory.into());
        let postgres = scratch.start_durable();
        execute(&postgres, "CREATE TABLE kept AS SELECT 42::bigint AS n").await;
        hold(&[postgres.port()]);
    }
    let scratch = Scratch::new();
    let (mut holder, _) =
        start_holder("killed::the_server_of_a_killed_process_is_taken_over", &scratch.0);
    let orphan = scratch.server_process();
    holder.kill().unwrap();
    holder.wait().unwrap();

    let postgres = scratch.start_durable();
    assert_ne!(scratch.server_process(), orphan);
    assert_eq!(number(&postgres, "SELECT n FROM kept").await, 42);
}

#[test]
fn temporary_servers_go_with_the_process_that_is_killed() {
    if std::env::var_os(HOLD).is_some() {
        let postgres = Postgres::start_temporary(10, |_| ()).unwrap();
        let redis = Redis::start().unwrap();
        let s3 = S3::start().unwrap();
        hold(&[postgres.port(), redis.port(), s3.port()]);
    }
    let (mut holder, ports) = start_holder(
        "killed::temporary_servers_go_with_the_process_that_is_killed",
        &home().unwrap(),
    );
    assert!(ports.iter().all(|port| listens(*port)));
    holder.kill().unwrap();
    holder.wait().unwrap();

    eventually("all servers are gone", || !ports.iter().any(|port| listens(*port)));
}

/// In the second process: prints the ports of the servers, and waits to be killed.
fn hold(ports: &[u16]) -> ! {
    let ports: Vec<_> = ports.iter().map(u16::to_string).collect();
    println!("\nports: {}", ports.join(" "));
    loop {
        std::thread::sleep(Duration::from_mins(1));
    }
}

/// Starts a test of this program in a second process, and reads the ports of its servers.
fn start_holder(test: &str, held: &Path) -> (Child, Vec<u16>) {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(HOLD, held)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(holder.stdout.take().unwrap());
    let ports = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("ports: ")?.to_owned()))
        .expect("the second process starts its servers");
    let ports = ports.split(' ').map(|port| port.parse().unwrap()).collect();
    (holder, ports)
}

fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}
