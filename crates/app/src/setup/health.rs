//! What must be well for the product to work, each line with how to mend it.

use avops_store::LARGE_LOG;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;
use url::{Host, Url};

use crate::{Actor, App, Error, connectors};

/// 2026-01-01T00:00:00Z: no honest clock is before it.
const RELEASED: i64 = 1_767_225_600;
/// Below so many bytes of room the list warns, long before the store stops taking work.
const LITTLE_ROOM: u64 = 1_000_000_000;

/// One line of the health list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HealthLine {
    /// `store`, `disk space`, `clock`, `address`, `tool slack` …
    pub name: String,
    /// Green or red.
    pub ok: bool,
    /// What was seen.
    pub detail: String,
    /// How to mend it, when red.
    pub fix: Option<String>,
}

/// Looks at everything now.
pub(super) async fn lines(app: &App, by: &Actor) -> Result<Vec<HealthLine>, Error> {
    let mut lines = vec![
        store(app).await,
        disk(app),
        log(app),
        backups(app),
        clock(app),
        address(&app.options.public_url),
    ];
    for (name, health) in connectors::check_all(app, by).await? {
        lines.push(HealthLine {
            name: format!("tool {name}"),
            ok: health.ok,
            fix: (!health.ok).then(|| {
                if app.tools.mock() {
                    "restart the program: the simulated campus does not answer".to_owned()
                } else {
                    "check its credentials and address, or turn mock mode on in Settings".to_owned()
                }
            }),
            detail: health.detail,
        });
    }
    Ok(lines)
}

async fn store(app: &App) -> HealthLine {
    let checked = app.store.check().await;
    HealthLine {
        name: "store".to_owned(),
        ok: checked.is_ok(),
        detail: match &checked {
            Ok(()) => "the database answers, and no write has failed".to_owned(),
            Err(error) => error.to_string(),
        },
        fix: checked.err().map(|_| {
            "make room on the disk, and see that the data folder belongs to this program's user"
                .to_owned()
        }),
    }
}

fn disk(app: &App) -> HealthLine {
    let name = "disk space".to_owned();
    match app.store.room() {
        Ok(room) => room_line(name, room),
        Err(error) => HealthLine {
            name,
            ok: false,
            detail: error.to_string(),
            fix: Some("see that the data folder is there and can be read".to_owned()),
        },
    }
}

fn room_line(name: String, room: u64) -> HealthLine {
    let ok = room >= LITTLE_ROOM;
    HealthLine {
        name,
        ok,
        detail: format!("{} left for the data folder", amount(room)),
        fix: (!ok).then(|| {
            "make room on that disk, or move the data folder to another one with --data-dir"
                .to_owned()
        }),
    }
}

/// Only another program can keep the log from shrinking: this one's own reads are short.
fn log(app: &App) -> HealthLine {
    let name = "write-ahead log".to_owned();
    match app.store.log_size() {
        Ok(size) => log_line(name, size),
        Err(error) => HealthLine {
            name,
            ok: false,
            detail: error.to_string(),
            fix: Some("see that the data folder is there and can be read".to_owned()),
        },
    }
}

fn log_line(name: String, size: u64) -> HealthLine {
    let ok = size <= LARGE_LOG;
    HealthLine {
        name,
        ok,
        detail: format!("{} beside the database", amount(size)),
        fix: (!ok).then(|| {
            "close the program that has avops.db open and reads an old state of it (a database browser, a copy under way)"
                .to_owned()
        }),
    }
}

/// A backup is the only way back from a lost disk or a failed upgrade.
fn backups(app: &App) -> HealthLine {
    let name = "backups".to_owned();
    match app.store.backups() {
        Ok(files) => {
            let newest = files
                .first()
                .map(|file| app.now().duration_since(file.made_at));
            backup_line(name, newest)
        }
        Err(error) => HealthLine {
            name,
            ok: false,
            detail: error.to_string(),
            fix: Some("see that the folder backups in the data folder can be read".to_owned()),
        },
    }
}

fn backup_line(name: String, newest: Option<SignedDuration>) -> HealthLine {
    HealthLine {
        name,
        // How old is too old is the operator's to say, and copies may be kept elsewhere.
        ok: true,
        detail: match newest.map(|age| age.as_hours() / 24) {
            None => "none in the data folder yet; avops backup makes one".to_owned(),
            Some(0) => "the newest in the data folder is less than a day old".to_owned(),
            Some(1) => "the newest in the data folder is a day old".to_owned(),
            Some(days) => format!("the newest in the data folder is {days} days old"),
        },
        fix: None,
    }
}

/// Bytes as people say them.
fn amount(bytes: u64) -> String {
    let megabytes = bytes / 1_000_000;
    if megabytes < 1_000 {
        return format!("{megabytes} MB");
    }
    format!("{}.{} GB", megabytes / 1_000, megabytes % 1_000 / 100)
}

/// A clock that is far behind this program's own release would date every record wrongly.
fn clock(app: &App) -> HealthLine {
    let now = app.now();
    let ok = now.as_second() > RELEASED;
    let zone = jiff::tz::TimeZone::system();
    let here = now.to_zoned(zone.clone());
    let named = zone.iana_name().unwrap_or("its own zone");
    HealthLine {
        name: "clock".to_owned(),
        ok,
        detail: format!(
            "{}, which is {} in {named}, the time zone of this machine",
            now.strftime("%Y-%m-%d %H:%M:%S UTC"),
            here.strftime("%H:%M"),
        ),
        fix: (!ok).then(|| "set the machine's clock; time services do it by themselves".to_owned()),
    }
}

/// Over plain HTTP on a network, sign-in links and tokens are anybody's who listens.
fn address(public_url: &str) -> HealthLine {
    let reach = Url::parse(public_url).ok();
    let encrypted = reach.as_ref().is_some_and(|url| url.scheme() == "https");
    let at_home = reach
        .as_ref()
        .and_then(Url::host)
        .is_some_and(|host| match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        });
    let ok = encrypted || at_home;
    let kind = match (encrypted, at_home) {
        (true, _) => "reached through TLS",
        (false, true) => "reached from this machine only",
        (false, false) => {
            "reached from other machines without TLS, so tokens can be read on the way"
        }
    };
    HealthLine {
        name: "address".to_owned(),
        ok,
        detail: format!("{public_url} – {kind}"),
        fix: (!ok).then(|| {
            "put a TLS proxy in front and start with --public-url https://NAME, or listen on 127.0.0.1"
                .to_owned()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_beyond_this_machine_is_red_and_says_how_to_mend_it() {
        for url in ["http://0.0.0.0:8420", "http://avops.example.edu"] {
            let line = address(url);
            assert!(!line.ok, "{url}");
            assert!(line.fix.unwrap().contains("--public-url"));
        }
        for url in [
            "http://127.0.0.1:8420",
            "http://[::1]:8420",
            "http://localhost:8420",
            "https://avops.example.edu",
        ] {
            assert!(address(url).ok, "{url}");
        }
    }

    #[test]
    fn a_log_that_cannot_shrink_is_red_and_names_who_may_hold_it() {
        let line = log_line("write-ahead log".to_owned(), LARGE_LOG);
        assert!(line.ok && line.fix.is_none(), "{line:?}");
        let line = log_line("write-ahead log".to_owned(), LARGE_LOG + 1);
        assert!(line.fix.unwrap().contains("avops.db"));
    }

    #[test]
    fn the_age_of_the_newest_backup_is_told() {
        let told = |newest| backup_line("backups".to_owned(), newest).detail;
        assert!(told(None).contains("avops backup"));
        let age = SignedDuration::from_hours(30 * 24);
        assert!(told(Some(age)).ends_with("30 days old"));
    }

    #[test]
    fn little_room_is_red_before_work_stops() {
        let line = room_line("disk space".to_owned(), 999_999_999);
        assert!(!line.ok && line.fix.is_some(), "{line:?}");
        assert_eq!(line.detail, "999 MB left for the data folder");
        let line = room_line("disk space".to_owned(), 12_340_000_000);
        assert!(line.ok && line.fix.is_none(), "{line:?}");
        assert_eq!(line.detail, "12.3 GB left for the data folder");
    }
}
