//! Which sites may be visited: a list of domains, compared label by label.

use std::fmt;

use url::{Host, Url};

/// Domains that may be visited, each with everything below it: `zoom.com` covers `support.zoom.com`,
/// not `evilzoom.com` and not `zoom.com.evil.example`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Domains(Vec<String>);

impl Domains {
    /// Reads a list as people write it. Spellings become one: case, international names, a trailing
    /// dot, a leading `*.`.
    ///
    /// # Errors
    /// Says which entry is no domain, and what one looks like.
    pub(crate) fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut domains = Vec::new();
        for name in names {
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            let bare = name.strip_prefix("*.").unwrap_or(name);
            let domain = match Host::parse(bare) {
                Ok(Host::Domain(domain)) => domain.trim_end_matches('.').to_owned(),
                _ => String::new(),
            };
            // A single label would open a whole top-level domain, or this network's own names.
            if !domain.contains('.') {
                return Err(format!(
                    "`{name}` is not a domain; write it like support.zoom.com"
                ));
            }
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        Ok(Self(domains))
    }

    /// States whether nothing is allowed.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The domains, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// States whether an address is at one of the domains or below it. Numbers never are.
    pub(crate) fn cover(&self, url: &Url) -> bool {
        matches!(url.host(), Some(Host::Domain(host)) if self.cover_name(host))
    }

    /// What both lists allow: the narrower wins.
    pub(crate) fn within(&self, outer: &Self) -> Self {
        let mut both: Vec<String> = Vec::new();
        for (one, other) in [(self, outer), (outer, self)] {
            for name in one.0.iter().filter(|name| other.cover_name(name)) {
                if !both.contains(name) {
                    both.push(name.clone());
                }
            }
        }
        Self(both)
    }

    fn cover_name(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.0.iter().any(|domain| {
            host.strip_suffix(domain.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }
}

impl fmt::Display for Domains {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(list: &str, address: &str) -> bool {
        let domains = Domains::parse(list.split(',')).unwrap();
        Url::parse(address).is_ok_and(|url| domains.cover(&url))
    }

    #[test]
    fn a_domain_covers_what_is_below_it_and_nothing_that_only_looks_like_it() {
        for address in [
            "https://zoom.com/",
            "https://support.zoom.com/a",
            "https://a.b.ZOOM.com:8443/",
            "https://zoom.com./",
            "https://user@zoom.com/",
        ] {
            assert!(covers("zoom.com", address), "{address}");
        }
        for address in [
            "https://evilzoom.com/",
            "https://zoom.com.evil.example/",
            "https://zoom.co/",
            "https://com/",
            "https://zoom.com@evil.example/",
            "https://evil.example/zoom.com",
            "https://evil.example#.zoom.com",
            "https://evil.example\\.zoom.com",
            "https://z\u{f6}om.com/",
            "https://127.0.0.1/",
            "https://[::1]/",
        ] {
            assert!(!covers("zoom.com", address), "{address}");
        }
        assert!(covers(
            "*.Zoom.com., b\u{fc}cher.example",
            "https://zoom.com/"
        ));
        assert!(covers(
            "b\u{fc}cher.example",
            "https://xn--bcher-kva.example/"
        ));
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        for name in [
            "com",
            "127.0.0.1",
            "[::1]",
            "https://zoom.com",
            "a b.example",
            "localhost",
        ] {
            assert!(Domains::parse([name]).is_err(), "{name}");
        }
    }

    #[test]
    fn of_two_lists_the_narrower_wins() {
        let list = |names: &str| Domains::parse(names.split(',')).unwrap();
        let both = list("zoom.com,evil.example").within(&list("support.zoom.com,qsc.com"));
        assert_eq!(both, list("support.zoom.com"));
        assert_eq!(
            list("support.zoom.com").within(&list("zoom.com")),
            list("support.zoom.com")
        );
        assert!(list("a.example").within(&list("b.example")).is_empty());
    }
}
