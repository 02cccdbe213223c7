//! A private Redis.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use plinth_local_servers::Redis;

#[test]
fn it_responds_while_it_is_held_and_only_with_its_password() {
    let redis = Redis::start().unwrap();
    let port = redis.port();
    let url = redis.url();
    let password = url.strip_prefix("redis://:").and_then(|rest| rest.split_once('@')).unwrap().0;

    assert!(ask(port, "PING\r\n").starts_with("-NOAUTH"));
    let answer = ask(port, &format!("AUTH {password}\r\nPING\r\n"));
    assert_eq!(answer, "+OK\r\n+PONG\r\n");

    redis.stop();
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
}

#[test]
fn two_servers_are_independent() {
    let (first, second) = (Redis::start().unwrap(), Redis::start().unwrap());
    assert_ne!(first.port(), second.port());
}

#[test]
fn the_server_of_the_run_is_available() {
    let url = plinth_testkit::redis_url();
    assert!(url.starts_with("redis"), "{url}");
}

fn ask(port: u16, commands: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.write_all(commands.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_can_be_paused_and_killed_and_restarts_at_the_same_address() {
    let mut redis = Redis::start().unwrap();
    let url = redis.url();
    let password = url.strip_prefix("redis://:").unwrap().split('@').next().unwrap();
    let ping = format!("AUTH {password}\r\nPING\r\n");
    let port = redis.port();

    redis.pause().unwrap();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.write_all(ping.as_bytes()).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
    stream.read_exact(&mut [0; 12]).unwrap_err();
    redis.resume().unwrap();
    assert_eq!(ask(port, &ping), "+OK\r\n+PONG\r\n");

    redis.kill();
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    redis.restart().unwrap();
    assert_eq!(redis.url(), url);
    assert_eq!(ask(port, &ping), "+OK\r\n+PONG\r\n");

    // Stopping does not wait for a suspended server.
    redis.pause().unwrap();
    redis.stop();
}
