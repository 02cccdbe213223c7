//! Redis, by its own protocol: a client library for one PING would be a lot.

use settings::{ExposeSecret, Redis, Url};
use url::form_urlencoded;

use super::{network, report::Report};

const NAME: &str = "redis";
/// What there is no shared Redis for means.
const ALONE: &str = "limits and caches are kept in the process, so run one replica only";

/// Asks the configured Redis whether it is there.
pub(super) async fn check(redis: &Redis, report: &mut Report) {
    Report::section("Redis");
    let Some(url) = &redis.url else {
        return report.good(NAME, &format!("none is set: {ALONE}"));
    };
    match ping(url.expose_secret()).await {
        // Honest until an adapter uses it.
        Ok(finding) => report.good(NAME, &format!("{finding}; not used yet: {ALONE}")),
        Err(why) => report.bad(
            NAME,
            &format!("no PONG: {why}"),
            "start it, or correct or unset PLINTH_REDIS__URL (or REDIS_URL)",
        ),
    }
}

async fn ping(url: &str) -> Result<&'static str, String> {
    let mut url = Url::parse(url).map_err(|error| error.to_string())?;
    if url.port().is_none() {
        // A scheme that the URL standard gives no port; this cannot fail where there is a host.
        let _ = url.set_port(Some(6379));
    }
    let stream = network::reach(&url).await?;
    if url.scheme() == "rediss" {
        return Ok("it can be reached (TLS is not spoken here, so nothing more is known)");
    }
    let questions = [auth(&url), Some(vec!["PING".to_owned()])];
    let questions: Vec<_> = questions.into_iter().flatten().collect();
    let text: String = questions.iter().map(|words| command(words)).collect();
    let lines = questions.len();
    let complete = |answer: &[u8]| {
        // An error ends it: after a refused AUTH, PING is refused as well.
        answer.split(|byte| *byte == b'\n').count() > lines
    };
    let answer = network::ask(stream, text.as_bytes(), complete).await?;
    judge(&String::from_utf8_lossy(&answer))
}

/// What the answers say: one line each, an error begins with `-`.
fn judge(answer: &str) -> Result<&'static str, String> {
    if let Some(refusal) = answer.lines().find_map(|line| line.strip_prefix('-')) {
        return Err(refusal.to_owned());
    }
    if answer.lines().any(|line| line == "+PONG") {
        Ok("it answers PING")
    } else {
        Err("what answers there is no Redis".to_owned())
    }
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
        assert!(judge("+OK\r\n+PONG\r\n").is_ok());
        let refusal = judge("-WRONGPASS invalid username-password pair\r\n-NOAUTH\r\n");
        assert_eq!(refusal, Err("WRONGPASS invalid username-password pair".to_owned()));
        assert!(judge("HTTP/1.1 400 Bad Request\r\n").is_err());
    }
}
