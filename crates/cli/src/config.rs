//! Flags, then `AVOPS_*` environment, then `avops.toml`, then defaults: what the program shall do.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

use crate::arguments::Settings;
use crate::commands::serve::Serve;
use crate::error::Error;

/// Where the server listens when nothing is said.
pub(crate) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8420);

const FILE_NAME: &str = "avops.toml";

/// Every key of `avops.toml`.
const KEYS: [&str; 9] = [
    "campus",
    "data_dir",
    "database",
    "listen",
    "log",
    "mock",
    "public_url",
    "recipes",
    "insecure_http",
];

/// What every command goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// Holds the database, the owner's token and the address of a running server.
    pub(crate) data_dir: PathBuf,
    /// The world that the simulated campus begins with, where it is not the shipped one.
    pub(crate) campus: Option<PathBuf>,
    /// Forces the simulated campus.
    pub(crate) mock: bool,
    /// A server elsewhere.
    pub(crate) url: Option<String>,
    /// Where `serve` listens.
    pub(crate) listen: SocketAddr,
    /// How browsers reach it, when that is not `listen`.
    pub(crate) public_url: Option<String>,
    /// A folder of recipes that are saved at the start.
    pub(crate) recipes: Option<PathBuf>,
}

/// `avops.toml`.
#[derive(Debug, Default, Deserialize)]
struct File {
    campus: Option<PathBuf>,
    data_dir: Option<PathBuf>,
    database: Option<String>,
    listen: Option<String>,
    log: Option<String>,
    mock: Option<bool>,
    public_url: Option<String>,
    recipes: Option<PathBuf>,
    insecure_http: Option<bool>,
}

impl Config {
    /// Puts the layers together. Gives the configuration and what to log.
    pub(crate) fn resolve(
        settings: &Settings,
        serve: Option<&Serve>,
    ) -> Result<(Self, String), Error> {
        let file = read_file(settings.config.as_deref())?;
        let serve = serve.cloned().unwrap_or_default();
        refuse_other_databases(settings.database.as_deref().or(file.database.as_deref()))?;
        let data_dir = settings.data_dir.clone().or(file.data_dir);
        let listen = match serve.listen.or(file.listen) {
            Some(asked) => address(&asked)?,
            None => DEFAULT_LISTEN,
        };
        let public_url = serve
            .public_url
            .or(file.public_url)
            .map(|asked| public_address(&asked))
            .transpose()?;
        let insecure = serve.insecure_http || file.insecure_http.unwrap_or(false);
        refuse_open_http(listen, public_url.as_deref(), insecure)?;
        let log = settings
            .log
            .clone()
            .or(file.log)
            .unwrap_or_else(|| "warn".to_owned());
        let config = Self {
            data_dir: data_dir.unwrap_or_else(|| PathBuf::from(".")),
            campus: settings.campus.clone().or(file.campus),
            mock: settings.mock.or(file.mock).unwrap_or(false),
            url: settings
                .url
                .as_ref()
                .map(|url| url.trim_end_matches('/').to_owned()),
            listen,
            public_url,
            recipes: serve.recipes.or(file.recipes),
        };
        Ok((config, log))
    }
}

fn read_file(asked: Option<&Path>) -> Result<File, Error> {
    let path = asked.unwrap_or(Path::new(FILE_NAME));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if asked.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(File::default());
        }
        Err(error) => {
            return Err(Error::call(format!(
                "cannot read {}: {error}",
                path.display()
            )));
        }
    };
    parse_file(&text).map_err(|mut error| {
        error.message = format!("{}: {}", path.display(), error.message);
        error
    })
}

fn parse_file(text: &str) -> Result<File, Error> {
    let table: toml::Table = text
        .parse()
        .map_err(|error| Error::call(format!("{error}").trim_end()))?;
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(
            Error::call(format!("unknown key `{unknown}`")).hint(match nearest(unknown) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are: {}", KEYS.join(", ")),
            }),
        );
    }
    table
        .try_into()
        .map_err(|error: toml::de::Error| Error::call(error.message()))
}

fn nearest(unknown: &str) -> Option<&'static str> {
    KEYS.into_iter()
        .map(|key| {
            (
                strsim::damerau_levenshtein(key, &unknown.replace('-', "_")),
                key,
            )
        })
        .filter(|(distance, _)| *distance <= 3)
        .min()
        .map(|(_, key)| key)
}

/// The data is kept in an `SQLite` file; a database server is refused in so many words.
fn refuse_other_databases(asked: Option<&str>) -> Result<(), Error> {
    match asked {
        None | Some("sqlite") => Ok(()),
        Some(asked) => {
            let kind = asked.split(':').next().unwrap_or(asked);
            Err(Error::call(format!(
                "a {kind} database cannot be used: this version keeps its data in SQLite"
            ))
            .hint("leave --database out; --data-dir says where avops.db is"))
        }
    }
}

fn address(asked: &str) -> Result<SocketAddr, Error> {
    let wanted = asked.replace("localhost:", "127.0.0.1:");
    wanted.parse().map_err(|_| {
        Error::call(format!("{asked:?} is no address to listen on"))
            .hint("give an IP address and a port, for example 127.0.0.1:8420")
    })
}

fn public_address(asked: &str) -> Result<String, Error> {
    let refused = || {
        Error::call(format!("{asked:?} is no address of a page"))
            .hint("give scheme and host, for example https://avops.example.edu")
    };
    let url = Url::parse(asked).map_err(|_| refused())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.has_host() && url.path() == "/";
    if !plain || url.query().is_some() || url.fragment().is_some() {
        return Err(refused());
    }
    Ok(asked.trim_end_matches('/').to_owned())
}

/// Sign-in links and tokens over plain HTTP on a network are anybody's.
fn refuse_open_http(
    listen: SocketAddr,
    public_url: Option<&str>,
    insecure: bool,
) -> Result<(), Error> {
    let behind_tls = public_url.is_some_and(|url| url.starts_with("https://"));
    if listen.ip().is_loopback() || behind_tls || insecure {
        return Ok(());
    }
    Err(Error::call(format!(
        "{listen} can be reached from other machines, and HTTP there shows tokens to anybody who listens"
    ))
    .hint(
        "put a TLS proxy in front and say so with --public-url https://NAME, or accept it with --insecure-http",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(settings: &Settings, serve: &Serve) -> Result<Config, Error> {
        Config::resolve(settings, Some(serve)).map(|(config, _)| config)
    }

    #[test]
    fn without_anything_the_current_folder_and_loopback_are_used() {
        let config = resolved(&Settings::default(), &Serve::default()).unwrap();
        assert_eq!(config.data_dir, Path::new("."));
        assert_eq!(config.listen, DEFAULT_LISTEN);
        assert!(!config.mock);
    }

    #[test]
    fn a_misspelt_key_is_refused_with_the_right_one() {
        let error = parse_file("lisen = \"127.0.0.1:1\"").unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("did you mean `listen`?"));
        let error = parse_file("colour = true").unwrap_err();
        assert!(error.hint.unwrap().contains("data_dir"));
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_refused() {
        assert!(parse_file("mock = \"yes\"").is_err());
    }

    #[test]
    fn a_flag_goes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "listen = \"127.0.0.1:1111\"\nmock = true\n").unwrap();
        let settings = Settings {
            config: Some(path),
            mock: Some(false),
            ..Settings::default()
        };
        let serve = Serve {
            listen: Some("127.0.0.1:2222".to_owned()),
            ..Serve::default()
        };
        let config = resolved(&settings, &serve).unwrap();
        assert_eq!((config.listen.port(), config.mock), (2222, false));
    }

    #[test]
    fn a_database_server_is_refused_in_so_many_words() {
        let error = refuse_other_databases(Some("postgres://db/avops")).unwrap_err();
        assert!(error.message.contains("postgres") && error.message.contains("SQLite"));
        assert!(refuse_other_databases(Some("sqlite")).is_ok());
    }

    #[test]
    fn an_open_address_needs_tls_in_front_or_an_explicit_word() {
        let serve = |listen: &str, public_url: Option<&str>, insecure_http| Serve {
            listen: Some(listen.to_owned()),
            public_url: public_url.map(str::to_owned),
            insecure_http,
            ..Serve::default()
        };
        let allowed = |serve: &Serve| resolved(&Settings::default(), serve).is_ok();
        for loopback in ["127.0.0.1:1", "[::1]:1", "localhost:1"] {
            assert!(allowed(&serve(loopback, None, false)), "{loopback}");
        }
        for open in ["0.0.0.0:1", "[::]:1", "192.168.1.5:1"] {
            assert!(!allowed(&serve(open, None, false)), "{open}");
            assert!(
                !allowed(&serve(open, Some("http://a.example"), false)),
                "{open}"
            );
            assert!(
                allowed(&serve(open, Some("https://a.example"), false)),
                "{open}"
            );
            assert!(allowed(&serve(open, None, true)), "{open}");
        }
    }
}
