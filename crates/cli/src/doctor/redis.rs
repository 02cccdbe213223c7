//! Redis, by its own protocol: a client library for two questions would be a lot.

mod replies;

use plinth_settings::{ExposeSecret, Redis, Url};
use url::form_urlencoded;

use super::{network, report::Report};
use replies::Reply;

const NAME: &str = "redis";
/// Older ones cannot keep the better of two scores.
const OLDEST: (u32, u32) = (6, 2);

/// Asks the configured Redis whether it is there, and how old it is.
pub(super) async fn check(redis: &Redis, report: &mut Report) {
    Report::section("Redis");
    let Some(url) = &redis.url else {
        let finding = "none is set: limits and caches are kept in the process, and there is one";
        return report.good(NAME, finding);
    };
    match ask(url.expose_secret()).await {
        Ok(Found::Unknown) => report
            .good(NAME, "it can be reached (TLS is not spoken here, so nothing more is known)"),
        Ok(Found::Pong(None)) => {
            report.good(NAME, "it answers PING (and does not tell its version)");
        }
        Ok(Found::Pong(Some(version))) if is_new_enough(&version) => {
            report.good(NAME, &format!("it answers PING: version {version}"));
        }
        Ok(Found::Pong(Some(version))) => report.bad(
            NAME,
            &format!("version {version} is too old"),
            &format!("use Redis {}.{} or newer", OLDEST.0, OLDEST.1),
        ),
        Err(why) => report.bad(
            NAME,
            &format!("no PONG: {why}"),
            "start it, or correct or unset PLINTH_REDIS__URL (or REDIS_URL)",
        ),
    }
}

/// What is there.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// Something that speaks TLS.
    Unknown,
    /// A Redis, of this version when it says so.
    Pong(Option<String>),
}

async fn ask(url: &str) -> Result<Found, String> {
    let mut url = Url::parse(url).map_err(|error| error.to_string())?;
    if url.port().is_none() {
        // A scheme that the URL standard gives no port; this cannot fail where there is a host.
        let _ = url.set_port(Some(6379));
    }
    let stream = network::reach(&url).await?;
    if url.scheme() == "rediss" {
        return Ok(Found::Unknown);
    }
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let questions = [auth(&url), Some(words("PING")), Some(words("INFO server"))];
    let questions: Vec<_> = questions.into_iter().flatten().collect();
    let text: String = questions.iter().map(|words| command(words)).collect();
    let complete = |answer: &[u8]| {
        let text = String::from_utf8_lossy(answer);
        answer.len() > LONGEST || !is_redis(&text) || replies::of(&text).len() >= questions.len()
    };
    let answer = network::ask(stream, text.as_bytes(), complete).await?;
    judge(&String::from_utf8_lossy(&answer))
}

/// Far more than a Redis has to say, in bytes.
const LONGEST: usize = 64 * 1024;

/// Whether this may be the beginning of what Redis says.
fn is_redis(answer: &str) -> bool {
    answer.is_empty() || answer.starts_with(['+', '-', '$'])
}

/// What the answers say.
fn judge(answer: &str) -> Result<Found, String> {
    let replies = replies::of(answer);
    let pong = replies.iter().position(|reply| *reply == Reply::Line("PONG"));
    let Some(pong) = pong else {
        // The first error says why: after a refused AUTH, all is refused.
        let refusal = replies.iter().find_map(|reply| match reply {
            Reply::Error(words) => Some((*words).to_owned()),
            _ => None,
        });
        return Err(refusal.unwrap_or_else(|| "what answers there is no Redis".to_owned()));
    };
    Ok(Found::Pong(match replies.get(pong + 1) {
        Some(Reply::Text(info)) => version(info).map(str::to_owned),
        _ => None,
    }))
}

fn version(info: &str) -> Option<&str> {
    info.lines().find_map(|line| line.strip_prefix("redis_version:"))
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= OLDEST
}

/// The words of AUTH, when the URL has a password.
fn auth(url: &Url) -> Option<Vec<String>> {
    let password = decoded(url.password()?);
    let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
    Some(["AUTH".to_owned()].into_iter().chain(user).chain([password]).collect())
}

/// A command in RESP, an array of bulk strings.
fn command(words: &[String]) -> String {
    words.iter().fold(format!("*{}\r\n", words.len()), |command, word| {
        format!("{command}${}\r\n{word}\r\n", word.len())
    })
}

/// A part of a URL without its percent signs. The form's own rule, that `+` is a blank, is not
/// one of URLs.
fn decoded(part: &str) -> String {
    let form = part.replace('+', "%2B");
    form_urlencoded::parse(form.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_as_it_is_meant() {
        let url = Url::parse("redis://ada:a%20b%2Bc+d%3D@localhost").unwrap();
        assert_eq!(auth(&url).unwrap(), ["AUTH", "ada", "a b+c+d="]);
        let url = Url::parse("redis://:secret@localhost").unwrap();
        assert_eq!(auth(&url).unwrap(), ["AUTH", "secret"]);
        assert_eq!(auth(&Url::parse("redis://localhost").unwrap()), None);
    }

    #[test]
    fn a_refusal_is_repeated_in_redis_own_words() {
        let refusal = judge("-WRONGPASS invalid username-password pair\r\n-NOAUTH\r\n");
        assert_eq!(refusal, Err("WRONGPASS invalid username-password pair".to_owned()));
        assert!(judge("HTTP/1.1 400 Bad Request\r\n").is_err());
        assert!(judge("").is_err());
    }

    #[test]
    fn the_version_is_found_where_it_may_be_asked_for() {
        let info = "# Server\r\nredis_version:7.0.15\r\n";
        let answer = format!("+OK\r\n+PONG\r\n${}\r\n{info}\r\n", info.len());
        assert_eq!(judge(&answer), Ok(Found::Pong(Some("7.0.15".to_owned()))));
        let answer = "+PONG\r\n-NOPERM this user has no permissions\r\n";
        assert_eq!(judge(answer), Ok(Found::Pong(None)));
    }

    #[test]
    fn a_version_is_compared_by_its_numbers() {
        for new in ["6.2.0", "7.0.15", "10.0.1", "255.255.255"] {
            assert!(is_new_enough(new), "{new}");
        }
        for old in ["6.0.16", "5.9.9", "3.2", ""] {
            assert!(!is_new_enough(old), "{old}");
        }
    }
}
