//! Numbers, durations and addresses.

use std::{
    fmt::Display,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
    time::Duration,
};

use super::Reader;

/// A whole number within bounds, both included.
pub(crate) struct Number<T>(pub(crate) T, pub(crate) T);

impl<T: FromStr + Display + PartialOrd> Reader for Number<T> {
    type Value = T;

    fn expects(&self) -> String {
        format!("a whole number from {} to {}", self.0, self.1)
    }

    fn read(&self, text: &str) -> Result<T, String> {
        match text.parse() {
            Ok(number) if number >= self.0 && number <= self.1 => Ok(number),
            _ => Err(text.to_owned()),
        }
    }
}

/// The unit of a duration.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Milliseconds,
    Seconds,
    Hours,
    Days,
}

/// A duration: a whole number of units within bounds, both included.
pub(crate) struct Span(pub(crate) Unit, pub(crate) u32, pub(crate) u32);

impl Reader for Span {
    type Value = Duration;

    fn expects(&self) -> String {
        let unit = match self.0 {
            Unit::Milliseconds => "milliseconds",
            Unit::Seconds => "seconds",
            Unit::Hours => "hours",
            Unit::Days => "days",
        };
        format!("a whole number of {unit} from {} to {}", self.1, self.2)
    }

    fn read(&self, text: &str) -> Result<Duration, String> {
        let count = u64::from(Number(self.1, self.2).read(text)?);
        Ok(match self.0 {
            Unit::Milliseconds => Duration::from_millis(count),
            Unit::Seconds => Duration::from_secs(count),
            Unit::Hours => Duration::from_secs(count * 60 * 60),
            Unit::Days => Duration::from_secs(count * 24 * 60 * 60),
        })
    }
}

/// A share from 0 to 1.
pub(crate) struct Ratio;

impl Reader for Ratio {
    type Value = f64;

    fn expects(&self) -> String {
        "a number from 0 to 1".to_owned()
    }

    fn read(&self, text: &str) -> Result<f64, String> {
        match text.parse() {
            Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
            _ => Err(text.to_owned()),
        }
    }
}

/// An address to listen on.
pub(crate) struct Address;

impl Reader for Address {
    type Value = IpAddr;

    fn expects(&self) -> String {
        "an IP address, or `localhost`".to_owned()
    }

    fn read(&self, text: &str) -> Result<IpAddr, String> {
        if text == "localhost" {
            return Ok(Ipv4Addr::LOCALHOST.into());
        }
        text.parse().map_err(|_| text.to_owned())
    }
}

/// An address and a port to listen on.
pub(crate) struct Socket;

impl Reader for Socket {
    type Value = SocketAddr;

    fn expects(&self) -> String {
        "an IP address and a port, such as 127.0.0.1:9464 or [::1]:9464".to_owned()
    }

    fn read(&self, text: &str) -> Result<SocketAddr, String> {
        text.parse().map_err(|_| text.to_owned())
    }
}
